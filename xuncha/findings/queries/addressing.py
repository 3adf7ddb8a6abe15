"""To whom: units by list, by sector, or all of a round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet

from xuncha.organisation.models import Unit


def units_by(*, units: Iterable[int] = (), sectors: Iterable[int] = (), round: int | None = None) -> QuerySet[Unit]:
    """The active units that are meant, in their order.

    With ``round``: those inspected in it, all of them if nothing else is named, else only those of ``sectors``; units
    of the list are meant whether they were inspected or not.
    """
    units, sectors = list(units), list(sectors)
    meant = Q(pk__in=units)
    if sectors:
        of_sector = Q(sector__in=sectors)
        meant |= of_sector & Q(inspections__round=round) if round is not None else of_sector
    elif round is not None and not units:
        meant = Q(inspections__round=round)
    return Unit.objects.filter(meant, state=Unit.State.ACTIVE).distinct().order_by("order", "id")


def successors(units: Iterable[int]) -> Mapping[int, Unit]:
    """For each unit the one that stands for it now: itself, or where it was merged whoever took it over.

    An abolished unit, or a key that names none, is left out.
    """
    wanted = set(units)
    known = {unit.pk: unit for unit in Unit.objects.filter(pk__in=wanted)}
    missing = {unit.merged_into_id for unit in known.values() if unit.merged_into_id} - known.keys()
    while missing:
        found = {unit.pk: unit for unit in Unit.objects.filter(pk__in=missing)}
        known |= found
        missing = {unit.merged_into_id for unit in found.values() if unit.merged_into_id} - known.keys()
    standing: dict[int, Unit] = {}
    for key in wanted & known.keys():
        unit, met = known[key], {key}
        while unit.merged_into_id is not None and unit.merged_into_id in known and unit.merged_into_id not in met:
            unit = known[unit.merged_into_id]
            met.add(unit.pk)
        if unit.state == Unit.State.ACTIVE:
            standing[key] = unit
    return standing


def all_units() -> QuerySet[Unit]:
    """The active units with their sectors, sector by sector, to choose from."""
    return (
        Unit.objects.filter(state=Unit.State.ACTIVE)
        .select_related("sector")
        .order_by("sector__order", "sector_id", "order", "id")
    )


def keys_of_round(round: int) -> set[int]:
    """The keys of the active units inspected in a round."""
    return set(units_by(round=round).order_by().values_list("pk", flat=True))
