"""Exact statistics as expressions: order statistics by place in a sorted list, so that every engine gives the same.

Source of the quantile: Hyndman and Fan (1996), type 8. Of the interval: Wilson (1927), z = 1.96.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

Z: Final = 1.96
RZ: Final = 0.6745
LEAST_PEERS: Final = 20
LEAST_UNITS: Final = 10
_EXACT: Final = "decimal(38,0)"


def sort_out(table: ir.Table, groups: Sequence[str], x: str) -> ir.Table:
    """One row a group: `n`, `q1`, `median`, `q3` of ``x``. No groups: one row, of nulls where there is nothing."""
    aggregates = {"n": table[x].count(), "unsorted": table[x].collect()}
    found = table.group_by(list(groups)).agg(**aggregates) if groups else table.agg(**aggregates)
    # Of nothing there is no list: Spark takes a place outside an empty one for an error.
    found = found.mutate(values=ibis.ifelse(found.n > 0, found.unsorted.sort(), ibis.null(found.unsorted.type())))
    n, values = found.n, found["values"]

    def at(wanted: Any) -> Any:
        # Spark's places are of 32 bits.
        return values[(ibis.greatest(ibis.least(wanted, n), 1) - 1).cast("int32")]

    def quantile(numerator: Any) -> Any:
        # h = (n + 1/3)p + 1/3 in twelfths, so that its whole part is exact.
        whole, rest = numerator // 12, (numerator % 12) / 12.0
        return at(whole) + (at(whole + 1) - at(whole)) * rest

    quantiles = {
        "q1": quantile(3 * n + 5),
        "median": (at((n + 1) // 2) + at(n // 2 + 1)) / 2.0,
        "q3": quantile(9 * n + 7),
    }
    return found.select(*groups, "n", **quantiles)


def beside(table: ir.Table, statistics: ir.Table, groups: Sequence[str]) -> ir.Table:
    """Each row with the statistics of its group."""
    return table.inner_join(statistics, list(groups)) if groups else table.cross_join(statistics)


def robust_z(table: ir.Table, groups: Sequence[str], x: str, least: int = LEAST_PEERS) -> ir.Table:
    """Each row with `n`, `median`, `mad` and `rz` of its group of ``least`` or more; where the MAD is 0, none."""
    of_group = sort_out(table, groups, x).select(*groups, "n", "median")
    with_median = beside(table, of_group, groups).filter(lambda t: t.n >= least)
    away = with_median.mutate(away=(with_median[x] - with_median.median).abs())
    spread = sort_out(away, groups, "away").select(*groups, mad="median")
    found = beside(away, spread, groups).filter(lambda t: t.mad > 0)
    return found.mutate(rz=(found[x] - found.median) * RZ / found.mad.nullif(0))


def wilson(k: Any, n: Any, *, upper: bool) -> Any:
    """The lower or upper bound of the share k of n; null where n is 0."""
    n = n.nullif(0)
    share, square = k / n, Z * Z
    half = Z * (share * (1 - share) / n + square / (4.0 * n * n)).sqrt()
    centre = share + square / (2.0 * n)
    return (centre + half if upper else centre - half) / (1 + square / n)


def ratio(units: ir.Table, n_min: int) -> tuple[ir.Table, ir.IntegerScalar]:
    """RATIO of the catalogue over units with `k` and `n`: those flagged, and how many were tested.

    Adds `share`, `fence`, `base` (p₀), `peer_n`, `peer_median`.
    """
    large = units.filter(units.n >= n_min)
    tested = large.mutate(share=large.k / large.n.nullif(0).cast("float64"))
    of_all = sort_out(tested, [], "share").select(peer_n="n", peer_q1="q1", peer_median="median", peer_q3="q3")
    sums = tested.agg(all_k=tested.k.sum(), all_n=tested.n.sum())
    judged = tested.cross_join(of_all).cross_join(sums)
    judged = judged.filter(judged.peer_n >= LEAST_UNITS)
    judged = judged.mutate(
        fence=judged.peer_q3 + 1.5 * (judged.peer_q3 - judged.peer_q1),
        base=(judged.all_k - judged.k) / (judged.all_n - judged.n).nullif(0).cast("float64"),
    )
    n = judged.n.cast("float64")
    flagged = judged.filter(
        (judged.k > 0) & (judged.share >= judged.fence) & (wilson(judged.k, n, upper=False) >= 1.5 * judged.base)
    )
    return flagged, judged.count()


def compare(part: Any, whole: Any, share: Fraction) -> tuple[Any, Any]:
    """Both sides of a comparison of ``part`` with ``share`` of ``whole``, as whole numbers: nothing is rounded."""
    return part.cast(_EXACT) * ibis.literal(share.denominator, _EXACT), whole.cast(_EXACT) * ibis.literal(
        share.numerator, _EXACT
    )


def nearest(x: Any) -> Any:
    """A float above 0 to the nearest whole number, halves up: an engine's own rounding goes its own way with halves."""
    return (x + 0.5).floor().cast("int64")


def share_of(part: Any, whole: Any) -> Any:
    """A share for people to read; null where the whole is 0."""
    return part.cast("float64") / whole.nullif(0).cast("float64")
