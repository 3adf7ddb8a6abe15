"""PROC-11 中标价畸低: the winner lies far below everybody else."""

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
        threshold=ibis.greatest(tested.q3 + 1.5 * (tested.q3 - tested.q1), limit), value=tested.distance
    )
    far = tested.filter(tested.value >= tested.threshold)
    leads = far.select(
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
    code="PROC-11",
    name=Words("中标价畸低", "Heavily discounted"),
    question=Words("中标价是不是远低于其他报价？", "Is the winning bid far below all others?"),
    formula=Words(
        "差距的算法同PROC-03；差距≥max(Q3+1.5×IQR，阈值)。",
        "diff as in PROC-03; diff ≥ max(Q3 + 1.5 IQR, threshold).",
    ),
    tables={"tenders": "status?", "bids": "amount", "awards": "amount? award_date?"},
    key=("tender_id",),
    sources="C-R058, CV",
    mission="M3",
    certainty=0.5,
    false_positives=Words("技术创新，或新企业低价进入", "innovation, dumping by a newcomer"),
    sentence=Words(
        "项目{tender_id}中标报价{win_fen:yuan}元，其他人最低{low_fen:yuan}元，高出{value:pct}，界限{threshold:pct}（同类{peer_n}个项目，中位数{peer_median:pct}）",
        "tender {tender_id}: winning bid {win_fen:yuan} yuan, next {low_fen:yuan}, {value:pct} above, limit {threshold:pct} "
        "({peer_n} of its kind, median {peer_median:pct})",
    ),
    find=find,
    parameters=(Parameter("share", 0.2, Words("差距下限", "least distance"), "CV"),),
    statistic="fence",
)
