"""PROC-02 投标人不足: a competitive tender with hardly any competition."""

from __future__ import annotations

import datetime as dt

import ibis

from xuncha.risk.catalogue.procurement import (
    COMPETITIVE,
    SUBMITTED,
    live,
    live_tenders,
    won_tenders,
)
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Bidders are counted from bids; where a tender has no bid rows at all, from its own number."""
    all_bids = live(data.table("bids"), data)
    by_rows = all_bids.group_by("tender_id").agg(
        counted=all_bids.supplier_id.nunique(where=all_bids.status.isin(SUBMITTED))
    )
    tenders = data.rows("tenders", "method", source=live_tenders(data)).filter(lambda t: t.method.isin(COMPETITIVE))
    tenders = tenders.inner_join(won_tenders(data), "tender_id").left_join(by_rows, "tender_id")
    tenders = tenders.mutate(value=ibis.coalesce(tenders.counted, tenders.n_tenderers))
    tested = data.rows("tenders", "value", source=tenders)
    few = tested.filter(tested.value >= 1, tested.value < int(settings["bidders"]))
    leads = few.select(
        "tender_id",
        "value",
        "fen",
        "supplier",
        "day",
        org="buyer_id",
        threshold=ibis.literal(int(settings["bidders"]), "int64"),
    )
    rows = (Evidence("tenders", data.table("tenders")), Evidence("bids", data.table("bids")))
    return Found(leads, rows, tested.count())


INDICATOR = Indicator(
    code="PROC-02",
    name=Words("投标人不足", "Too few bidders"),
    question=Words("公开、邀请招标是否有足够的竞争？", "Did a competitive tender have enough competition?"),
    formula=Words(
        "投标家数=递交投标（有效、否决、待评）的不同供应商数，没有投标记录的取项目登记数；公开或邀请招标，有有效中标；1≤家数＜阈值。",
        "n = distinct suppliers with submitted bids, or n_tenderers where there are no bid rows; open or selective; an "
        "active award exists; 1 ≤ n < threshold.",
    ),
    tables={"tenders": "method n_tenderers? status?", "bids": "", "awards": "amount? award_date?"},
    key=("tender_id",),
    sources="TB28; parity C-R018: n = 1",
    mission="M3",
    certainty=0.8,
    false_positives=Words("招标失败后经批准单一来源采购", "approved single source after a failed tender"),
    sentence=Words(
        "项目{tender_id}只有{value}家投标，应不少于{threshold}家（招标投标法28条）",
        "tender {tender_id} had {value} bidders, at least {threshold} are asked for (TB28)",
    ),
    find=find,
    parameters=(Parameter("bidders", 3, Words("最少家数", "least bidders"), "TB28", dt.date(2017, 12, 28)),),
)
