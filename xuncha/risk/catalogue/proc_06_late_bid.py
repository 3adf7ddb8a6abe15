"""PROC-06 逾期标中标: a bid came after the deadline and won."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.procurement import (
    active_awards,
    bids_of,
    live_tenders,
    money_of,
)
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Instants are compared; a bid of the last second is in time."""
    ends = data.rows("tenders", "bid_end", source=live_tenders(data)).select("tender_id", "bid_end", org="buyer_id")
    bids = bids_of(data, ("valid",), "received_at").inner_join(ends, "tender_id")
    tested = bids.semi_join(active_awards(data), ["tender_id", "supplier_id"])
    late = tested.filter(tested.received_at > tested.bid_end)
    minutes = (late.received_at.epoch_seconds() - late.bid_end.epoch_seconds()) / 60.0
    found = (
        late.mutate(minutes=minutes)
        .group_by("tender_id")
        .agg(
            value=ibis._.minutes.max(),
            bid_end=ibis._.bid_end.max(),
            received_at=ibis._.received_at.max(),
            org=ibis._.org.max(),
        )
    )
    found = money_of(found, data)
    leads = found.mutate(threshold=ibis.literal(0.0), day=found.bid_end.date())
    rows = late.select(*data.table("bids").columns)
    return Found(
        leads, (Evidence("tenders", data.table("tenders")), Evidence("bids", rows)), tested.tender_id.nunique()
    )


INDICATOR = Indicator(
    code="PROC-06",
    name=Words("逾期标中标", "Late bid won"),
    question=Words("截止以后才到的投标，怎么中了标？", "How could a bid win that came after the deadline?"),
    formula=Words(
        "有效投标，收到时间晚于投标截止，且该供应商持有有效中标。",
        "a valid bid, received_at > bid_end, whose supplier holds an active award.",
    ),
    tables={"tenders": "bid_end status?", "bids": "received_at", "awards": "amount?"},
    key=("tender_id",),
    sources="C-R030, TB28",
    mission="M3",
    certainty=1.0,
    false_positives=Words("时钟不准或录入错误", "clock or entry error"),
    sentence=Words(
        "项目{tender_id}投标截止{bid_end}，中标人的投标{received_at}才收到，晚{value:num}分钟（招标投标法28条）",
        "tender {tender_id} closed {bid_end}, the winner's bid came {received_at}, {value:num} minutes late (TB28)",
    ),
    find=find,
)
