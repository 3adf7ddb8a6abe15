"""PROC-09 否决率偏高: a buyer disqualifies far more bids than others do."""

from __future__ import annotations

from xuncha.risk.catalogue.procurement import SUBMITTED
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.peers import of_ratio
from xuncha.risk.statistics import ratio


def find(data: Data, settings: Settings) -> Found:
    """Bids of tenders without a known buyer are skipped."""
    tenders = data.table("tenders").select("tender_id", org="buyer_id", state="status")
    bids = data.table("bids")
    bids = bids.filter(bids.status.isin(SUBMITTED)).left_join(tenders, "tender_id").drop("tender_id_right")
    bids = data.rows("bids", "org", source=bids.filter(bids.state.fill_null("active") != "cancelled"))
    units = bids.group_by("org").agg(
        k=(bids.status == "disqualified").sum(), n=bids.bid_id.count(), day=bids.received_at.max().date()
    )
    flagged, tested = ratio(units, int(settings["bids"]))
    leads = flagged.select(
        "k",
        "n",
        "org",
        "day",
        "base",
        "peer_n",
        "peer_median",
        buyer_id="org",
        value="share",
        threshold="fence",
        peer_fence="fence",
    )
    rows = bids.filter(bids.status == "disqualified").mutate(buyer_id=bids.org)
    peers = of_ratio(units, int(settings["bids"]), Words("各采购人的否决率", "share of bids disqualified, by buyer"))
    return Found(leads, (Evidence("bids", rows),), tested, peers)


INDICATOR = Indicator(
    code="PROC-09",
    name=Words("否决率偏高", "Disqualifies too often"),
    question=Words("哪个采购人否决的投标特别多？", "Which buyer disqualifies far more than others?"),
    formula=Words(
        "RATIO（k=被否决，n=递交的投标｜采购人；n≥阈值）：k/n≥Q3+1.5×IQR，且Wilson下限≥1.5倍其余采购人的总否决率。",
        "RATIO(k = disqualified, n = submitted | buyers; n ≥ threshold): k/n ≥ Q3 + 1.5 IQR and Wilson's lower bound ≥ 1.5 times "
        "the share of all other buyers.",
    ),
    tables={"tenders": "status?", "bids": "received_at?"},
    key=("buyer_id",),
    sources="C-R038",
    mission="M3",
    certainty=0.5,
    false_positives=Words("新平台磨合期", "teething of a new platform"),
    sentence=Words(
        "采购人{buyer_id}否决{k}件投标，共{n}件，占{value:pct}；界限{threshold:pct}，其余采购人合计{base:pct}（{peer_n}家，中位数{peer_median:pct}）",
        "buyer {buyer_id} disqualified {k} of {n} bids, {value:pct}; limit {threshold:pct}, all others {base:pct} ({peer_n} buyers, "
        "median {peer_median:pct})",
    ),
    find=find,
    parameters=(Parameter("bids", 20, Words("最少投标件数", "least bids"), "CV"),),
    statistic="ratio",
)
