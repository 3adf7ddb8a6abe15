"""PROC-04 陪标常败者: bids often, wins hardly ever."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.procurement import (
    active_awards,
    bids_of,
    final_tenders,
    without_joint,
)
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Peers, Settings, Words
from xuncha.risk.statistics import share_of, sort_out, wilson


def find(data: Data, settings: Settings) -> Found:
    """A supplier may hold an active award without a valid bid; that counts for nothing here."""
    _, bids = without_joint(data, final_tenders(data), bids_of(data, ("valid",)))
    entered = bids.select("supplier_id", "tender_id").distinct()
    won = active_awards(data).select("supplier_id", "tender_id").distinct().mutate(won=1)
    joined = entered.left_join(won, ["supplier_id", "tender_id"])
    suppliers = joined.group_by("supplier_id").agg(n=joined.tender_id.count(), w=joined.won.fill_null(0).sum())
    of_all = sort_out(suppliers, [], "n").select(n_q3="q3")
    sums = suppliers.agg(all_w=suppliers.w.sum(), all_n=suppliers.n.sum())
    tested = suppliers.cross_join(of_all).cross_join(sums)
    tested = tested.filter(tested.n >= ibis.greatest(tested.n_q3, ibis.literal(float(settings["tenders"]), "float64")))
    tested = tested.mutate(
        value=share_of(tested.w, tested.n),
        upper=wilson(tested.w.cast("float64"), tested.n.cast("float64"), upper=True),
        threshold=0.5 * tested.all_w / tested.all_n.nullif(0).cast("float64"),
    )
    losers = tested.filter(tested.upper < tested.threshold)
    day = data.table("awards").inner_join(entered, "tender_id").group_by("supplier_id").agg(day=ibis._.award_date.max())
    money = active_awards(data)
    money = money.group_by("supplier_id").agg(fen=money.amount.sum().cast("int64"))
    leads = losers.left_join(day, "supplier_id").drop("supplier_id_right").left_join(money, "supplier_id")
    leads = leads.select("supplier_id", "value", "threshold", "upper", "n", "w", "day", "fen", supplier="supplier_id")
    peers = Peers(tested, "value", Words("各供应商的中标率", "share of tenders won, by supplier"))
    return Found(leads, (Evidence("bids", bids),), tested.count(), peers)


INDICATOR = Indicator(
    code="PROC-04",
    name=Words("陪标常败者", "Serial loser"),
    question=Words("谁总在投标，却几乎从不中标？", "Who bids again and again and hardly ever wins?"),
    formula=Words(
        "n=供应商有有效投标的项目数，w=其中由其中标的项目数；n≥max(全部n的Q3，阈值)，且w/n的Wilson上限＜0.5×Σw÷Σn。",
        "n = tenders with a valid bid of the supplier, w = those where it holds an active award; n ≥ max(Q3 of all n, threshold) "
        "and Wilson's upper bound of w/n < 0.5 Σw / Σn.",
    ),
    tables={"tenders": "status?", "bids": "", "awards": "amount? award_date?"},
    key=("supplier_id",),
    sources="C-R025, GTI",
    mission="M3",
    certainty=0.5,
    false_positives=Words("新进入者", "newcomers"),
    sentence=Words(
        "供应商{supplier_id}有效投标{n}个项目，中标{w}个，占{value:pct}；中标率上限{upper:pct}，低于界限{threshold:pct}",
        "supplier {supplier_id} entered {n} tenders and won {w}, {value:pct}; the upper bound {upper:pct} is below {threshold:pct}",
    ),
    find=find,
    parameters=(Parameter("tenders", 20, Words("最少投标项目数", "least tenders entered"), "CV"),),
    statistic="ratio",
)
