"""An indicator's question put to the engine: leads, tested units and skipped rows by one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import ibis
import pyarrow as pa
import pyarrow.compute

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from xuncha.risk.data import Data
    from xuncha.risk.indicator import Found

_IS_LEAD: Final = "xuncha_is_lead"
_COUNT: Final = "xuncha_count_"


@dataclass(frozen=True, slots=True)
class Answer:
    """`leads`: one row a lead; `units`: how many were tested; `skipped`: rows left out by table."""

    leads: pa.Table
    units: int
    skipped: dict[str, int]


def question(data: Data, found: Found) -> tuple[ir.Table, list[str]]:
    """What is asked, and the table of each count of skipped rows. Takes the skips that the indicator noted in ``data``.

    The numbers stand beside every lead, and alone where there is none: what leads and numbers have in common is made
    into SQL, and worked out, once.
    """
    skips, data.skips = data.skips, []
    counts = [found.units, *(count for _, count in skips)]
    named = [count.name(f"{_COUNT}{number}") for number, count in enumerate(counts)]
    numbers = ibis.range(1).unnest().name("one").as_table().select(*named)
    both = numbers.left_join(found.leads.mutate(ibis.literal(True).name(_IS_LEAD)), True)
    return both, [name for name, _ in skips]


def ask(data: Data, found: Found) -> Answer:
    """Put the question."""
    both, names = question(data, found)
    table = data.engine.fetch(both)
    first = table.slice(0, 1).to_pylist()[0]
    skipped: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        skipped[name] = skipped.get(name, 0) + int(first[f"{_COUNT}{number}"] or 0)
    leads = table.filter(pa.compute.is_valid(table[_IS_LEAD])).select(list(found.leads.columns))
    units = int(first[f"{_COUNT}0"] or 0)
    return Answer(leads, units, {name: count for name, count in sorted(skipped.items()) if count})
