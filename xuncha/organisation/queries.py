"""Units and their tree, as the actor may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.security.accounts import gives_rights
from xuncha.security.models import User
from xuncha.security.policy import units_of


def units(actor: User, *, with_gone: bool = False) -> QuerySet[Unit]:
    """The units in their order; ``with_gone``: merged and abolished ones too."""
    rows = units_visible_to(actor).select_related("sector", "merged_into")
    return (rows if with_gone else rows.filter(state=Unit.State.ACTIVE)).order_by("order", "id")


def find_unit(actor: User, pk: int) -> Unit | None:
    """The unit, if the actor may see it."""
    return units_visible_to(actor).select_related("sector", "parent", "merged_into").filter(pk=pk).first()


def units_by_key(keys: Collection[int]) -> dict[int, Unit]:
    """Units by their key, to name a handful of rows that are shown already."""
    return Unit.objects.in_bulk(list(keys))


def units_to_appoint_for(actor: User) -> QuerySet[Unit]:
    """The units that somebody can be appointed for, by whoever appoints; what a unit is called is no business data."""
    rows = Unit.objects.filter(state=Unit.State.ACTIVE) if gives_rights(actor) else Unit.objects.none()
    return rows.order_by("path")


def own_units(actor: User) -> QuerySet[Unit]:
    """The units the actor acts for."""
    return Unit.objects.filter(pk__in=units_of(actor)).order_by("order", "id")


@dataclass(slots=True)
class Branch:
    """A unit in the tree with what stands below it."""

    unit: Unit
    below: list[Branch] = field(default_factory=list)
    is_found: bool = True


def tree(actor: User, *, words: str = "", with_gone: bool = False) -> list[Branch]:
    """The units as a tree; with ``words`` only those whose names hold them, under the units above them."""
    rows = list(units(actor, with_gone=with_gone or bool(words)))
    found = {row.pk for row in rows if not words or matches(row, words)}
    kept = set(found)
    if words:
        by_key = {row.pk: row for row in rows}
        for pk in found:
            parent = by_key[pk].parent_id
            while parent is not None and parent not in kept and parent in by_key:
                kept.add(parent)
                parent = by_key[parent].parent_id
    branches = {row.pk: Branch(row, is_found=row.pk in found) for row in rows if row.pk in kept}
    roots: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.unit.parent_id or 0)
        (above.below if above is not None else roots).append(branch)
    return roots


def matches(unit: Unit, words: str) -> bool:
    """Whether one of the unit's names holds the words."""
    words = words.strip().casefold()
    return any(words in name.casefold() for name in (unit.name, unit.short_name, *unit.aliases))


def subtree(unit: Unit) -> QuerySet[Unit]:
    """The units below a unit, at any depth."""
    return Unit.objects.filter(path__startswith=unit.path).exclude(pk=unit.pk)


def above(unit: Unit) -> list[Unit]:
    """The units above a unit, the root first."""
    keys = [int(key) for key in unit.path.split("/") if key and int(key) != unit.pk]
    by_key = Unit.objects.in_bulk(keys)
    return [by_key[key] for key in keys if key in by_key]


def bearing(names: Iterable[str], *, but: int | None = None) -> QuerySet[Unit]:
    """The active units that bear one of the names as full or short name."""
    names = list(names)
    rows = Unit.objects.filter(Q(name__in=names) | Q(short_name__in=names), state=Unit.State.ACTIVE)
    return rows.exclude(pk=but) if but is not None else rows


def successors(units: Collection[int]) -> dict[int, list[int]]:
    """Of each of the units those that took it over, one after the other, by key; none for one that stands."""
    into = _mergers()
    found: dict[int, list[int]] = {}
    for unit in units:
        found[unit], here = [], unit
        while (here := into.get(here, 0)) and here not in found[unit]:
            found[unit].append(here)
    return found


def one_with(units: Collection[int]) -> frozenset[int]:
    """The units with all that became one with them by mergers, before or since, by key."""
    pairs = _mergers().items()
    found, before = frozenset(units), frozenset[int]()
    while found != before:
        before = found
        found |= {key for pair in pairs if not found.isdisjoint(pair) for key in pair}
    return found


def _mergers() -> dict[int, int]:
    rows = Unit.objects.filter(merged_into__isnull=False).order_by()
    return {unit: into for unit, into in rows.values_list("pk", "merged_into") if into is not None}
