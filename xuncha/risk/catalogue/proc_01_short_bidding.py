"""PROC-01 投标期过短: bidders had too little time."""

from __future__ import annotations

import datetime as dt

import ibis

from xuncha.risk.catalogue.procurement import COMPETITIVE, live_tenders, money_of
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Compares instants: a period of exactly the threshold is no lead."""
    tenders = data.rows("tenders", "method", source=live_tenders(data))
    threshold = ibis.cases(
        (tenders.method.isin(COMPETITIVE), ibis.literal(int(settings["days"]), "int64")),
        *(
            (tenders.method_details == words, ibis.literal(int(days), "int64"))
            for words, days in settings["days_by_details"].items()
        ),
        else_=ibis.null("int64"),
    )
    tenders = tenders.mutate(threshold=threshold)
    tested = data.rows("tenders", "bid_start", "bid_end", source=tenders.filter(tenders.threshold.notnull()))
    seconds = tested.bid_end.epoch_seconds() - tested.bid_start.epoch_seconds()
    tested = tested.mutate(value=(seconds / 86400.0).floor().cast("int64"))
    short = money_of(tested.filter(tested.value < tested.threshold), data)
    leads = short.select(
        "tender_id",
        "value",
        "threshold",
        "fen",
        "supplier",
        "bid_start",
        "bid_end",
        org="buyer_id",
        day=short.bid_end.date(),
    )
    return Found(leads, (Evidence("tenders", data.table("tenders")),), tested.count())


INDICATOR = Indicator(
    code="PROC-01",
    name=Words("投标期过短", "Short bidding period"),
    question=Words(
        "从发出招标文件到投标截止，留给投标人的时间够不够？",
        "Did bidders have time enough between notice and deadline?",
    ),
    formula=Words(
        "天数=⌊（投标截止−发出时间）÷24小时⌋；公开或邀请招标，天数小于阈值。其他采购方式只在参数写明其方式说明的天数时检验。",
        "days = floor((bid_end − bid_start) / 24 h); open or selective method; days below the threshold. Other methods are "
        "tested only where a setting gives days for their method_details.",
    ),
    tables={"tenders": "method bid_start bid_end method_details? status?", "awards?": ""},
    key=("tender_id",),
    sources="TB24, CG35; parity C-R003: 15",
    mission="M3",
    certainty=0.8,
    false_positives=Words("紧急采购，或重新招标", "urgent or repeated tender"),
    sentence=Words(
        "项目{tender_id}投标期{value}天（{bid_start}至{bid_end}），下限{threshold}天（招标投标法24条、政府采购法35条）",
        "tender {tender_id} was open for {value} days ({bid_start} to {bid_end}), the least is {threshold} (TB24, CG35)",
    ),
    find=find,
    parameters=(
        Parameter("days", 20, Words("最少天数", "least days"), "TB24, CG35", dt.date(2017, 12, 28)),
        Parameter("days_by_details", {}, Words("按方式说明另定的天数，如 磋商 = 10", "days by method_details"), "CV"),
    ),
)
