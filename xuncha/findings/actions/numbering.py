"""Numbers (编号): given once, frozen when issued, never used again."""

from __future__ import annotations

from django.db.models import F

from xuncha.findings.models import NumberSeries
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round

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


def number(round: Round, unit: Unit | None, serial: int) -> str:
    """The number as people write it: 14-8-卫健局-003, joint 14-8-集中-003."""
    return f"{round.term.number}-{round.number}-{unit.short_name if unit else JOINT}-{serial:03}"


def number_key(round: Round, unit: Unit | None, serial: int) -> str:
    """A key that sorts numbers as people count: newest round first, joint first, then units in their order."""
    return f"{999 - round.term.number:03}{999 - round.number:03}{unit.pk if unit else 0:07}{serial:06}"
