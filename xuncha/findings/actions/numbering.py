"""Numbers (编号): given once, frozen when issued, never used again."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F

from xuncha.findings.models import NumberSeries
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security import bulk

# Stands in a joint finding's number where a unit's short name would.
JOINT = "集中"


def take_serials(round: Round, unit: Unit | None, count: int = 1) -> range:
    """The next serials of a unit in a round (unit null: joint), taken out of the series for good.

    Called inside a transaction that writes: on SQLite it holds the only pen, on PostgreSQL the row is locked.
    """
    series, _ = NumberSeries.objects.get_or_create(round=round, unit=unit)
    NumberSeries.objects.filter(pk=series.pk).update(last=F("last") + count)
    last = NumberSeries.objects.values_list("last", flat=True).get(pk=series.pk)
    return range(last - count + 1, last + 1)


def take_many(wanted: Mapping[tuple[int, int | None], int]) -> dict[tuple[int, int | None], range]:
    """As `take_serials` for many series at once; ``wanted`` gives the count by the keys of round and unit."""
    rounds = {round_id for round_id, _ in wanted}

    def known() -> dict[tuple[int, int | None], NumberSeries]:
        held = NumberSeries.objects.select_for_update().filter(round__in=rounds).order_by("pk")
        return {(series.round_id, series.unit_id): series for series in held}

    series = known()
    missing = [key for key in wanted if key not in series]
    if missing:
        # Somebody else may make the same at this moment; either way it is there afterwards.
        NumberSeries.objects.bulk_create(
            [NumberSeries(round_id=round_id, unit_id=unit_id) for round_id, unit_id in missing], ignore_conflicts=True
        )
        series = known()
    taken: dict[tuple[int, int | None], range] = {}
    for key, count in wanted.items():
        first = series[key].last + 1
        series[key].last += count
        taken[key] = range(first, first + count)
    bulk.update([series[key] for key in wanted], ["last"])
    return taken


def number(round: Round, unit: Unit | None, serial: int) -> str:
    """The number as people write it: 14-8-卫健局-003, joint 14-8-集中-003."""
    return f"{round.term.number}-{round.number}-{unit.short_name if unit else JOINT}-{serial:03}"


def number_key(round: Round, unit: Unit | None, serial: int) -> str:
    """A key that sorts numbers as people count: newest round first, joint first, then units in their order."""
    return f"{999 - round.term.number:03}{999 - round.number:03}{unit.pk if unit else 0:07}{serial:06}"
