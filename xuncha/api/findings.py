"""Findings: the list with the filters of the page, one finding, its history, a change of it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Final

from django.http import HttpRequest
from ninja import Query, Router, Schema

from xuncha.api.errors import NotFound, Problem
from xuncha.api.signing_in import actor_of
from xuncha.findings.actions.editing import edit_finding
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries import finding as one
from xuncha.findings.queries import ledger
from xuncha.security import policy
from xuncha.security.roles import Room

router = Router()
MOST: Final = 200


class UnitRef(Schema):
    """A unit, short."""

    id: int
    short_name: str


class FindingRow(Schema):
    """A finding as the list shows it. ``units``: the addressees that the caller may know of; ``unit`` null: joint.

    For a unit ``changed_at`` and ``version`` are null, which the office's private notes move as well; of a joint
    finding it gets nothing of what is stated.
    """

    id: int
    number: str
    state: str
    statement: str
    round: str
    unit: UnitRef | None
    units: list[UnitRef]
    category: str | None
    nature: str
    origin: str
    severity: str
    immediate: bool
    feedback: int | None
    stated_leader: str
    stated_due: datetime.date | None
    stated_status: str
    changed_at: datetime.datetime | None
    version: int | None


class FindingPage(Schema):
    """A page: ``count`` goes up to 10,000, ``count_is_more`` says that there are more. Cursors are null at an end."""

    items: list[FindingRow]
    count: int
    count_is_more: bool
    before: str | None
    after: str | None


class Piece(Schema):
    """Words of a paper with their place in its text, null where a person wrote them."""

    text: str
    start: int | None = None
    end: int | None = None
    page: int | None = None


class SchemeCode(Schema):
    """The category in one scheme."""

    scheme: str
    category: str | None
    reasons: list[str]


class AttributionSeen(Schema):
    """Where a joint finding was seen: the office's private note."""

    unit: UnitRef
    note: str


class FindingWhole(FindingRow):
    """A finding with what hangs on it, as far as the caller may know."""

    heading: str
    facts: list[Piece]
    codes: list[SchemeCode]
    measures: list[Piece]
    attributions: list[AttributionSeen]
    may_edit: bool


class Entry(Schema):
    """One change: what it was before and after; ``batch`` holds together what one act did."""

    at: datetime.datetime
    by: str | None
    act: str
    batch: uuid.UUID
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Change(Schema):
    """What is to change. ``version`` is the one the caller saw; what was fed back takes a ``reason``.

    Fields that are not named stay. ``facts`` are the words of the facts in order.
    """

    version: int
    reason: str = ""
    statement: str | None = None
    heading: str | None = None
    facts: list[str] | None = None
    category_id: int | None = None
    nature: str | None = None
    origin: str | None = None
    severity: str | None = None
    immediate: bool | None = None
    stated_leader: str | None = None
    stated_due: datetime.date | None = None
    stated_status: str | None = None


# Of these, null is a value: no category, no date. Elsewhere null means that nothing was said.
MAY_BE_NULL: Final = frozenset({"category_id", "stated_due"})


class Paging(Schema):
    """``after``/``before`` are cursors of a page; ``limit`` rows at most."""

    after: str | None = None
    before: str | None = None
    limit: int = 50


@router.get("", response={200: FindingPage, 401: Problem, 403: Problem, 422: Problem}, url_name="findings")
def list_findings(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Findings that the caller may know of. All filters of the list page: q, sort, round, unit, sector, category,
    state, nature, origin, severity, immediate, paper, feedback, changed_by; several values by repetition."""
    actor = actor_of(request)
    policy.require_room(actor, Room.LEDGER)
    asked = ledger.LedgerQuery.from_params(request.GET)
    size = max(1, min(paging.limit, MOST))
    page = ledger.page(actor, asked, after=paging.after, before=paging.before, size=size)
    count = ledger.count(actor, asked, beside=page.plan)
    return {
        "items": [row_of(finding, is_whole=POLICY.may(actor, "see_history")) for finding in page.rows],
        "count": count.number,
        "count_is_more": count.is_more,
        "before": page.before,
        "after": page.after,
    }


@router.get("/{int:pk}", response={200: FindingWhole, 401: Problem, 404: Problem}, url_name="finding")
def get_finding(request: HttpRequest, pk: int) -> Any:
    """One finding."""
    return _whole(_seen(request, pk))


@router.patch(
    "/{int:pk}",
    response={200: FindingWhole, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    url_name="finding",
)
def change_finding(request: HttpRequest, pk: int, change: Change) -> Any:
    """Change a finding. 409 when somebody else changed it since ``version``; nothing is overwritten."""
    _seen(request, pk)
    asked = change.dict(exclude_unset=True, exclude={"version", "reason"})
    changes = {name: value for name, value in asked.items() if value is not None or name in MAY_BE_NULL}
    if "facts" in changes:
        changes["facts"] = [{"text": text} for text in changes["facts"]]
    edit_finding(pk, changes=changes, version=change.version, actor=actor_of(request), reason=change.reason)
    return _whole(_seen(request, pk))


@router.get(
    "/{int:pk}/history",
    response={200: list[Entry], 401: Problem, 403: Problem, 404: Problem},
    url_name="finding_history",
)
def get_history(request: HttpRequest, pk: int) -> Any:
    """All that was done to a finding, newest first; for those who read the whole ledger."""
    seen = _seen(request, pk)
    return [
        {
            "at": entry.at,
            "by": entry.actor.name if entry.actor else None,
            "act": entry.act,
            "batch": entry.batch,
            "before": entry.before,
            "after": entry.after,
        }
        for entry in one.history(actor_of(request), seen.finding)
    ]


def _seen(request: HttpRequest, pk: int) -> one.Seen:
    seen = one.finding_seen(actor_of(request), pk)
    if seen is None:
        raise NotFound
    return seen


def unit_of(unit: Any) -> dict[str, Any] | None:
    """A unit, short; null for none."""
    return None if unit is None else {"id": unit.pk, "short_name": unit.short_name}


def row_of(finding: Any, *, is_whole: bool, units: Any = None) -> dict[str, Any]:
    """What a list says of a finding. ``units``: the addressees that the caller may know of."""
    if units is None:
        units = [addressee.unit for addressee in finding.addressees.all()]
    told = ("number", "state", "statement", "nature", "origin", "severity", "immediate")
    states = is_whole or finding.unit_id is not None
    return {
        **{name: getattr(finding, name) for name in told},
        "stated_leader": finding.stated_leader if states else "",
        "stated_due": finding.stated_due if states else None,
        "stated_status": finding.stated_status if states else "",
        "changed_at": finding.changed_at if is_whole else None,
        "version": finding.version if is_whole else None,
        "id": finding.pk,
        "round": str(finding.round),
        "unit": unit_of(finding.unit),
        "units": [unit_of(unit) for unit in units],
        "category": finding.category.code if finding.category else None,
        "feedback": finding.feedback_id,
    }


def _whole(seen: one.Seen) -> dict[str, Any]:
    measures = seen.stated.measures if seen.stated is not None else []
    return {
        **row_of(seen.finding, is_whole=seen.is_whole, units=seen.units),
        "heading": seen.finding.heading,
        "facts": [{"text": fact.text, "start": fact.start, "end": fact.end, "page": fact.page} for fact in seen.facts],
        "codes": [
            {
                "scheme": code.scheme.code,
                "category": code.category.code if code.category else None,
                "reasons": list(code.reasons),
            }
            for code in seen.codes
        ],
        "measures": measures,
        "attributions": [{"unit": unit_of(note.unit), "note": note.note} for note in seen.attributions],
        "may_edit": seen.may_edit,
    }
