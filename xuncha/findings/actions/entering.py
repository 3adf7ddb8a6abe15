"""入账: what was accepted of a paper enters the ledger, all of it or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from xuncha.documents.values.periods import last_day
from xuncha.findings.actions.keeping import NewFinding, add_findings
from xuncha.findings.actions.reading import hold_paper
from xuncha.findings.models import Attribution, Draft, Feedback, Finding, Paper, Recipient, Requirement
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries.entering import Plan, headings, plan_of
from xuncha.findings.workflow import PAPER_MOVES, FindingState, PaperState, move
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Category
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.models import User

TITLE: Final = 300
HEAD: Final = 120
"""A demand without a heading of its own is named by so many of its first characters."""
_NAMES: Final = {"leader": 60, "status": 40, "department": 100, "person": 100}


@dataclass(frozen=True, slots=True)
class Entry:
    """What entering a paper did. ``is_new`` is false where it had been entered before: nothing was done again."""

    paper: Paper
    feedback: Feedback | None
    findings: int
    requirements: int
    batch: uuid.UUID | None
    is_new: bool


@transaction.atomic
def enter_paper(paper: Paper, *, actor: User, version: int, last_step: int | None = None) -> Entry:
    """确认入账: the accepted findings with all that hangs on them, the feedback and its requirements.

    ``version`` is the paper's, ``last_step`` the key of the newest step of the review, as the actor saw them. A paper
    that was entered already is left as it is, whoever asks again.
    Errors: `NotPermitted`; `Conflict` (``paper_changed``, ``review_went_on``) when somebody changed something since;
    `Invalid` (``not_ready``) with ``lacks`` as `queries.entering.Lack`; `IllegalTransition`.
    """
    POLICY.require(actor, "enter_paper", paper)
    held = hold_paper(paper, None)
    if held.state == PaperState.ENTERED:
        return _entered_before(held)
    if held.kind == Paper.Kind.LEDGER:
        raise IllegalTransition("is_a_ledger", act="enter_paper", state=held.state)
    state = move(PAPER_MOVES, "enter", held.state)
    if held.version != version:
        raise Conflict("paper_changed", current=held)
    plan = plan_of(held)
    if last_step is not None and plan.last_step != last_step:
        raise Conflict("review_went_on", current=held)
    if plan.lacks or plan.round is None:
        raise Invalid("not_ready", faults={}, lacks=plan.lacks)
    batch = uuid.uuid4()
    feedback = _add_feedback(plan, plan.round, actor, batch)
    findings = add_findings(_new_findings(plan, feedback), actor=actor, act="enter_paper", batch=batch)
    _keep_attributions(plan, findings, actor)
    requirements = _add_requirements(plan, feedback)
    before = {"state": held.state}
    held.state = state
    held.entered_by, held.entered_at = actor, timezone.now()
    held.version += 1
    held.save(update_fields=["state", "entered_by", "entered_at", "version"])
    after = {"state": held.state, "findings": len(findings), "requirements": len(requirements)}
    trail.record(actor=actor, act="enter_paper", thing=held, before=before, after=after, batch=batch)
    return Entry(held, feedback, len(findings), len(requirements), batch, True)


def _entered_before(paper: Paper) -> Entry:
    feedback = paper.feedbacks.order_by("id").first()
    requirements = feedback.requirements.count() if feedback is not None else 0
    return Entry(paper, feedback, paper.findings.count(), requirements, None, False)


def _add_feedback(plan: Plan, round: Round, actor: User, batch: uuid.UUID) -> Feedback:
    paper = plan.paper
    is_issued = paper.already_fed_back
    title = (paper.reading.get("facts") or {}).get("title") or PurePosixPath(paper.name).stem
    feedback = Feedback.objects.create(
        round=round,
        kind=Feedback.Kind.JOINT if plan.owner is None else Feedback.Kind.SINGLE,
        title=title[:200],
        given_on=paper.feedback_on,
        paper=paper,
        issued_at=timezone.now() if is_issued else None,
        issued_by=actor if is_issued else None,
    )
    units = dict.fromkeys([*plan.recipients, *(unit for draft in plan.items for unit in plan.addressees(draft))])
    Recipient.objects.bulk_create(Recipient(feedback=feedback, unit=unit) for unit in units)
    after = {
        "title": feedback.title,
        "kind": feedback.kind,
        "given_on": feedback.given_on,
        "recipients": [unit.pk for unit in units],
        "is_issued": is_issued,
    }
    trail.record(actor=actor, act="enter_feedback", thing=feedback, after=after, batch=batch)
    return feedback


def _new_findings(plan: Plan, feedback: Feedback) -> list[NewFinding]:
    above = headings(plan.paper)
    codes = _codes(plan.items)
    leading = set(
        Category.objects.filter(
            scheme__is_leading=True, pk__in={draft.category_id for draft in plan.items if draft.category_id}
        ).values_list("pk", flat=True)
    )
    return [
        NewFinding(
            _finding(plan, draft, feedback, above.get(draft.group_id or 0, ""), leading),
            manifestations=[_piece(piece) for piece in draft.evidence],
            units=[unit.pk for unit in plan.addressees(draft)],
            stated=_stated(draft),
            codes=codes.get(draft.pk, {}),
        )
        for draft in plan.items
    ]


def _finding(plan: Plan, draft: Draft, feedback: Feedback, heading: str, leading: set[int]) -> Finding:
    stated = draft.stated
    return Finding(
        round=plan.round,
        unit=plan.owner,
        state=FindingState.ISSUED if feedback.issued_at is not None else FindingState.DRAFT,
        statement=draft.statement,
        heading=heading[:TITLE],
        category_id=draft.category_id if draft.category_id in leading else None,
        category_reasons=draft.category_reasons if draft.category_id in leading else [],
        nature=draft.nature,
        origin=draft.origin,
        severity=draft.severity,
        immediate=draft.immediate,
        feedback=feedback,
        paper=plan.paper,
        start=draft.start,
        end=draft.end,
        page=draft.page,
        stated_leader=_words(stated, "leader"),
        stated_due=last_day(draft.due or str(stated.get("due", "")), plan.paper.feedback_on),
        stated_status=_words(stated, "status"),
    )


def _stated(draft: Draft) -> dict[str, Any] | None:
    """What is kept as stated beside the finding's own fields; null where the paper states none of it."""
    kept = {
        "department": _words(draft.stated, "department"),
        "person": _words(draft.stated, "person"),
        "due_words": (draft.due or str(draft.stated.get("due", "")))[:100],
        "measures": [_piece(piece) for piece in draft.measures],
    }
    return kept if any(kept.values()) else None


def _codes(drafts: Sequence[Draft]) -> dict[int, dict[int, int]]:
    """The codes in further schemes by draft, of those categories that there still are."""
    wanted = {int(category) for draft in drafts for category in draft.codes.values()}
    if not wanted:
        return {}
    schemes = dict(Category.objects.filter(pk__in=wanted, scheme__is_leading=False).values_list("pk", "scheme_id"))
    return {
        draft.pk: {schemes[int(key)]: int(key) for key in draft.codes.values() if int(key) in schemes}
        for draft in drafts
    }


def _keep_attributions(plan: Plan, findings: Sequence[Finding], actor: User) -> None:
    notes = {
        (finding.pk, plan.units[int(note["unit"])].pk): str(note.get("note", ""))[:300]
        for draft, finding in zip(plan.items, findings, strict=True)
        for note in draft.seen_at
        if int(note["unit"]) in plan.units
    }
    Attribution.objects.bulk_create(
        [Attribution(finding_id=finding, unit_id=unit, note=note, by=actor) for (finding, unit), note in notes.items()],
        batch_size=1000,
    )


def _add_requirements(plan: Plan, feedback: Feedback) -> list[Requirement]:
    requirements = []
    for order, draft in enumerate(plan.requirements, start=1):
        title, duties = draft.statement.strip(), [_piece(piece) for piece in draft.duties]
        if len(title) > TITLE:
            duties.insert(0, _piece({"text": title, "start": draft.start, "end": draft.end, "page": draft.page}))
            title = f"{title[:HEAD]}…"
        requirements.append(
            Requirement(
                feedback=feedback,
                order=order,
                title=title,
                who=str(draft.stated.get("who", ""))[:100],
                duties=duties,
                due_on=last_day(draft.due, plan.paper.feedback_on),
                due_words=draft.due,
                start=draft.start,
                end=draft.end,
                page=draft.page,
            )
        )
    return Requirement.objects.bulk_create(requirements)


def _piece(piece: Mapping[str, Any]) -> dict[str, Any]:
    return {name: piece.get(name) for name in ("text", "start", "end", "page")}


def _words(stated: Mapping[str, Any], name: str) -> str:
    return str(stated.get(name, ""))[: _NAMES[name]]
