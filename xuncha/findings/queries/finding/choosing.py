"""What the forms of a finding let one choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import InspectedUnit, Round
from xuncha.rulebook.models import Sector
from xuncha.security.models import User


@dataclass(frozen=True)
class SectorUnits:
    """The units of a round in one sector; null: of none."""

    sector: Sector | None
    units: Sequence[Unit]


def round_units(actor: User, round_id: int, also: Sequence[int] = ()) -> list[SectorUnits]:
    """The units of a round that the actor may know, by sector, with those ``also`` that are of another round."""
    inspected = InspectedUnit.objects.filter(round=round_id).values("unit")
    rows = units_visible_to(actor).filter(Q(pk__in=inspected, state=Unit.State.ACTIVE) | Q(pk__in=also))
    by_sector: dict[int | None, list[Unit]] = {}
    sectors: dict[int | None, Sector | None] = {}
    for unit in rows.select_related("sector").order_by("sector__order", "sector_id", "order", "id"):
        by_sector.setdefault(unit.sector_id, []).append(unit)
        sectors[unit.sector_id] = unit.sector
    return [SectorUnits(sectors[key], units) for key, units in by_sector.items()]


def units_to_choose(actor: User, round_id: int | None, also: Sequence[int] = ()) -> list[Unit]:
    """The units that the actor may know of a round, or of all rounds where none is chosen, in their order."""
    inspected = InspectedUnit.objects.all() if round_id is None else InspectedUnit.objects.filter(round=round_id)
    offered = Q(pk__in=inspected.values("unit"), state=Unit.State.ACTIVE) | Q(pk__in=also)
    return list(units_visible_to(actor).filter(offered).order_by("order", "id"))


def rounds_to_choose() -> list[Round]:
    """All rounds, the newest first."""
    return list(Round.objects.select_related("term"))
