"""PROC-01 to PROC-11 as the Open Contracting Cardinal publishes them, to compare our leads with those of its users.

Source: the pages R003 to R058 of Cardinal's documentation. Cancelled tenders count, nothing is grouped, quantiles are
of type 8; where the pages are silent on a tie or a null, ours hold. ``docs/parity.md`` names what differs.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import ibis

from xuncha.risk.catalogue import shipped
from xuncha.risk.catalogue.procurement import COMPETITIVE, SUBMITTED
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.schema import JOINT
from xuncha.risk.statistics import sort_out

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SETTLED: Final = ("active", "cancelled", "unsuccessful")
Find = Callable[[Data, Settings], Found]


def short_period(data: Data, settings: Settings) -> Found:
    """R003: days between start and end of the bid period, of any method."""
    tested = data.rows("tenders", "bid_start", "bid_end")
    seconds = tested.bid_end.epoch_seconds() - tested.bid_start.epoch_seconds()
    tested = tested.mutate(value=(seconds / 86400.0).floor().cast("int64"))
    return _found(
        data, tested.filter(tested.value < int(settings["days"])), settings["days"], tested.count(), "tenders"
    )


def single_bid(data: Data, settings: Settings) -> Found:
    """R018: one tenderer in a competitive method; from bids, else from the tender's own number."""
    bids = data.table("bids")
    counted = bids.group_by("tender_id").agg(counted=bids.supplier_id.nunique(where=bids.status.isin(SUBMITTED)))
    tenders = data.rows("tenders", "method").filter(lambda t: t.method.isin(COMPETITIVE))
    tenders = tenders.left_join(counted, "tender_id")
    tested = tenders.mutate(value=ibis.coalesce(tenders.counted, tenders.n_tenderers)).filter(
        lambda t: t.value.notnull()
    )
    return _found(data, tested.filter(tested.value == 1), 1, tested.count(), "bids")


def close_price(data: Data, settings: Settings) -> Found:
    """R024: distance at or under the lower fence; none where both quartiles are 0."""
    tested = _fenced(_distances(data), "value")
    low = tested.filter((tested.q1 != 0) | (tested.q3 != 0)).mutate(fence=tested.q1 - 1.5 * (tested.q3 - tested.q1))
    return _found(data, low.filter(low.value <= low.fence), None, tested.count(), "bids")


def heavy_discount(data: Data, settings: Settings) -> Found:
    """R058: distance at or over the upper fence, where that is above 0."""
    tested = _fenced(_distances(data), "value").mutate(fence=lambda t: t.q3 + 1.5 * (t.q3 - t.q1))
    high = tested.filter(tested.fence > 0, tested.value >= tested.fence)
    return _found(data, high, None, tested.count(), "bids")


def seldom_wins(data: Data, settings: Settings) -> Found:
    """R025: a top tenderer whose share of tenders won is at or under the lower fence."""
    tenders = _single_awards(data)
    bids = data.rows("bids", where=lambda t: t.status == "valid")
    joint = bids.filter(bids.supplier_id.contains(JOINT))
    bids = bids.anti_join(joint, "tender_id").inner_join(tenders.select("tender_id", "winner"), "tender_id")
    each = bids.select("tender_id", "supplier_id", "winner").distinct()
    units = each.group_by("supplier_id").agg(
        n=each.tender_id.count(), w=(each.supplier_id == each.winner).sum(), supplier=each.supplier_id.min()
    )
    units = units.mutate(value=units.w / units.n.cast("float64"))
    top = sort_out(units, [], "n").select(n_q3="q3")
    tested = _fenced(units, "value").cross_join(top).mutate(fence=lambda t: t.q1 - 1.5 * (t.q3 - t.q1))
    flagged = tested.filter(tested.q1 > 0, tested.fence > 0, tested.n >= tested.n_q3, tested.value <= tested.fence)
    return _found(data, flagged, None, tested.count())


def same_price(data: Data, settings: Settings) -> Found:
    """R028: different tenderers, one price."""
    bids = data.rows("bids", "amount", where=lambda t: t.status.isin(SUBMITTED)).filter(lambda t: t.amount > 0)
    same = bids.group_by(["tender_id", "amount"]).agg(value=bids.supplier_id.nunique())
    same = same.filter(same.value >= 2).group_by("tender_id").agg(value=same.value.max())
    return _found(data, same, 2, bids.tender_id.nunique(), "bids")


def late_winner(data: Data, settings: Settings) -> Found:
    """R030: a valid bid after the deadline, whose tenderer holds an active award."""
    ends = data.rows("tenders", "bid_end").select("tender_id", "bid_end")
    bids = data.rows("bids", "received_at", where=lambda t: t.status == "valid").inner_join(ends, "tender_id")
    active = data.table("awards").filter(lambda t: t.status == "active")
    tested = bids.semi_join(active, ["tender_id", "supplier_id"])
    late = tested.filter(tested.received_at > tested.bid_end)
    return _found(
        data, late.group_by("tender_id").agg(value=late.bid_id.count()), 1, tested.tender_id.nunique(), "bids"
    )


def others_out(data: Data, settings: Settings) -> Found:
    """R035: one tenderer with valid bids, supplier of every active award; others disqualified."""
    final = _final(data)
    bids = data.table("bids")
    standing = bids.group_by("tender_id").agg(
        valid=bids.supplier_id.nunique(where=bids.status == "valid"),
        only=bids.supplier_id.min(where=bids.status == "valid"),
    )
    tested = final.inner_join(standing, "tender_id")
    tested = tested.filter(tested.valid == 1, tested.winners == 1, tested.only == tested.winner)
    out = bids.filter(bids.status == "disqualified").inner_join(tested.select("tender_id", "winner"), "tender_id")
    out = out.filter(out.supplier_id != out.winner).group_by("tender_id").agg(value=ibis._.supplier_id.nunique())
    return _found(data, out.filter(out.value >= int(settings["others"])), settings["others"], tested.count(), "bids")


def lowest_out(data: Data, settings: Settings) -> Found:
    """R036: an active award, and the lowest submitted bid disqualified; not where the criterion is other than price."""
    scored = data.table("tenders").filter(lambda t: t.award_criteria == "score")
    active = data.table("awards").filter(lambda t: t.status == "active")
    bids = data.rows("bids", "amount", where=lambda t: t.status.isin(SUBMITTED))
    bids = bids.semi_join(active, "tender_id").anti_join(scored, "tender_id")
    lowest = bids.group_by("tender_id").agg(low=bids.amount.min())
    rejected = bids.filter(bids.status == "disqualified").inner_join(lowest, "tender_id")
    rejected = rejected.filter(rejected.amount == rejected.low).group_by("tender_id").agg(value=ibis._.bid_id.count())
    return _found(data, rejected, 1, lowest.count(), "bids")


def disqualifies(data: Data, settings: Settings) -> Found:
    """R038: share of disqualified bids at or over the upper fence, of buyers and of tenderers."""
    bids = data.table("bids").filter(lambda t: t.status.isin(SUBMITTED))
    buyers = data.table("tenders").filter(lambda t: t.buyer_id.notnull()).select("tender_id", id="buyer_id")
    kinds = [
        _shares(bids.inner_join(buyers, "tender_id"), "buyer", int(settings["bids"])),
        _shares(bids.mutate(id=bids.supplier_id), "tenderer", int(settings["bids"])),
    ]
    flagged = [kind.filter(kind.fence > 0, kind.value >= kind.fence) for kind in kinds]
    return _found(data, flagged[0].union(flagged[1]), None, kinds[0].count() + kinds[1].count())


def sells_everything(data: Data, settings: Settings) -> Found:
    """R048: first two characters of item codes, of suppliers with enough tenders; the fence is rounded up."""
    items = data.rows("tenders", "item_code").select("tender_id", "item_code")
    awards = (
        data.table("awards").filter(lambda t: t.status == "active").filter(lambda t: ~t.supplier_id.contains(JOINT))
    )
    awards = awards.inner_join(items, "tender_id")
    units = awards.group_by("supplier_id").agg(
        n=awards.tender_id.nunique(), value=awards.item_code.substr(0, 2).nunique(), supplier=awards.supplier_id.min()
    )
    units = units.filter(units.n >= int(settings["tenders"]))
    tested = _fenced(units, "value").mutate(fence=lambda t: (t.q3 + 1.5 * (t.q3 - t.q1)).ceil())
    return _found(data, tested.filter(tested.value >= tested.fence), None, tested.count())


def _final(data: Data) -> ir.Table:
    """Tenders whose awards are all settled, one active at least."""
    awards = data.table("awards")
    found = awards.group_by("tender_id").agg(
        unsettled=awards.status.notin(_SETTLED).sum(),
        active=(awards.status == "active").sum(),
        winners=awards.supplier_id.nunique(where=awards.status == "active"),
        winner=awards.supplier_id.min(where=awards.status == "active"),
    )
    return found.filter(found.unsettled == 0, found.active > 0)


def _single_awards(data: Data) -> ir.Table:
    """Final tenders with one active award of one supplier."""
    final = _final(data)
    return final.filter(final.active == 1, ~final.winner.contains(JOINT))


def _distances(data: Data) -> ir.Table:
    """Of each final tender with one award: how far the lowest valid bid of others is above the winner's."""
    bids = data.rows("bids", "amount", where=lambda t: t.status == "valid")
    joint = bids.filter(bids.supplier_id.contains(JOINT))
    bids = bids.anti_join(joint, "tender_id").inner_join(
        _single_awards(data).select("tender_id", "winner"), "tender_id"
    )
    lowest = bids.group_by("tender_id").agg(
        win=bids.amount.min(where=bids.supplier_id == bids.winner),
        low=bids.amount.min(where=bids.supplier_id != bids.winner),
    )
    lowest = lowest.filter(lowest.low >= lowest.win, lowest.win > 0)
    return lowest.mutate(value=(lowest.low - lowest.win) / lowest.win.cast("float64"))


def _fenced(units: ir.Table, x: str) -> ir.Table:
    return units.cross_join(sort_out(units, [], x).select("q1", "q3"))


def _shares(bids: ir.Table, kind: str, least: int) -> ir.Table:
    units = bids.group_by("id").agg(k=(bids.status == "disqualified").sum(), n=bids.bid_id.count())
    units = units.filter(units.n >= least)
    units = units.select("id", kind=ibis.literal(kind), value=units.k / units.n.cast("float64"))
    return _fenced(units, "value").mutate(fence=lambda t: t.q3 + 1.5 * (t.q3 - t.q1)).drop("q1", "q3")


def _found(data: Data, leads: ir.Table, limit: Any, units: ir.IntegerScalar, *evidence: str) -> Found:
    """Leads with key, value and threshold, and the rows of their tenders."""
    threshold = leads.fence if limit is None else ibis.literal(float(limit))
    leads = leads.mutate(threshold=threshold.cast("float64"))
    leads = leads.select(*(name for name in _KEPT if name in leads.columns))
    return Found(leads, tuple(Evidence(table, data.table(table)) for table in evidence), units)


_KEPT: Final = ("tender_id", "supplier_id", "kind", "id", "supplier", "value", "threshold")


def _one(code: str, name: str, value: int, zh: str, en: str) -> tuple[Parameter, ...]:
    return (Parameter(name, value, Words(zh, en), f"C-{code}"),)


_PARITY: Final[dict[str, tuple[str, Find, tuple[str, ...], tuple[Parameter, ...]]]] = {
    "PROC-01": ("R003", short_period, ("tender_id",), _one("R003", "days", 15, "最少天数", "least days")),
    "PROC-02": ("R018", single_bid, ("tender_id",), ()),
    "PROC-03": ("R024", close_price, ("tender_id",), ()),
    "PROC-04": ("R025", seldom_wins, ("supplier_id",), ()),
    "PROC-05": ("R028", same_price, ("tender_id",), ()),
    "PROC-06": ("R030", late_winner, ("tender_id",), ()),
    "PROC-07": ("R035", others_out, ("tender_id",), _one("R035", "others", 1, "其他被否供应商数", "others out")),
    "PROC-08": ("R036", lowest_out, ("tender_id",), ()),
    "PROC-09": ("R038", disqualifies, ("kind", "id"), _one("R038", "bids", 2, "最少投标件数", "least bids")),
    "PROC-10": ("R048", sells_everything, ("supplier_id",), _one("R048", "tenders", 20, "最少项目数", "least tenders")),
    "PROC-11": ("R058", heavy_discount, ("tender_id",), ()),
}


_READS: Final = {
    "PROC-01": {"tenders": "bid_start bid_end"},
    "PROC-02": {"tenders": "method n_tenderers?", "bids?": ""},
    "PROC-08": {"tenders": "award_criteria?", "bids": "amount", "awards": ""},
}
"""Where Cardinal needs other columns than ours."""


@functools.cache
def catalogue() -> dict[str, Indicator]:
    """The eleven, by our codes, asking what Cardinal asks."""
    return {code: _as_cardinal(shipped()[code], *entry) for code, entry in _PARITY.items()}


def _as_cardinal(
    own: Indicator, code: str, find: Find, key: tuple[str, ...], parameters: tuple[Parameter, ...]
) -> Indicator:
    named = "|".join(f"{{{column}}}" for column in key)
    return replace(
        own,
        name=Words(f"{own.name.zh}（{code}）", f"{own.name.en} ({code})"),
        formula=Words(f"按Open Contracting Cardinal的{code}", f"as {code} of the Open Contracting Cardinal"),
        sources=f"C-{code}",
        find=find,
        key=key,
        parameters=parameters,
        statistic=None,
        tables=_READS.get(own.code, own.tables),
        arms=(),
        sentence=Words(
            f"{named}：数值{{value:num}}，界限{{threshold:num}}",
            f"{named}: value {{value:num}}, limit {{threshold:num}}",
        ),
    )
