"""What the indicators of approvals have in common: working days by the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from xuncha.risk.data import Data


def with_working_days(data: Data) -> ir.Table:
    """Decided approvals with `value`: working days from acceptance to decision."""
    approvals = data.rows("approvals", "decide_date")
    days = data.table("calendar").select(day_from="day", cum_from="cum_wd")
    until = data.table("calendar").view().select(day_to="day", cum_to="cum_wd")
    joined = approvals.left_join(days, approvals.accept_date == days.day_from)
    joined = joined.left_join(until, joined.decide_date == until.day_to)
    joined = joined.mutate(value=joined.cum_to - joined.cum_from)
    return data.rows("approvals", "value", source=joined).drop("day_from", "cum_from", "day_to", "cum_to")
