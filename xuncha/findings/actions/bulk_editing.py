"""One value for many findings at once: seen beforehand, done in one transaction, taken back as one batch."""

from __future__ import annotations

import datetime
import uuid
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from xuncha.findings.actions import keeping
from xuncha.findings.actions.checking import faults_of
from xuncha.findings.actions.editing import known_units
from xuncha.findings.models import Addressee, Classification, Finding, search
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries.ledger.selection import Selection
from xuncha.findings.workflow import EDITABLE, FindingState
from xuncha.rulebook.models import Category, Scheme
from xuncha.security import trail
from xuncha.security.errors import Invalid
from xuncha.security.models import User
from xuncha.security.policy import hidden_units

ACT: Final = "edit_findings"
BATCH: Final = 1000
# Fields of a bulk edit that are columns of the finding.
COLUMNS: Final = {
    "category": "category_id",
    "severity": "severity",
    "nature": "nature",
    "origin": "origin",
    "immediate": "immediate",
    "leader": "stated_leader",
    "due": "stated_due",
    "state": "state",
}
FIELDS: Final = (*COLUMNS, "code", "units")
_ACTS: Final = {"units": "address_finding", "state": "withdraw_finding"}


@dataclass(frozen=True)
class BulkEdit:
    """``field`` of `FIELDS` becomes ``value``: a key, a code, words, a date, keys of units; null takes it away.

    ``code`` is the code in a further ``scheme``; ``state`` knows only ``withdrawn``.
    """

    field: str
    value: Any
    scheme: int | None = None


@dataclass
class Preview:
    """What an edit would do: ``changes`` counts rows by the value they have now, ``left`` by why they cannot.

    ``same`` have the value already. Reasons: ``not_editable`` (replaced or withdrawn), ``already_issued`` (its number,
    its unit and whom it was given to are frozen), ``single_unit`` (given to its own unit for good),
    ``changed_since`` (somebody changed it since the actor looked).
    """

    changes: Counter[Any] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    same: int = 0

    @property
    def changing(self) -> int:
        """How many rows would change."""
        return self.changes.total()


@dataclass(frozen=True)
class Edited:
    """What was done: under which batch, and what was left and why."""

    batch: uuid.UUID
    changed: int
    same: int
    left: Mapping[str, int]


@dataclass(frozen=True)
class _Row:
    key: int
    state: str
    unit: int | None
    now: Any
    reasons: Any = None
    # Units that the actor keeps off stay addressed, and are neither shown nor counted.
    kept: tuple[int, ...] = ()


def preview(selection: Selection, edit: BulkEdit, *, actor: User) -> Preview:
    """What the edit would do to each of the chosen findings. Errors: as of `edit_findings`."""
    edit = _settled(edit, actor)
    found, hidden = Preview(), hidden_units(actor)
    for rows in _batches(selection.findings(actor), edit, hidden):
        for row in rows:
            reason = _why_not(row, edit)
            if reason:
                found.left[reason] += 1
            elif _is_same(row, edit):
                found.same += 1
            else:
                found.changes[tuple(row.now) if isinstance(row.now, list) else row.now] += 1
    return found


@transaction.atomic
def edit_findings(
    selection: Selection, edit: BulkEdit, *, actor: User, as_of: datetime.datetime | None = None
) -> Edited:
    """批量修改: the value for all chosen findings that can have it, in one batch of the trail.

    What somebody else changed after ``as_of``, when the actor looked, is left as it is and counted. Errors:
    `NotPermitted`; `Invalid` with faults when the value cannot be used.
    """
    edit = _settled(edit, actor)
    batch, hidden = uuid.uuid4(), hidden_units(actor)
    changed, same = 0, 0
    left: Counter[str] = Counter()
    late = Finding.objects.filter(changed_at__gt=as_of).exclude(changed_by=actor) if as_of else Finding.objects.none()
    for rows in _batches(selection.findings(actor), edit, hidden, locked=True):
        touched = set(late.filter(pk__in=[row.key for row in rows]).values_list("pk", flat=True)) if as_of else set()
        part = []
        for row in rows:
            reason = "changed_since" if row.key in touched else _why_not(row, edit)
            if reason:
                left[reason] += 1
            elif _is_same(row, edit):
                same += 1
            else:
                part.append(row)
        if part:
            _write(part, edit, actor, batch)
            changed += len(part)
    return Edited(batch, changed, same, left)


def _settled(edit: BulkEdit, actor: User) -> BulkEdit:
    """The edit with its value as the database will hold it. Errors: `NotPermitted`, `Invalid`."""
    POLICY.require(actor, _ACTS.get(edit.field, "edit_finding"))
    if edit.field not in FIELDS:
        raise LookupError(f"not a field of a bulk edit: {edit.field!r}")
    value = edit.value
    faults: dict[str, tuple[str, int]] = {}
    if edit.field in ("category", "code"):
        known = Category.objects.filter(retired_on__isnull=True, scheme__state=Scheme.State.ACTIVE)
        mine = (
            Q(scheme__is_leading=True) if edit.field == "category" else Q(scheme=edit.scheme, scheme__is_leading=False)
        )
        known = known.filter(mine)
        if value is not None and not known.filter(pk=value).exists():
            faults["value"] = ("unknown", 0)
    elif edit.field == "units":
        # Who is recused from a unit adds it to nothing, and strikes it out of nothing (`_Row.kept`).
        value = sorted(set(known_units(value)) - hidden_units(actor))
        if not value:
            faults["value"] = ("required", 0)
    elif edit.field == "state":
        if value != FindingState.WITHDRAWN:
            faults["value"] = ("unknown", 0)
    elif edit.field == "immediate":
        value = bool(value)
    else:
        column = COLUMNS[edit.field]
        value = value.strip() if isinstance(value, str) else value
        found = faults_of({column: value})
        if found:
            faults["value"] = next(iter(found.values()))
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    return BulkEdit(edit.field, value, edit.scheme)


def _why_not(row: _Row, edit: BulkEdit) -> str:
    if edit.field == "units" and row.unit is not None:
        return "single_unit"
    if row.state not in EDITABLE:
        return "not_editable"
    if edit.field in ("units", "state") and row.state != FindingState.DRAFT:
        return "already_issued"
    return ""


def _is_same(row: _Row, edit: BulkEdit) -> bool:
    return bool(row.now == edit.value)


def _batches(
    findings: QuerySet[Finding], edit: BulkEdit, hidden: frozenset[int], *, locked: bool = False
) -> Iterator[list[_Row]]:
    """The rows in parts, by key. Keys alone are held at once: eight bytes a row, a million in 8 MB."""
    keys = array("q", findings.order_by().values_list("pk", flat=True).iterator(chunk_size=10_000))
    column = COLUMNS.get(edit.field, "state")
    fields = ["pk", "state", "unit_id", column, *(["category_reasons"] if edit.field == "category" else [])]
    for i in range(0, len(keys), BATCH):
        part = list(keys[i : i + BATCH])
        rows = Finding.objects.filter(pk__in=part)
        if locked:
            rows = rows.select_for_update()
        values = list(rows.order_by("pk").values_list(*fields))
        now = _hanging(part, edit)
        if edit.field == "units":
            yield [_addressed(row[0], row[1], row[2], (now or {}).get(row[0], []), hidden) for row in values]
        else:
            yield [
                _Row(
                    row[0], row[1], row[2], row[3] if now is None else now.get(row[0]), row[4] if len(row) > 4 else None
                )
                for row in values
            ]


def _addressed(key: int, state: str, unit: int | None, units: Sequence[int], hidden: frozenset[int]) -> _Row:
    kept = tuple(each for each in units if each in hidden)
    return _Row(key, state, unit, [each for each in units if each not in hidden], kept=kept)


def _hanging(keys: Sequence[int], edit: BulkEdit) -> dict[int, Any] | None:
    """What the rows have now, where it does not stand on the finding itself."""
    if edit.field == "code":
        codes = Classification.objects.filter(finding__in=keys, scheme=edit.scheme)
        return dict(codes.values_list("finding_id", "category_id"))
    if edit.field == "units":
        units: dict[int, list[int]] = {}
        held = Addressee.objects.filter(finding__in=keys).order_by("unit_id")
        for finding, unit in held.values_list("finding_id", "unit_id"):
            units.setdefault(finding, []).append(unit)
        return units
    return None


def _write(rows: Sequence[_Row], edit: BulkEdit, actor: User, batch: uuid.UUID) -> None:
    keys = [row.key for row in rows]
    values: dict[str, Any] = {}
    if edit.field in COLUMNS:
        values[COLUMNS[edit.field]] = edit.value
        if edit.field == "category":
            values["category_reasons"] = []
    Finding.objects.filter(pk__in=keys).update(
        **values, changed_by=actor, changed_at=timezone.now(), version=F("version") + 1
    )
    if edit.field == "code":
        _write_codes(keys, edit)
    elif edit.field == "units":
        kept = hidden_units(actor)
        Addressee.objects.filter(finding__in=keys).exclude(unit__in=edit.value).exclude(unit__in=kept).delete()
        Addressee.objects.bulk_create(
            (Addressee(finding_id=key, unit_id=unit) for key in keys for unit in edit.value),
            ignore_conflicts=True,
            batch_size=BATCH,
        )
    trail.record_many(actor=actor, act=ACT, changes=_told(rows, edit), batch=batch)
    if edit.field == "leader":
        reindex(keys)


def _write_codes(keys: Sequence[int], edit: BulkEdit) -> None:
    Classification.objects.filter(finding__in=keys, scheme=edit.scheme).delete()
    if edit.value is not None and edit.scheme is not None:
        Classification.objects.bulk_create(
            [Classification(finding_id=key, scheme_id=edit.scheme, category_id=edit.value) for key in keys],
            batch_size=BATCH,
        )


def _told(rows: Sequence[_Row], edit: BulkEdit) -> Iterator[tuple[Finding, dict[str, Any], dict[str, Any]]]:
    """For the trail, in the words of `telling`; codes whole, as they are taken back whole."""
    codes: dict[int, dict[str, int]] = {}
    if edit.field == "code":
        for finding, scheme, category in Classification.objects.filter(
            finding__in=[row.key for row in rows]
        ).values_list("finding_id", "scheme_id", "category_id"):
            codes.setdefault(finding, {})[str(scheme)] = category
    for row in rows:
        thing = Finding(pk=row.key)
        if edit.field == "code":
            after = codes.get(row.key, {})
            others = {scheme: code for scheme, code in after.items() if scheme != str(edit.scheme)}
            before = others if row.now is None else {**others, str(edit.scheme): row.now}
            yield thing, {"codes": before}, {"codes": after}
        elif edit.field == "units":
            yield thing, {"units": sorted([*row.now, *row.kept])}, {"units": sorted([*edit.value, *row.kept])}
        elif edit.field == "category" and row.reasons:
            yield (
                thing,
                {"category_id": row.now, "category_reasons": row.reasons},
                {"category_id": edit.value, "category_reasons": []},
            )
        else:
            column = COLUMNS[edit.field]
            yield thing, {column: row.now}, {column: edit.value}


def reindex(keys: Sequence[int]) -> None:
    """Renew the search text of findings; their near-duplicate keys hang on the statement alone."""
    rows = Finding.objects.filter(pk__in=keys).select_related("stated").prefetch_related("manifestations")
    search.index((finding.pk, keeping.searchable(finding)) for finding in rows)
