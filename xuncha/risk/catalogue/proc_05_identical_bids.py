"""PROC-05 报价雷同: two bidders ask the same price to the cent."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.procurement import (
    SUBMITTED,
    bids_of,
    buyers,
    money_of,
)
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Equal to the cent, of two different suppliers in one tender."""
    bids = bids_of(data, SUBMITTED, "amount").filter(lambda t: t.amount > 0)
    if excluded := list(settings["exclude_details"]):
        tariffs = data.table("tenders").filter(lambda t: t.method_details.isin(excluded))
        bids = bids.anti_join(tariffs, "tender_id")
    same = bids.group_by(["tender_id", "amount"]).agg(suppliers=bids.supplier_id.nunique())
    same = same.filter(same.suppliers >= 2)
    found = same.group_by("tender_id").agg(value=same.suppliers.max(), price=same.amount.min())
    tenders = money_of(found.left_join(buyers(data), "tender_id").drop("tender_id_right"), data)
    day = bids.group_by("tender_id").agg(day=bids.received_at.max().date())
    leads = tenders.left_join(day, "tender_id").select(
        "tender_id", "value", "price", "org", "supplier", "fen", "day", threshold=ibis.literal(2, "int64")
    )
    rows = bids.semi_join(same, ["tender_id", "amount"])
    return Found(leads, (Evidence("bids", rows),), bids.tender_id.nunique())


INDICATOR = Indicator(
    code="PROC-05",
    name=Words("报价雷同", "Identical bids"),
    question=Words("不同投标人的报价是不是一分不差？", "Do different bidders ask the same to the cent?"),
    formula=Words(
        "同一项目，两个不同供应商递交的报价相等且大于0。",
        "in one tender, submitted bids of two different suppliers are equal and above 0.",
    ),
    tables={"tenders": "status? method_details?", "bids": "amount received_at?", "awards?": ""},
    key=("tender_id",),
    sources="C-R028, TBR40",
    mission="M3",
    certainty=0.5,
    false_positives=Words("固定收费标准（可按方式说明排除）", "fixed tariffs (exclude by method_details)"),
    sentence=Words(
        "项目{tender_id}有{value}家供应商报价同为{price:yuan}元（招标投标法实施条例40条）",
        "tender {tender_id}: {value} suppliers bid {price:yuan} yuan each (TBR40)",
    ),
    find=find,
    parameters=(Parameter("exclude_details", [], Words("不检验的方式说明", "method_details to leave out"), "CV"),),
)
