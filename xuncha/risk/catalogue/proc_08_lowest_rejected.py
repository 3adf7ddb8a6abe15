"""PROC-08 最低价被否: the lowest price was disqualified where price alone decides."""

from __future__ import annotations

from xuncha.risk.catalogue.procurement import (
    SUBMITTED,
    active_awards,
    bids_of,
    buyers,
    live_tenders,
    money_of,
)
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Ties count: it is enough that one of the lowest bids was disqualified."""
    tenders = data.rows("tenders", "award_criteria", source=live_tenders(data)).filter(
        lambda t: t.award_criteria == "price"
    )
    tenders = tenders.semi_join(active_awards(data), "tender_id")
    bids = bids_of(data, SUBMITTED, "amount").semi_join(tenders, "tender_id")
    lowest = bids.group_by("tender_id").agg(
        low_fen=bids.amount.min(where=bids.amount > 0),
        valid=(bids.status == "valid").sum(),
        valid_fen=bids.amount.min(where=bids.status == "valid"),
    )
    lowest = lowest.filter(lowest.valid > 0, lowest.low_fen.notnull())
    rejected = bids.filter(bids.status == "disqualified").semi_join(
        lowest, [("tender_id", "tender_id"), ("amount", "low_fen")]
    )
    found = lowest.semi_join(rejected, "tender_id").left_join(buyers(data), "tender_id").drop("tender_id_right")
    found = money_of(found, data)
    day = active_awards(data)
    found = found.left_join(day.group_by("tender_id").agg(day=day.award_date.max()), "tender_id").drop(
        "tender_id_right"
    )
    leads = found.mutate(value=found.low_fen / 100.0, threshold=found.valid_fen / 100.0)
    return Found(leads, (Evidence("bids", bids),), lowest.count())


INDICATOR = Indicator(
    code="PROC-08",
    name=Words("最低价被否", "Lowest bid disqualified"),
    question=Words("只比价格，最低价为什么被否决？", "Where price decides, why was the lowest disqualified?"),
    formula=Words(
        "评标办法为最低价；有有效中标；至少一个有金额的有效投标；大于0的最低递交报价（并列亦算）属于被否决的投标。",
        "award_criteria = price; an active award; at least one valid bid with amount; the lowest submitted amount above 0 belongs "
        "(ties count) to a disqualified bid.",
    ),
    tables={"tenders": "award_criteria status?", "bids": "amount", "awards": "amount? award_date?"},
    key=("tender_id",),
    sources="C-R036",
    mission="M3",
    certainty=0.5,
    false_positives=Words("报价异常低，依法否决", "abnormally low bid lawfully rejected"),
    sentence=Words(
        "项目{tender_id}以最低价定标，最低报价{low_fen:yuan}元却被否决，有效投标最低{valid_fen:yuan}元",
        "tender {tender_id} goes by price, yet the lowest bid of {low_fen:yuan} yuan was disqualified; the lowest valid one is "
        "{valid_fen:yuan}",
    ),
    find=find,
)
