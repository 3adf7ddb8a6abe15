"""What several indicators ask of persons: who is in post on a day, who is kin of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from xuncha.risk.data import Data


def kin_both_ways(data: Data) -> ir.Table:
    """`person`, `relative`: each pair in both directions, once."""
    kin = data.table("kin")
    one = kin.select(person="person_id", relative="kin_id")
    other = kin.select(person="kin_id", relative="person_id")
    return ibis.union(one, other, distinct=True)


def in_post(posts: ir.Table, day: Any) -> Any:
    """Whether a post is held on a day; a post without an end is held still."""
    return (posts.start_date <= day) & (posts.end_date.isnull() | (posts.end_date >= day))
