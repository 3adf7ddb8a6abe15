"""An act on findings taken back as a whole, from what the trail says was before."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from xuncha.findings.actions import keeping, telling
from xuncha.findings.actions.bulk_editing import reindex
from xuncha.findings.actions.editing import FED_BACK
from xuncha.findings.actions.feeding import leave_issued
from xuncha.findings.models import Finding
from xuncha.findings.permissions import POLICY, findings_visible_to
from xuncha.findings.workflow import EDITABLE
from xuncha.rulebook.models import Scheme
from xuncha.security import trail
from xuncha.security.errors import Conflict, Invalid, NotPermitted
from xuncha.security.models import TrailEntry, User
from xuncha.security.policy import is_excluded

BATCH: Final = 1000
KIND: Final = Finding._meta.label_lower
# Acts that only gave fields other values; what made, issued, split or merged findings has no such way back.
UNDOABLE: Final = frozenset(
    {
        "edit_finding",
        "edit_findings",
        "address_finding",
        "attribute_finding",
        "withdraw_finding",
        "restore_finding",
        "undo",
    }
)
LED: Final = "lead_scheme"
# Of rows in the way this many are named.
MOST_NAMED: Final = 20
_SIMPLE: Final = frozenset(telling.OWN)
_SEARCHED: Final = frozenset({"statement", "number", "facts", "stated_leader", "stated_status", *telling.STATED})
# What feeding it back froze or told the units is not put back from before: that takes a correction with a reason.
_FROZEN: Final = frozenset({"unit_id", "number", "serial", "number_key", "units", "feedback_id", "state", *FED_BACK})
_CODED: Final = frozenset({"category_id", "category_reasons", "codes", "code_reasons"})


@dataclass(frozen=True)
class InTheWay:
    """A finding that was changed since: by whom, and when."""

    finding: Finding
    entry: TrailEntry


@dataclass(frozen=True)
class Undone:
    """What was taken back, under a batch of its own, which can be taken back as well; ``left`` rows stayed."""

    batch: uuid.UUID
    changed: int
    left: int


@transaction.atomic
def undo_batch(batch: uuid.UUID, *, actor: User, leaving: bool = False) -> Undone:
    """撤销: the values before one act, for all findings it changed.

    Findings changed since in the same respect are in the way: `Conflict` names them and who changed them; with
    ``leaving`` they stay as they are and the rest is taken back. Errors: `NotPermitted`; `Invalid` when the act cannot
    be taken back or was already.
    """
    POLICY.require(actor, "undo")
    touched = TrailEntry.objects.filter(batch=batch, object_kind=KIND)
    if is_excluded(actor) and touched.exclude(object_id__in=findings_visible_to(actor).values("pk")).exists():
        # Not in part: whoever is recused from a unit since then asks a colleague.
        raise NotPermitted("not_permitted", act="undo")
    acts = set(trail.batch_entries(batch).values_list("act", flat=True).distinct().order_by())
    if not acts:
        raise Invalid("nothing_to_undo", faults={})
    if not acts <= UNDOABLE or trail.batch_entries(batch).filter(key__wrapped__isnull=True).exists():
        # Once the key of an entry was destroyed nobody knows what was before.
        raise Invalid("cannot_be_undone", faults={})
    if not leaving:
        count, named = _in_the_way(batch)
        if count:
            total = trail.batch_entries(batch).filter(object_kind=KIND).count()
            if count == total and all(way.entry.act == "undo" and way.entry.actor_id == actor.pk for way in named):
                raise Invalid("already_undone", faults={})
            raise Conflict("changed_since", current=None, rows=named, count=count, total=total)
    undone = uuid.uuid4()
    changed, left = 0, 0
    for entries in _parts(batch):
        later = _later(entries, batch)
        free = [entry for entry in entries if not _blocks(entry, later.get(entry.object_id, ()))]
        left += len(entries) - len(free)
        if free:
            _restore(free, actor, undone)
            changed += len(free)
    return Undone(undone, changed, left)


def _parts(batch: uuid.UUID) -> Iterator[list[TrailEntry]]:
    """The entries about findings, newest first: where one act changed a finding twice, the later goes back first."""
    last: int | None = None
    while True:
        rows = TrailEntry.objects.filter(batch=batch, object_kind=KIND).order_by("-id")
        part = list((rows if last is None else rows.filter(id__lt=last))[:BATCH])
        if not part:
            return
        yield part
        last = part[-1].pk


def _later(entries: Sequence[TrailEntry], batch: uuid.UUID) -> dict[int, list[TrailEntry]]:
    """What was done later to the findings of the entries, outside of the batch; they are held for the change.

    Another scheme that leads was told once and changed the codes of all findings.
    """
    keys = [entry.object_id for entry in entries]
    list(Finding.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    newer = TrailEntry.objects.filter(id__gt=min(e.pk for e in entries)).exclude(batch=batch).select_related("actor")
    led = list(newer.filter(act=LED, object_kind=Scheme._meta.label_lower)) if any(map(_is_coded, entries)) else []
    found: dict[int, list[TrailEntry]] = {key: list(led) for key in keys}
    for entry in newer.filter(object_kind=KIND, object_id__in=keys).order_by("id"):
        found[entry.object_id].append(entry)
    return found


def _is_coded(entry: TrailEntry) -> bool:
    return bool(_names(entry) & _CODED)


def _blocks(entry: TrailEntry, later: Iterable[TrailEntry]) -> TrailEntry | None:
    """The later change that touches what the entry would put back; null where none does."""
    names = _names(entry)
    for other in later:
        if other.pk <= entry.pk:
            continue
        if other.act == LED:
            if _is_coded(entry):
                return other
            continue
        touched = _names(other)
        if names & touched or (names & _FROZEN and "state" in touched):
            return other
        if "state" in touched and (other.after or {}).get("state") not in EDITABLE:
            # Replaced or withdrawn since: nothing of it is changed any more.
            return other
    return None


def _names(entry: TrailEntry) -> frozenset[str]:
    return frozenset({*(entry.before or {}), *(entry.after or {})} - {"reason"})


def _in_the_way(batch: uuid.UUID) -> tuple[int, list[InTheWay]]:
    """How many findings are in the way, and the first of them."""
    count = 0
    named: list[InTheWay] = []
    for entries in _parts(batch):
        later = _later(entries, batch)
        blocked = [
            (entry, other) for entry in entries if (other := _blocks(entry, later.get(entry.object_id, ()))) is not None
        ]
        count += len(blocked)
        if blocked and len(named) < MOST_NAMED:
            part = blocked[: MOST_NAMED - len(named)]
            findings = Finding.objects.in_bulk([entry.object_id for entry, _ in part])
            named += [InTheWay(findings[entry.object_id], other) for entry, other in part]
    return count, named


def _restore(entries: Sequence[TrailEntry], actor: User, batch: uuid.UUID) -> None:
    if all((entry.before or {}).keys() <= _SIMPLE for entry in entries):
        _restore_alike(entries, actor)
    else:
        findings = Finding.objects.select_for_update().in_bulk([entry.object_id for entry in entries])
        for entry in entries:
            telling.put(findings[entry.object_id], entry.before or {}, actor=actor)
    searched = [e.object_id for e in entries if _names(e) & _SEARCHED]
    if any("statement" in _names(entry) for entry in entries):
        keeping.index(searched)
    elif searched:
        reindex(searched)
    trail.record_many(
        actor=actor,
        act="undo",
        changes=((Finding(pk=e.object_id), _without_reason(e.after), e.before) for e in entries),
        batch=batch,
    )
    bound = [e.object_id for e in entries if _names(e) & {"state", "feedback_id"}]
    if bound:
        leave_issued(bound, actor=actor, act="undo", batch=batch)


def _restore_alike(entries: Sequence[TrailEntry], actor: User) -> None:
    """Rows that get the same values back are written together."""
    alike: dict[str, list[TrailEntry]] = {}
    for entry in entries:
        alike.setdefault(json.dumps(entry.before, sort_keys=True), []).append(entry)
    now = timezone.now()
    for group in alike.values():
        Finding.objects.filter(pk__in=[entry.object_id for entry in group]).update(
            **(group[0].before or {}), changed_by=actor, changed_at=now, version=F("version") + 1
        )


def _without_reason(after: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (after or {}).items() if name != "reason"}
