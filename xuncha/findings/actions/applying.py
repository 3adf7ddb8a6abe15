"""入账: the rows of an old ledger enter the ledger, all that were decided to or none."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.cache import cache
from django.db import connections, router, transaction
from django.utils import timezone

from xuncha.findings.actions.feeding import feedback_title
from xuncha.findings.actions.keeping import NewFinding, add_findings, index_words, told
from xuncha.findings.actions.settling import hold_ledger
from xuncha.findings.models import Feedback, Finding, LedgerRow, Paper, Recipient, Stated
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries.old_ledgers import in_parts, shown
from xuncha.findings.workflow import CURRENT, PAPER_MOVES, FindingState, Nature, Origin, Severity, move
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Category
from xuncha.security import bulk, trail
from xuncha.security.errors import Invalid
from xuncha.security.models import User

BATCH: Final = 2000
"""Rows entered at once; between two batches the progress is told."""
_REMEMBERED: Final = 600
STATED: Final = {"department": "department", "person": "person", "due_words": "due_words", "number": "number"}
"""Fields of `Stated` by the value of a row that they take over word for word."""
_NATURES: Final = frozenset(Nature.values)
_ORIGINS: Final = frozenset(Origin.values)
_SEVERITIES: Final = frozenset(Severity.values)
_TOLD_STATED: Final = ("department", "person", "due_words", "progress", "number", "remark", "measures")


@dataclass(frozen=True, slots=True)
class Applied:
    """What was written: findings added, findings that got more stated, rows left out (by decision or by fault)."""

    paper: Paper
    batch: uuid.UUID
    added: int
    updated: int
    left_out: int


def progress_of(paper_id: int) -> tuple[int, int] | None:
    """How many rows of a paper have been entered, of how many; null when none is being entered.

    Kept beside the database: what a transaction wrote cannot be seen before it stands.
    """
    told_so: tuple[int, int] | None = cache.get(f"applying-{paper_id}")
    return told_so


def apply_rows(paper: Paper, *, actor: User, version: int | None) -> Applied:
    """台账入账: enter the rows as decided, in one transaction. ``version``: the paper as the actor saw it.

    Errors: `NotPermitted`; `Conflict` when columns or decisions changed since; `IllegalTransition` when the paper is
    not checked, or is entered already; `Invalid` (``nothing_to_enter``).
    """
    try:
        return _apply(paper, actor=actor, version=version)
    finally:
        cache.delete(f"applying-{paper.pk}")


@transaction.atomic
def _apply(paper: Paper, *, actor: User, version: int | None) -> Applied:
    POLICY.require(actor, "import_ledger", paper)
    held = hold_ledger(paper, version, step="check")
    rows = held.rows.only("paper", "values", "alike")
    adding = shown(rows, "add").order_by("pk")
    updating = shown(rows, "update").filter(alike__isnull=False).order_by("pk")
    total, to_add, to_update = held.rows.count(), adding.count(), updating.count()
    if not to_add + to_update:
        raise Invalid("nothing_to_enter", faults={})
    batch = uuid.uuid4()
    entering = _Entering(held, actor, batch)
    done = 0
    for part in in_parts(adding.iterator(chunk_size=BATCH), BATCH):
        _tell(held.pk, done, to_add + to_update)
        entering.add(part)
        done += len(part)
    for part in in_parts(updating.iterator(chunk_size=BATCH), BATCH):
        _tell(held.pk, done, to_add + to_update)
        entering.update(part)
        done += len(part)
    _tell(held.pk, done, done)
    held.state = move(PAPER_MOVES, "enter", held.state)
    held.entered_by, held.entered_at = actor, timezone.now()
    held.version += 1
    left_out = total - to_add - to_update
    held.reading = {**held.reading, "applied": {"added": to_add, "updated": entering.updated, "left_out": left_out}}
    held.save(update_fields=["state", "entered_by", "entered_at", "version", "reading"])
    after = {"state": held.state, "added": to_add, "updated": entering.updated, "left_out": left_out}
    trail.record(actor=actor, act="import_ledger", thing=held, before={"state": "review"}, after=after, batch=batch)
    return Applied(held, batch, to_add, entering.updated, left_out)


def _tell(paper_id: int, done: int, of: int) -> None:
    cache.set(f"applying-{paper_id}", (done, of), _REMEMBERED)


class _Entering:
    """What the rows of one paper share while they are entered."""

    def __init__(self, paper: Paper, actor: User, batch: uuid.UUID) -> None:
        self._paper, self._actor, self._batch = paper, actor, batch
        self._rounds = Round.objects.select_related("term").in_bulk()
        self._units = Unit.objects.in_bulk()
        self._categories = set(Category.objects.filter(scheme__is_leading=True).values_list("pk", flat=True))
        self._feedbacks: dict[tuple[int, int | None, datetime.date | None], Feedback] = {}
        self._recipients: set[tuple[int, int]] = set()
        self.updated = 0

    def add(self, rows: Sequence[LedgerRow]) -> None:
        """Enter rows as new findings."""
        addressed = [
            [unit for unit in dict.fromkeys(row.values.get("units", ())) if unit in self._units] for row in rows
        ]
        self._open_feedbacks(rows, addressed)
        new = [self._new(row, units) for row, units in zip(rows, addressed, strict=True)]
        findings = add_findings(new, actor=self._actor, act="import_ledger", batch=self._batch)
        _tie((finding.pk, row.pk) for finding, row in zip(findings, rows, strict=True))

    def _new(self, row: LedgerRow, units: Sequence[int]) -> NewFinding:
        values = row.values
        unit = self._units[units[0]] if len(units) == 1 else None
        round = self._rounds[values["round"]]
        category = values.get("category")
        finding = Finding(
            round=round,
            unit=unit,
            state=FindingState.ISSUED if self._paper.already_fed_back else FindingState.DRAFT,
            statement=values["finding"],
            heading=values.get("group", "").replace("\n", " ")[:300],
            category_id=category if category in self._categories else None,
            nature=_code(values, "nature", _NATURES),
            origin=_code(values, "origin", _ORIGINS),
            severity=_code(values, "severity", _SEVERITIES),
            immediate=bool(values.get("immediate")),
            feedback=self._feedbacks[self._feedback_of(row, units)],
            paper=self._paper,
            stated_leader=values.get("leader", "")[:60],
            stated_due=_date(values.get("due")),
            stated_status=values.get("status_words", "")[:40],
        )
        facts = [{"text": text} for text in values.get("manifestations", ())]
        return NewFinding(finding, facts, units, stated=_stated(values))

    def _feedback_of(self, row: LedgerRow, units: Sequence[int]) -> tuple[int, int | None, datetime.date | None]:
        """Round, unit (null: joint) and day by which the feedback of a row is known."""
        round = self._rounds[row.values["round"]]
        given_on = _date(row.values.get("feedback_date")) or self._paper.feedback_on or round.feedback_on
        return round.pk, units[0] if len(units) == 1 else None, given_on

    def _open_feedbacks(self, rows: Sequence[LedgerRow], addressed: Sequence[Sequence[int]]) -> None:
        """The feedback of this file to each unit (null: joint) in each round, issued if it was fed back already."""
        is_issued, now = self._paper.already_fed_back, timezone.now()
        missing: dict[tuple[int, int | None, datetime.date | None], Feedback] = {}
        for row, units in zip(rows, addressed, strict=True):
            key = self._feedback_of(row, units)
            if key in self._feedbacks or key in missing:
                continue
            round_id, unit_id, given_on = key
            missing[key] = Feedback(
                round_id=round_id,
                kind=Feedback.Kind.SINGLE if unit_id else Feedback.Kind.JOINT,
                title=feedback_title(self._rounds[round_id], self._units[unit_id] if unit_id else None, given_on),
                given_on=given_on,
                paper=self._paper,
                issued_at=now if is_issued else None,
                issued_by=self._actor if is_issued else None,
            )
        Feedback.objects.bulk_create(missing.values())
        self._feedbacks.update(missing)
        wanted: dict[tuple[int, int], None] = {}
        for row, units in zip(rows, addressed, strict=True):
            feedback = self._feedbacks[self._feedback_of(row, units)]
            wanted |= dict.fromkeys((feedback.pk, unit) for unit in units)
        new = [pair for pair in wanted if pair not in self._recipients]
        bulk.insert(Recipient, ("feedback", "unit"), new)
        self._recipients.update(new)

    def update(self, rows: Sequence[LedgerRow]) -> None:
        """Add what rows state to the findings they repeat; what a finding states already stays."""
        now = timezone.now()
        # As they are at this moment: what somebody did since the rows were compared, or an earlier part, must stay.
        keys = {row.alike_id for row in rows if row.alike_id is not None}
        locked = Finding.objects.select_for_update(of=("self",)).order_by("pk").in_bulk(keys)
        known = {
            stated.finding_id: stated
            for stated in Stated.objects.select_for_update(of=("self",)).filter(finding__in=keys).order_by("pk")
        }
        changes: dict[int, tuple[Finding, Mapping[str, Any]]] = {}
        new_stated: dict[int, Stated] = {}
        old_stated: dict[int, Stated] = {}
        for row in rows:
            finding = locked.get(row.alike_id or 0)
            if finding is None or finding.state not in CURRENT:
                continue
            # Two rows of one finding: the second adds to what the first left.
            held = changes.get(finding.pk)
            finding = held[0] if held else finding
            stated = new_stated.get(finding.pk) or old_stated.get(finding.pk) or known.get(finding.pk)
            is_new = stated is None
            stated = stated or Stated(finding=finding)
            before = _state_of(finding, stated)
            _add_stated(finding, stated, row.values)
            if _state_of(finding, stated) == before:
                continue
            changes.setdefault(finding.pk, (finding, before))
            if is_new:
                new_stated[finding.pk] = stated
            elif finding.pk not in new_stated:
                old_stated[finding.pk] = stated
        for finding, _ in changes.values():
            finding.changed_by, finding.changed_at = self._actor, now
            finding.version += 1
        findings = [finding for finding, _ in changes.values()]
        bulk.update(findings, ["stated_leader", "stated_due", "stated_status", "changed_by", "changed_at", "version"])
        bulk.insert_objects(list(new_stated.values()))
        bulk.update(list(old_stated.values()), _TOLD_STATED)
        index_words([(finding, new_stated.get(finding.pk) or old_stated[finding.pk]) for finding in findings])
        trail.record_many(
            actor=self._actor,
            act="add_stated",
            changes=[
                (finding, *_changed(before, _state_of(finding, new_stated.get(pk) or old_stated[pk])))
                for pk, (finding, before) in changes.items()
            ],
            batch=self._batch,
        )
        self.updated += len(findings)


def _code(values: Mapping[str, Any], name: str, known: frozenset[str]) -> str:
    code = str(values.get(name, ""))
    return code if code in known else ""


def _date(iso: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(iso) if iso else None


def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Stated` that a row gives; empty where it states nothing beside the problem."""
    limits = {"department": 100, "person": 100, "due_words": 100, "number": 60}
    found: dict[str, Any] = {name: values[said][: limits[name]] for said, name in STATED.items() if values.get(said)}
    progress = "\n".join(words for words in (values.get("progress_text"), values.get("evidence")) if words)
    if progress:
        found["progress"] = progress
    if values.get("remark"):
        found["remark"] = values["remark"]
    if values.get("measure"):
        found["measures"] = [{"text": text, "start": None, "end": None, "page": None} for text in values["measure"]]
    return found


def _add_stated(finding: Finding, stated: Stated, values: Mapping[str, Any]) -> None:
    for name, words in _stated(values).items():
        if name == "measures":
            known = {measure.get("text") for measure in stated.measures}
            stated.measures = [*stated.measures, *(each for each in words if each["text"] not in known)]
        elif name in ("progress", "remark"):
            before = getattr(stated, name)
            if words not in before:
                setattr(stated, name, f"{before}\n{words}" if before else words)
        elif not getattr(stated, name):
            setattr(stated, name, words)
    finding.stated_leader = finding.stated_leader or values.get("leader", "")[:60]
    finding.stated_due = finding.stated_due or _date(values.get("due"))
    finding.stated_status = finding.stated_status or values.get("status_words", "")[:40]


def _state_of(finding: Finding, stated: Stated) -> dict[str, Any]:
    whole = told(finding)
    fields = {name: whole[name] for name in ("stated_leader", "stated_due", "stated_status")}
    return {**fields, **{f"stated.{name}": getattr(stated, name) for name in _TOLD_STATED}}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def _tie(pairs: Iterable[tuple[int, int]]) -> None:
    """Note on each row the finding that came of it."""
    connection = connections[router.db_for_write(LedgerRow)]
    told_so: Iterator[tuple[int, int]] = iter(pairs)
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE findings_ledgerrow SET alike_id = %s, likeness = 1 WHERE id = %s", list(told_so))
