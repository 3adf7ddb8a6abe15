"""What the forms of a finding let one choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xuncha.organisation.models import Unit
from xuncha.rounds.models import InspectedUnit, Round
from xuncha.rulebook.models import Sector


@dataclass(frozen=True)
class SectorUnits:
    """The units of a round in one sector; null: of none."""

    sector: Sector | None
    units: Sequence[Unit]


def round_units(round_id: int, also: Sequence[int] = ()) -> list[SectorUnits]:
    """The units of a round by sector, with those ``also`` that are of another round."""
    inspected = InspectedUnit.objects.filter(round=round_id).values("unit")
    rows = Unit.objects.filter(pk__in=inspected, state=Unit.State.ACTIVE) | Unit.objects.filter(pk__in=also)
    by_sector: dict[int | None, list[Unit]] = {}
    sectors: dict[int | None, Sector | None] = {}
    for unit in rows.select_related("sector").order_by("sector__order", "sector_id", "order", "id"):
        by_sector.setdefault(unit.sector_id, []).append(unit)
        sectors[unit.sector_id] = unit.sector
    return [SectorUnits(sectors[key], units) for key, units in by_sector.items()]


def units_to_choose(round_id: int | None, also: Sequence[int] = ()) -> list[Unit]:
    """The units of a round, or of all rounds where none is chosen, in their order."""
    inspected = InspectedUnit.objects.all() if round_id is None else InspectedUnit.objects.filter(round=round_id)
    rows = Unit.objects.filter(pk__in=inspected.values("unit"), state=Unit.State.ACTIVE)
    return list((rows | Unit.objects.filter(pk__in=also)).order_by("order", "id"))


def rounds_to_choose() -> list[Round]:
    """All rounds, the newest first."""
    return list(Round.objects.select_related("term"))
