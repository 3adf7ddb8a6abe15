"""What the indicators of procurement have in common: live tenders, submitted bids, active awards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import ibis

from xuncha.risk.schema import JOINT
from xuncha.risk.statistics import LEAST_PEERS, beside, sort_out

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from xuncha.risk.data import Data

COMPETITIVE: Final = ("open", "selective")
SUBMITTED: Final = ("valid", "disqualified", "pending")
_SETTLED: Final = ("active", "cancelled", "unsuccessful")


def live(table: ir.Table, data: Data) -> ir.Table:
    """Rows whose tender was not cancelled; an unknown state is not cancelled."""
    if not data.has("tenders", "status"):
        return table
    tenders = data.table("tenders")
    return table.anti_join(tenders.filter(tenders.status == "cancelled"), "tender_id")


def live_tenders(data: Data) -> ir.Table:
    tenders = data.table("tenders")
    return tenders.filter(tenders.status.fill_null("active") != "cancelled")


def bids_of(data: Data, states: tuple[str, ...], *needed: str) -> ir.Table:
    """Bids of live tenders in those states that have the needed fields."""
    return data.rows("bids", *needed, where=lambda t: t.status.isin(states), source=live(data.table("bids"), data))


def active_awards(data: Data, *needed: str) -> ir.Table:
    """Active awards of live tenders that have the needed fields."""
    return data.rows("awards", *needed, where=lambda t: t.status == "active", source=live(data.table("awards"), data))


def won_tenders(data: Data) -> ir.Table:
    """One row a live tender with an active award: `tender_id`, `fen`, `day`, `supplier` (null where several)."""
    awards = active_awards(data)
    found = awards.group_by("tender_id").agg(
        fen=awards.amount.sum().cast("int64"),
        day=awards.award_date.max(),
        winners=awards.supplier_id.nunique(),
        supplier=awards.supplier_id.min(),
    )
    return found.mutate(supplier=ibis.ifelse(found.winners == 1, found.supplier, ibis.null("string")))


def final_tenders(data: Data) -> ir.Table:
    """`tender_id`, `active` (awards), `winners` (suppliers) of tenders all of whose awards are settled, one active at least."""
    awards = live(data.table("awards"), data)
    found = awards.group_by("tender_id").agg(
        unsettled=awards.status.notin(_SETTLED).sum(),
        active=(awards.status == "active").sum(),
        winners=awards.supplier_id.nunique(where=awards.status == "active"),
        winner=awards.supplier_id.min(where=awards.status == "active"),
        fen=awards.amount.sum(where=awards.status == "active").cast("int64"),
        day=awards.award_date.max(where=awards.status == "active"),
    )
    return found.filter(found.unsettled == 0, found.active > 0).drop("unsettled")


def money_of(tenders: ir.Table, data: Data) -> ir.Table:
    """Tenders with `fen` and `supplier` of their active awards, null where there is none or no such table."""
    if not data.has("awards"):
        return tenders.mutate(fen=ibis.null("int64"), supplier=ibis.null("string"))
    awards = data.table("awards")
    awards = awards.filter(awards.status == "active")
    sums = awards.group_by("tender_id").agg(
        fen=awards.amount.sum().cast("int64"), winners=awards.supplier_id.nunique(), first=awards.supplier_id.min()
    )
    sums = sums.select("tender_id", "fen", supplier=ibis.ifelse(sums.winners == 1, sums["first"], ibis.null("string")))
    joined = tenders.left_join(sums, "tender_id")
    return joined.drop("tender_id_right") if "tender_id_right" in joined.columns else joined


def buyers(data: Data) -> ir.Table:
    """`tender_id`, `org`: who buys."""
    tenders = data.table("tenders")
    return tenders.select("tender_id", org="buyer_id")


def without_joint(data: Data, final: ir.Table, bids: ir.Table) -> tuple[ir.Table, ir.Table]:
    """Tenders and bids without those tenders in which several bid or won together; their bids are skipped."""
    won = final.filter(final.winner.contains(JOINT)).select("tender_id")
    bid = bids.filter(bids.supplier_id.contains(JOINT)).select("tender_id")
    joint = won.union(bid).distinct()
    data.skip("bids", bids.semi_join(joint, "tender_id"))
    return final.anti_join(joint, "tender_id"), bids.anti_join(joint, "tender_id")


def distance_to_winner(data: Data) -> ir.Table:
    """Of each final tender with one active award: how far the next valid bid is above the winner's.

    `tender_id`, `category`, `org`, `supplier`, `fen`, `day`, `win_fen`, `low_fen`, `distance`, and `n`, `q1`, `median`,
    `q3` of its category; categories of 20 tenders or more.
    """
    final = final_tenders(data)
    final = final.filter(final.active == 1)
    final, valid = without_joint(data, final, bids_of(data, ("valid",), "amount"))
    bids = valid.inner_join(final.select("tender_id", "winner"), "tender_id")
    lowest = bids.group_by("tender_id").agg(
        win_fen=bids.amount.min(where=bids.supplier_id == bids.winner),
        low_fen=bids.amount.min(where=bids.supplier_id != bids.winner),
    )
    lowest = lowest.filter(lowest.low_fen >= lowest.win_fen, lowest.win_fen > 0)
    lowest = lowest.mutate(distance=(lowest.low_fen - lowest.win_fen) / lowest.win_fen.nullif(0).cast("float64"))
    tenders = live_tenders(data).select("tender_id", "category", org="buyer_id")
    tested = lowest.inner_join(tenders, "tender_id").inner_join(
        final.select("tender_id", "fen", "day", supplier="winner"), "tender_id"
    )
    tested = beside(tested, sort_out(tested, ["category"], "distance"), ["category"])
    return tested.filter(tested.n >= LEAST_PEERS)
