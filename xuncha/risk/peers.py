"""The peers of leads as a reader sees them: all of a small group, evenly placed ones of a large group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import ibis

from xuncha.risk.indicator import Peers, Words

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from xuncha.risk.data import Data

MOST: Final = 120
"""Peers of a group that are kept; of a larger one as many, evenly placed from the least to the greatest."""
_GROUPS: Final = "xuncha_lead_groups"


def of_ratio(units: ir.Table, n_min: int, what: Words) -> Peers:
    """The shares that RATIO of the catalogue compares: units with `k` and `n`."""
    large = units.filter(units.n >= n_min)
    return Peers(large.mutate(share=large.k / large.n.nullif(0).cast("float64")), "share", what)


def gathered(data: Data, peers: Peers, leads: pa.Table) -> list[dict[str, Any]]:
    """The groups in which leads stand: ``group`` (column → value), ``n``, ``values`` in order; money in yuan."""
    rows = peers.rows.filter(peers.rows[peers.x].notnull())
    names = list(peers.groups)
    if names:
        groups = data.engine.hold(_GROUPS, leads.select(names).group_by(names).aggregate([]))
        rows = rows.semi_join(groups, names)
    of_group = ibis.window(group_by=names)
    in_order = ibis.window(group_by=names, order_by=rows[peers.x])
    placed = rows.select(
        *names, x=rows[peers.x], place=ibis.row_number().over(in_order), n=rows[peers.x].count().over(of_group)
    )
    place, n = placed.place, placed.n
    chosen = placed.filter(
        (n <= MOST) | (place == 0) | (place == n - 1) | ((place * MOST) // n != ((place - 1) * MOST) // n)
    )
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    scale = 100 if peers.form == "yuan" else 1
    for row in data.engine.fetch(chosen.order_by([*names, "place"])).to_pylist():
        key = tuple(row[name] for name in names)
        group = found.setdefault(key, {"group": dict(zip(names, key, strict=True)), "n": row["n"], "values": []})
        group["values"].append(float(row["x"]) / scale)
    return list(found.values())
