"""What changes the units: right, state, change, trail, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Substr
from django.utils.module_loading import import_string

from xuncha.organisation.models import Unit, UnitName
from xuncha.organisation.permissions import POLICY
from xuncha.organisation.queries import bearing
from xuncha.rulebook.models import Sector
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.models import User

LONGEST: Final = {"name": 100, "short_name": 30}
_TOLD: Final = ("name", "short_name", "sector_id", "parent_id", "aliases", "state", "merged_into_id")


@transaction.atomic
def add_unit(
    *,
    name: str,
    short_name: str,
    sector: int | None = None,
    parent: int | None = None,
    aliases: Sequence[str] = (),
    actor: User,
    batch: uuid.UUID | None = None,
) -> Unit:
    """Add a unit at the end of the list. Errors: `NotPermitted`; `Invalid` by field."""
    POLICY.require(actor, "add_unit")
    name, short_name = name.strip(), short_name.strip()
    faults = _faults_of_names(name, short_name)
    above = _parent(parent, faults)
    if sector is not None and not Sector.objects.filter(pk=sector).exists():
        faults["sector"] = "unknown_sector"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    last = Unit.objects.aggregate(last=Max("order"))["last"] or 0
    unit = Unit.objects.create(
        name=name, short_name=short_name, sector_id=sector, parent=above, aliases=_clean(aliases), order=last + 1
    )
    unit.path = f"{above.path if above else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    trail.record(actor=actor, act="add_unit", thing=unit, after=_told(unit), batch=batch)
    return unit


@transaction.atomic
def edit_unit(unit: Unit, *, sector: int | None, aliases: Sequence[str], actor: User, version: int) -> Unit:
    """Set a unit's sector and the further names that papers use for it. Errors: as of the others."""
    POLICY.require(actor, "edit_unit")
    unit = _hold(unit, version)
    if sector is not None and not Sector.objects.filter(pk=sector).exists():
        raise Invalid("faulty_fields", faults={"sector": "unknown_sector"})
    before = _told(unit)
    unit.sector_id, unit.aliases = sector, _clean(aliases)
    return _keep(unit, "edit_unit", before, actor)


@transaction.atomic
def rename_unit(unit: Unit, *, name: str, short_name: str, actor: User, version: int) -> Unit:
    """改名: the old names go into the history and are still found in papers.

    Numbers that were given keep the short name of their day. Errors: `NotPermitted`, `Conflict`, `Invalid`.
    """
    POLICY.require(actor, "rename_unit")
    unit = _hold(unit, version)
    name, short_name = name.strip(), short_name.strip()
    faults = _faults_of_names(name, short_name, but=unit.pk)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    if (name, short_name) == (unit.name, unit.short_name):
        return unit
    before = _told(unit)
    UnitName.objects.create(unit=unit, name=unit.name, short_name=unit.short_name)
    unit.aliases = _clean([*unit.aliases, unit.name, unit.short_name], but=(name, short_name))
    unit.name, unit.short_name = name, short_name
    return _keep(unit, "rename_unit", before, actor)


@transaction.atomic
def move_unit(unit: Unit, *, parent: int | None, actor: User, version: int) -> Unit:
    """Put a unit, with all below it, under another one (null: to the top). Errors: as above."""
    POLICY.require(actor, "move_unit")
    unit = _hold(unit, version)
    faults: dict[str, str] = {}
    above = _parent(parent, faults)
    if above is not None and above.path.startswith(unit.path):
        faults["parent"] = "parent_is_below"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    if unit.parent_id == parent:
        return unit
    before, old = _told(unit), unit.path
    unit.parent = above
    unit.path = f"{above.path if above else '/'}{unit.pk}/"
    Unit.objects.filter(path__startswith=old).exclude(pk=unit.pk).update(
        path=Concat(Value(unit.path), Substr("path", len(old) + 1)), version=F("version") + 1
    )
    return _keep(unit, "move_unit", before, actor)


@transaction.atomic
def change_unit(
    unit: Unit,
    *,
    name: str,
    short_name: str,
    sector: int | None,
    parent: int | None,
    aliases: Sequence[str],
    actor: User,
    version: int,
) -> Unit:
    """All of a unit's page at once: names, sector, place, other names; all or nothing."""
    unit = edit_unit(unit, sector=sector, aliases=aliases, actor=actor, version=version)
    unit = move_unit(unit, parent=parent, actor=actor, version=unit.version)
    return rename_unit(unit, name=name, short_name=short_name, actor=actor, version=unit.version)


@transaction.atomic
def merge_unit(unit: Unit, *, into: int, actor: User, version: int) -> Unit:
    """并入: the unit stands no more; its findings, feedback and inspections keep its name and stay where they are.

    What stands below it moves under the successor, papers that name it mean the successor, and whoever keeps off one of
    the two keeps off both (``UNITS_FOLLOWED``).
    Errors: `NotPermitted`, `Conflict`, `IllegalTransition` unless it is active, `Invalid`.
    """
    POLICY.require(actor, "merge_unit")
    unit = _hold(unit, version)
    _require_active(unit, "merge_unit")
    if into == unit.pk:
        raise Invalid("faulty_fields", faults={"into": "same_unit"})
    successor = Unit.objects.select_for_update().filter(pk=into, state=Unit.State.ACTIVE).first()
    if successor is None:
        raise Invalid("faulty_fields", faults={"into": "unknown_unit"})
    batch = uuid.uuid4()
    if successor.path.startswith(unit.path):
        # It takes over from the unit above it: first it comes out from under it.
        successor = move_unit(successor, parent=unit.parent_id, actor=actor, version=successor.version)
    for child in Unit.objects.filter(parent=unit):
        move_unit(child, parent=successor.pk, actor=actor, version=child.version)
    unit.refresh_from_db()
    before_successor = _told(successor)
    successor.aliases = _clean(
        [*successor.aliases, unit.name, unit.short_name, *unit.aliases], but=(successor.name, successor.short_name)
    )
    _keep(successor, "absorb_unit", before_successor, actor, batch)
    before = _told(unit)
    unit.state, unit.merged_into = Unit.State.MERGED, successor
    merged = _keep(unit, "merge_unit", before, actor, batch)
    _follow((unit.pk, successor.pk), actor)
    return merged


@transaction.atomic
def abolish_unit(unit: Unit, *, actor: User, version: int) -> Unit:
    """撤销: the unit stands no more and nobody took it over; all its rows stay.

    Errors: `IllegalTransition` unless it is active; `Invalid` while units stand below it.
    """
    POLICY.require(actor, "abolish_unit")
    unit = _hold(unit, version)
    _require_active(unit, "abolish_unit")
    if Unit.objects.filter(parent=unit, state=Unit.State.ACTIVE).exists():
        raise Invalid("units_below", faults={})
    before = _told(unit)
    unit.state = Unit.State.ABOLISHED
    return _keep(unit, "abolish_unit", before, actor)


@transaction.atomic
def restore_unit(unit: Unit, *, actor: User, version: int) -> Unit:
    """Take back a merger or an abolition. Errors: `IllegalTransition`; `Invalid` when its name was given away."""
    POLICY.require(actor, "abolish_unit")
    unit = _hold(unit, version)
    if unit.state == Unit.State.ACTIVE:
        raise IllegalTransition("illegal_transition", act="restore_unit", state=unit.state)
    faults = _faults_of_names(unit.name, unit.short_name, but=unit.pk)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    before, batch = _told(unit), uuid.uuid4()
    successor = unit.merged_into
    if successor is not None:
        told = _told(successor)
        own = {unit.name, unit.short_name, *unit.aliases}
        successor.aliases = [name for name in successor.aliases if name not in own]
        _keep(successor, "release_unit", told, actor, batch)
    unit.state, unit.merged_into = Unit.State.ACTIVE, None
    restored = _keep(unit, "restore_unit", before, actor, batch)
    if successor is not None:
        _follow((unit.pk, successor.pk), actor)
    return restored


def _follow(units: Collection[int], actor: User) -> None:
    for name in settings.UNITS_FOLLOWED:
        import_string(name)(units, actor=actor)


@transaction.atomic
def import_units(rows: Sequence[Mapping[str, Any]], *, actor: User) -> tuple[list[Unit], list[Unit]]:
    """Take over a list of units: all or nothing; gives those added and those changed.

    ``rows`` hold name, short_name, sector (key or null), parent (name or empty), aliases; a unit that bears the name
    has its sector and place set anew. Parents may come later in the list. Errors: `NotPermitted`; `Invalid`.
    """
    POLICY.require(actor, "import_units")
    batch = uuid.uuid4()
    known = {unit.name: unit for unit in Unit.objects.filter(state=Unit.State.ACTIVE)}
    added, changed = [], []
    for row in rows:
        unit = known.get(row["name"])
        if unit is None:
            unit = add_unit(
                name=row["name"],
                short_name=row["short_name"],
                sector=row["sector"],
                aliases=row.get("aliases", ()),
                actor=actor,
                batch=batch,
            )
            known[unit.name] = unit
            added.append(unit)
        elif row["sector"] is not None and row["sector"] != unit.sector_id:
            before = _told(unit)
            unit.sector_id = row["sector"]
            changed.append(_keep(unit, "edit_unit", before, actor, batch))
    by_short = {unit.short_name: unit for unit in known.values()}
    for row in rows:
        if not row.get("parent"):
            continue
        above = known.get(row["parent"]) or by_short.get(row["parent"])
        unit = known[row["name"]]
        if above is not None and above.pk != unit.parent_id:
            unit.refresh_from_db()
            known[row["name"]] = moved = move_unit(unit, parent=above.pk, actor=actor, version=unit.version)
            if unit not in added and unit not in changed:
                changed.append(moved)
    return added, changed


def _parent(key: int | None, faults: dict[str, str]) -> Unit | None:
    if key is None:
        return None
    above = Unit.objects.filter(pk=key, state=Unit.State.ACTIVE).first()
    if above is None:
        faults["parent"] = "parent_is_gone"
    return above


def _faults_of_names(name: str, short_name: str, but: int | None = None) -> dict[str, str]:
    faults: dict[str, str] = {}
    for field, words in (("name", name), ("short_name", short_name)):
        if not words:
            faults[field] = "required"
        elif len(words) > LONGEST[field]:
            faults[field] = "too_long"
    for other in bearing([name, short_name], but=but):
        if other.name == name:
            faults.setdefault("name", "name_taken")
        if other.short_name == short_name:
            faults.setdefault("short_name", "short_name_taken")
    return faults


def _clean(aliases: Sequence[str], but: Sequence[str] = ()) -> list[str]:
    names = (alias.strip()[: LONGEST["name"]] for alias in aliases)
    return [name for name in dict.fromkeys(names) if name and name not in but]


def _require_active(unit: Unit, act: str) -> None:
    if unit.state != Unit.State.ACTIVE:
        raise IllegalTransition("illegal_transition", act=act, state=unit.state)


def _hold(unit: Unit, version: int) -> Unit:
    held = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    if held.version != version:
        raise Conflict("unit_changed", current=held)
    return held


def _told(unit: Unit) -> dict[str, Any]:
    return {name: getattr(unit, name) for name in _TOLD}


def _keep(unit: Unit, act: str, before: Mapping[str, Any], actor: User, batch: uuid.UUID | None = None) -> Unit:
    after = _told(unit)
    changed = [name for name in _TOLD if before[name] != after[name]]
    if changed:
        unit.version += 1
        unit.save()
        trail.record(
            actor=actor,
            act=act,
            thing=unit,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
            batch=batch,
        )
    return unit
