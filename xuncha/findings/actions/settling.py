"""What people settle of an old ledger before it is entered: columns, unknown names, duplicates, corrected files."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from xuncha.archive.actions import take_in
from xuncha.extraction.ledger import old
from xuncha.findings.actions.uploading import fault_of_name, looked_at, shown_name, suffix_of
from xuncha.findings.models import ColumnMapping, LedgerRow, Paper
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries.old_ledgers import check_likeness, rows_named, shown
from xuncha.findings.queries.row_names import KINDS, RowNames, Unknown, lay_down
from xuncha.findings.workflow import PAPER_MOVES, PaperState, move
from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Category
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.models import User

LONGEST_NAME: Final = 60
Decision = LedgerRow.Decision
BATCH: Final = 2000
READABLE: Final = frozenset({".xlsx", ".xls", ".csv"})
"""Endings of the files that are read row by row."""


@dataclass(frozen=True, slots=True)
class Given:
    """What holds for rows that do not say it themselves. ``already_fed_back`` false: they are entered as drafts."""

    round_id: int | None
    unit_id: int | None
    feedback_on: datetime.date | None
    already_fed_back: bool = True


def hold_ledger(paper: Paper, version: int | None, *, step: str = "") -> Paper:
    """The old ledger, held for a change; inside the caller's transaction.

    Errors: `Conflict` (``paper_changed``) when somebody changed it since; `IllegalTransition` when it is not under
    review, or not at the ``step``.
    """
    held = (
        Paper.objects.select_for_update(of=("self",))
        .select_related("file", "round__term", "unit", "uploaded_by")
        .filter(pk=paper.pk, kind=Paper.Kind.LEDGER)
        .first()
    )
    if held is None:
        raise Conflict("paper_gone", current=None)
    if version is not None and held.version != version:
        raise Conflict("paper_changed", current=held)
    if held.state != PaperState.REVIEW or (step and held.reading.get("step") != step):
        raise IllegalTransition("not_under_review", act="import_ledger", state=held.state)
    return held


@transaction.atomic
def settle_columns(
    paper: Paper, *, plan: old.MappingPlan, given: Given, actor: User, version: int, save_as: str = ""
) -> Paper:
    """核定列对应: the rows will be read by this plan. Errors: `Invalid` with a code per sheet or field, `Conflict`.

    ``save_as``: the name under which the plan is kept as well; empty: it is not. ``faults`` maps ``sheet-N`` to the
    problems of `SheetPlan.problems`, ``sheets`` to ``none_taken``, ``round`` and ``unit`` to ``required`` or
    ``unknown``, ``save_as`` to ``too_long``.
    """
    POLICY.require(actor, "import_ledger", paper)
    held = hold_ledger(paper, version)
    faults = _faults(plan, given, actor)
    save_as = " ".join(save_as.split())
    if len(save_as) > LONGEST_NAME:
        faults["save_as"] = "too_long"
    if faults:
        raise Invalid("columns_unsettled", faults=faults)
    before = {"state": held.state, "step": held.reading.get("step")}
    held.state = move(PAPER_MOVES, "check_rows", held.state)
    held.reading = {**held.reading, "step": "rows", "plan": plan.as_json()}
    held.round_id, held.unit_id = given.round_id, given.unit_id
    held.feedback_on, held.already_fed_back = given.feedback_on, given.already_fed_back
    held.progress = held.progress_of = 0
    held.version += 1
    held.save()
    trail.record(
        actor=actor, act="settle_columns", thing=held, before=before, after={"state": held.state, "step": "rows"}
    )
    if save_as:
        save_mapping(save_as, plan=plan, actor=actor)
    return held


def _faults(plan: old.MappingPlan, given: Given, actor: User) -> dict[str, Any]:
    faults: dict[str, Any] = {}
    for sheet in plan.sheets:
        problems = sheet.problems()
        if problems:
            faults[f"sheet-{sheet.number}"] = problems
    taken = [sheet for sheet in plan.sheets if sheet.is_taken]
    if not taken:
        faults["sheets"] = "none_taken"
    said = [set(sheet.columns.values()) for sheet in taken]
    if given.round_id is None and any("round" not in fields for fields in said):
        faults["round"] = "required"
    elif given.round_id is not None and not Round.objects.filter(pk=given.round_id).exists():
        faults["round"] = "unknown"
    if given.unit_id is None and any("unit" not in fields for fields in said):
        faults["unit"] = "required"
    elif given.unit_id is not None and not _units(actor).filter(pk=given.unit_id).exists():
        faults["unit"] = "unknown"
    return faults


def _units(actor: User) -> QuerySet[Unit]:
    return units_visible_to(actor).filter(state=Unit.State.ACTIVE)


@transaction.atomic
def save_mapping(name: str, *, plan: old.MappingPlan, actor: User) -> ColumnMapping:
    """保存列对应: keep what was settled under a name; the same name is written over. Errors: `Invalid` (``name``)."""
    POLICY.require(actor, "import_ledger")
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("mapping_name", faults={"name": "required" if not name else "too_long"})
    settled = plan.settled()
    before = ColumnMapping.objects.filter(name=name).values("mapping").first()
    kept, _ = ColumnMapping.objects.update_or_create(
        name=name,
        defaults={"headers": list(settled), "mapping": settled, "saved_by": actor, "saved_at": timezone.now()},
    )
    trail.record(actor=actor, act="save_mapping", thing=kept, before=before, after={"mapping": settled})
    return kept


@transaction.atomic
def assign_names(paper: Paper, *, assigned: Mapping[str, Mapping[str, int]], actor: User, version: int) -> Paper:
    """指定名称: what unknown names mean, for all rows of the file at once. ``assigned``: key by words by kind
    (``unit``, ``category``, ``round``). Errors: `Invalid` for a key that is not there."""
    POLICY.require(actor, "import_ledger", paper)
    held = hold_ledger(paper, version, step="check")
    known: dict[str, Any] = {
        "unit": _units(actor),
        "category": Category.objects.filter(scheme__is_leading=True, retired_on__isnull=True),
        "round": Round.objects.all(),
    }
    wanted = {kind: dict(names) for kind, names in assigned.items() if kind in known and names}
    for kind, names in wanted.items():
        asked = set(names.values())
        if known[kind].filter(pk__in=asked).count() != len(asked):
            raise Invalid("unknown_key", faults={kind: "unknown"})
    if not wanted:
        return held
    before = held.reading.get("assigned", {})
    held.reading = {
        **held.reading,
        "assigned": {**before, **{kind: {**before.get(kind, {}), **names} for kind, names in wanted.items()}},
    }
    _resolve_again(held, [code for code, kind in KINDS.items() if kind in wanted])
    held.version += 1
    held.save(update_fields=["reading", "version"])
    trail.record(actor=actor, act="assign_names", thing=held, before={"assigned": before}, after={"assigned": wanted})
    return held


def _resolve_again(paper: Paper, codes: list[str]) -> None:
    """Put what the names mean now on the rows with such faults, and look for duplicates of them."""
    names = RowNames(paper)
    changed: list[LedgerRow] = []
    for row in rows_named(paper, codes).order_by("pk").iterator(chunk_size=BATCH):
        values = dict(row.values)
        faults = names.resolve(values, row.faults)
        if len(faults) != len(row.faults):
            lay_down(row, values, faults)
            changed.append(row)
    check_likeness(changed)
    fields = ["values", "faults", "fault_codes", "may_be_entered", "unit", "alike", "likeness", "decision"]
    LedgerRow.objects.bulk_update(changed, fields, batch_size=200)
    unknown = Unknown()
    for faults in rows_named(paper, list(KINDS)).values_list("faults", flat=True).iterator(chunk_size=BATCH):
        unknown.add(faults)
    paper.reading = {**paper.reading, "unknown": unknown.as_json()}


@transaction.atomic
def decide_rows(
    paper: Paper,
    *,
    decision: str,
    actor: User,
    version: int | None,
    rows: Iterable[int] | None = None,
    was: str = "",
    show: str = "",
    fault: str = "",
) -> int:
    """核定重复: what entering does with the rows (``rows``, or all that ``show`` and ``fault`` narrow the list to).

    Rows without a finding that they may repeat cannot be added to one; they keep what was decided. How many changed.
    ``version`` null for single rows, with ``was``: what had been decided when the actor looked. Errors: `Conflict`
    (``paper_changed``, ``row_changed``).
    """
    POLICY.require(actor, "import_ledger", paper)
    held = hold_ledger(paper, version, step="check")
    if decision not in Decision.values:
        raise Invalid("unknown_decision", faults={"decision": "unknown"})
    chosen = held.rows.filter(pk__in=list(rows)) if rows is not None else shown(held.rows.all(), show, fault)
    if was and chosen.exclude(decision__in=(was, decision)).exists():
        raise Conflict("row_changed", current=held)
    if decision == Decision.UPDATE:
        chosen = chosen.filter(alike__isnull=False)
    count = chosen.exclude(decision=decision).update(decision=decision)
    if count:
        Paper.objects.filter(pk=held.pk).update(version=F("version") + 1)
        trail.record(
            actor=actor,
            act="decide_rows",
            thing=held,
            after={"decision": decision, "rows": count, "show": show if rows is None else ""},
        )
    return count


def correct_file(
    paper: Paper, *, pieces: Iterable[bytes] | IO[bytes], name: str, actor: User, version: int | None
) -> Paper:
    """更正文件: a corrected file takes the place of the first; its rows are read anew by what was settled.

    Errors: `Conflict`; `Invalid` (``wrong_type``, ``file_empty``, ``file_too_large`` with ``limit``, ``disk_full``,
    ``same_file``: nothing was corrected).
    """
    POLICY.require(actor, "import_ledger", paper)
    name = shown_name(name)
    if suffix_of(name) not in READABLE:
        raise Invalid("wrong_type", faults={"file": "wrong_type"})
    if fault := fault_of_name(name, archives=False):
        raise Invalid(fault, faults={"file": fault})
    # Outside the transaction: the disk is slow, and nobody else may write meanwhile.
    stored = take_in(looked_at(pieces), actor=actor)
    with transaction.atomic():
        held = hold_ledger(paper, version)
        if stored.pk == held.file_id:
            raise Invalid("same_file", faults={"file": "same_file"})
        before = {"file": held.file_id, "name": held.name}
        held.state = move(PAPER_MOVES, "check_rows", held.state)
        held.file, held.name = stored, name
        held.reading = {**held.reading, "step": "again"}
        held.progress = held.progress_of = 0
        held.version += 1
        held.save()
        after = {"file": stored.pk, "name": held.name}
        trail.record(actor=actor, act="correct_file", thing=held, before=before, after=after)
    return held
