"""Units to choose: all of a round, whole sectors, or one by one; for feedback, papers and findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xuncha.findings.queries import addressing
from xuncha.web.asked import numbers


@dataclass(frozen=True, slots=True)
class Meant:
    """What a form says of units: keys one by one, and of whole sectors."""

    units: tuple[int, ...] = ()
    sectors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit to be chosen."""

    pk: int
    name: str
    full_name: str
    is_chosen: bool


@dataclass
class Group:
    """The units of one sector."""

    pk: int
    name: str
    units: list[Choice] = field(default_factory=list)
    is_chosen: bool = False

    @property
    def all_chosen(self) -> bool:
        return bool(self.units) and all(unit.is_chosen for unit in self.units)


@dataclass
class UnitPicker:
    """What templates/findings/feedback/_units.html shows.

    ``is_whole``: all units of the round, ``whole_count`` of them (null without a round). Units of the round stand in
    ``groups``; the others in ``others``.
    """

    is_whole: bool
    whole_count: int | None
    groups: list[Group]
    others: list[Group]
    units: tuple[int, ...]
    sectors: tuple[int, ...]

    @property
    def chosen(self) -> int:
        return sum(unit.is_chosen for group in [*self.groups, *self.others] for unit in group.units)

    @classmethod
    def of(
        cls,
        round_id: int | None,
        units: Iterable[int],
        sectors: Iterable[int] = (),
        *,
        is_whole: bool,
        hidden: Collection[int] = (),
    ) -> UnitPicker:
        """The units to choose from, but for those ``hidden`` from the person, those given marked; one query, or two
        with a round.
        """
        chosen, whole_sectors = set(units), set(sectors)
        inspected = addressing.keys_of_round(round_id).difference(hidden) if round_id is not None else set()
        here: dict[int, Group] = {}
        elsewhere: dict[int, Group] = {}
        for unit in addressing.all_units():
            if unit.pk in hidden:
                continue
            groups = here if unit.pk in inspected else elsewhere
            key = unit.sector_id or 0
            if key not in groups:
                groups[key] = Group(key, _sector(unit), is_chosen=key in whole_sectors)
            is_chosen = unit.pk in chosen or (key in whole_sectors and (unit.pk in inspected or round_id is None))
            groups[key].units.append(Choice(unit.pk, unit.short_name, unit.name, is_chosen))
        return cls(
            is_whole=is_whole,
            whole_count=len(inspected) if round_id is not None else None,
            groups=list(here.values()),
            others=list(elsewhere.values()),
            units=tuple(chosen.difference(hidden)),
            sectors=tuple(whole_sectors),
        )


def chosen_units(data: QueryDict) -> tuple[Meant, bool]:
    """What a sent form says, and whether it means all units of the round."""
    meant = Meant(tuple(numbers(data.getlist("units"))), tuple(numbers(data.getlist("sectors"))))
    return meant, data.get("whole", "round") == "round"


def _sector(unit: object) -> str:
    sector = getattr(unit, "sector", None)
    if sector is None:
        return _("Without a sector")
    return str(sector.name_en or sector.name if get_language() == "en" else sector.name)
