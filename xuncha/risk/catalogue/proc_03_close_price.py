"""PROC-03 报价过近: the next bid is suspiciously close to the winner's."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.procurement import (
    distance_to_winner,
)
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Peers, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Distances of all final tenders of a category make the fence."""
    tested = distance_to_winner(data)
    limit = ibis.literal(float(settings["share"]), "float64")
    tested = tested.mutate(
        threshold=ibis.greatest(tested.q1 - 1.5 * (tested.q3 - tested.q1), limit), value=tested.distance
    )
    close = tested.filter(tested.value <= tested.threshold)
    leads = close.select(
        "tender_id",
        "value",
        "threshold",
        "org",
        "supplier",
        "fen",
        "day",
        "win_fen",
        "low_fen",
        "category",
        peer_n="n",
        peer_median="median",
        peer_fence="threshold",
    )
    peers = Peers(
        tested, "distance", Words("同类各项目次低报价与中标价的差距", "distance of the next bid in each tender of its kind"),
        groups=("category",),
    )  # fmt: skip
    rows = (Evidence("bids", data.table("bids")), Evidence("awards", data.table("awards")))
    return Found(leads, rows, tested.count(), peers)


INDICATOR = Indicator(
    code="PROC-03",
    name=Words("报价过近", "Price close to winner"),
    question=Words("次低报价是不是贴着中标价？", "Does the next bid lie against the winning one?"),
    formula=Words(
        "已定标、仅一个有效中标的项目：差距=（其他人最低有效报价−中标人最低有效报价）÷中标人最低有效报价，其他人不低于中标人；"
        "按类别分组，组内不少于20个；差距≤max(Q1−1.5×IQR，阈值)。",
        "final tenders with one active award: diff = (lowest valid bid of others − winner's lowest valid bid) / winner's, others "
        "not below; by category, n ≥ 20; diff ≤ max(Q1 − 1.5 IQR, threshold).",
    ),
    tables={"tenders": "status?", "bids": "amount", "awards": "amount? award_date?"},
    key=("tender_id",),
    sources="C-R024, CV",
    mission="M3",
    certainty=0.5,
    false_positives=Words("政府定价的品目", "regulated prices"),
    sentence=Words(
        "项目{tender_id}中标报价{win_fen:yuan}元，次低{low_fen:yuan}元，相差{value:pct}，界限{threshold:pct}（同类{peer_n}个项目，中位数{peer_median:pct}）",
        "tender {tender_id}: winning bid {win_fen:yuan} yuan, next {low_fen:yuan}, {value:pct} apart, limit {threshold:pct} "
        "({peer_n} of its kind, median {peer_median:pct})",
    ),
    find=find,
    parameters=(Parameter("share", 0.001, Words("差距下限", "least distance"), "CV"),),
    statistic="fence",
)
