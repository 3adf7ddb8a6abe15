"""PROC-10 百货供应商: one supplier wins in unusually many lines of goods."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.procurement import (
    active_awards,
    live_tenders,
)
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Peers, Settings, Words
from xuncha.risk.statistics import LEAST_UNITS, sort_out


def find(data: Data, settings: Settings) -> Found:
    """A line of goods is the two-digit class of the item code."""
    items = data.rows("tenders", "item_code", source=live_tenders(data)).select("tender_id", "item_code")
    awards = active_awards(data).inner_join(items, "tender_id")
    suppliers = awards.group_by("supplier_id").agg(
        n=awards.tender_id.nunique(),
        v=awards.item_code.substr(0, 2).nunique(),
        fen=awards.amount.sum().cast("int64"),
        day=awards.award_date.max(),
    )
    suppliers = suppliers.filter(suppliers.n >= int(settings["tenders"]))
    tested = suppliers.cross_join(
        sort_out(suppliers, [], "v").select(peer_n="n", q1="q1", peer_median="median", q3="q3")
    )
    tested = tested.filter(tested.peer_n >= LEAST_UNITS)
    limit = ibis.literal(float(settings["classes"]), "float64")
    tested = tested.mutate(threshold=ibis.greatest(tested.q3 + 1.5 * (tested.q3 - tested.q1), limit), value=tested.v)
    wide = tested.filter(tested.value >= tested.threshold)
    leads = wide.select(
        "supplier_id",
        "value",
        "threshold",
        "n",
        "fen",
        "day",
        "peer_n",
        "peer_median",
        supplier="supplier_id",
        peer_fence="threshold",
    )
    peers = Peers(tested, "v", Words("各供应商中标的品目大类数", "classes of goods, by supplier"), "num")
    return Found(leads, (Evidence("awards", awards),), tested.count(), peers)


INDICATOR = Indicator(
    code="PROC-10",
    name=Words("百货供应商", "Heterogeneous supplier"),
    question=Words("谁什么都卖？", "Who sells everything?"),
    formula=Words(
        "中标项目数不少于10个的供应商，至少10家；品类=品目编码前两位的不同个数；品类≥max(Q3+1.5×IQR，阈值)。",
        "suppliers with at least 10 tenders awarded, at least 10 such suppliers; v = distinct first two characters of item_code; "
        "v ≥ max(Q3 + 1.5 IQR, threshold).",
    ),
    tables={"tenders": "item_code status?", "awards": "amount? award_date?"},
    key=("supplier_id",),
    sources="C-R048",
    mission="M3",
    certainty=0.5,
    false_positives=Words("综合贸易公司", "general trading firms"),
    sentence=Words(
        "供应商{supplier_id}中标{n}个项目，跨{value}个品类，界限{threshold:num}个（{peer_n}家供应商，中位数{peer_median:num}）",
        "supplier {supplier_id} won {n} tenders in {value} classes of goods, limit {threshold:num} ({peer_n} suppliers, median "
        "{peer_median:num})",
    ),
    find=find,
    parameters=(
        Parameter("tenders", 10, Words("最少中标项目数", "least tenders won"), "CV"),
        Parameter("classes", 5, Words("品类下限", "least classes"), "CV"),
    ),
    statistic="fence",
)
