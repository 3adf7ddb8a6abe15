"""PROC-12 化整为零: purchases kept below the limit that together pass it."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import ibis

from xuncha.risk.catalogue.procurement import (
    COMPETITIVE,
)
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """One item of one buyer in one year; where an item goes by several categories, the one of the larger sum."""
    contracts = data.rows("contracts", "item_code", where=lambda t: t.method.notin(COMPETITIVE))
    limits = {name: int(Fraction(str(settings[name])) * 100) for name in ("works", "goods", "services")}
    limit = ibis.cases(
        *((contracts.category == name, ibis.literal(fen, "int64")) for name, fen in limits.items()), else_=0
    )
    contracts = contracts.mutate(limit_fen=limit, year=contracts.sign_date.year().cast("int64"))
    group = ["buyer_id", "item_code", "year", "category"]
    small = contracts.filter(contracts.amount < contracts.limit_fen)
    groups = small.group_by(group).agg(
        n=small.contract_id.count(),
        fen=small.amount.sum().cast("int64"),
        limit_fen=small.limit_fen.max(),
        first_day=small.sign_date.min(),
        day=small.sign_date.max(),
        suppliers=small.supplier_id.nunique(),
        one=small.supplier_id.min(),
    )
    split = groups.filter(groups.n >= int(settings["contracts"]), groups.fen >= groups.limit_fen)
    largest = ibis.window(group_by=["buyer_id", "item_code", "year"], order_by=[ibis.desc("fen"), "category"])
    split = split.mutate(nth=ibis.row_number().over(largest)).filter(lambda t: t.nth == 0).drop("nth")
    leads = split.mutate(
        value=split.fen / 100.0,
        threshold=split.limit_fen / 100.0,
        org=split.buyer_id,
        supplier=ibis.ifelse(split.suppliers == 1, split.one, ibis.null("string")),
        days=split.day.delta(split.first_day, unit="day"),
    )
    return Found(leads.drop("one"), (Evidence("contracts", small.semi_join(split, group)),), groups.count())


INDICATOR = Indicator(
    code="PROC-12",
    name=Words("化整为零", "Splitting"),
    question=Words("是不是拆成小单，躲开招标限额？", "Was a purchase split to stay below the limit of tendering?"),
    formula=Words(
        "采购方式非公开、邀请招标，金额＜该类别限额的合同，按采购人、品目、签订年份：份数≥阈值，合计≥限额。",
        "contracts not by open or selective tender with amount < L of the category, by buyer, item and year of sign_date: count ≥ "
        "threshold and sum ≥ L.",
    ),
    tables={"contracts": "item_code"},
    key=("buyer_id", "item_code", "year"),
    sources="N16, TB4, CG28, CGR28",
    mission="M3",
    certainty=0.8,
    false_positives=Words("确属经常发生的小额需求", "truly recurring small needs"),
    sentence=Words(
        "采购人{buyer_id}在{year}年就品目{item_code}签订{n}份限额以下合同，合计{fen:yuan}元，限额{limit_fen:yuan}元；相隔{days}天，{suppliers}家供应商（招标投标法4条、政府采购法28条）",
        "buyer {buyer_id} signed {n} contracts for item {item_code} in {year} below the limit, {fen:yuan} yuan in all, limit "
        "{limit_fen:yuan}; within {days} days, {suppliers} suppliers (TB4, CG28)",
    ),
    find=find,
    parameters=(
        Parameter("contracts", 3, Words("最少份数", "least contracts"), "CV"),
        Parameter("works", 4_000_000, Words("工程限额（元）", "limit of works, yuan"), "N16", dt.date(2018, 6, 1)),
        Parameter("goods", 2_000_000, Words("货物限额（元）", "limit of goods, yuan"), "N16", dt.date(2018, 6, 1)),
        Parameter(
            "services", 1_000_000, Words("服务限额（元）", "limit of services, yuan"), "N16", dt.date(2018, 6, 1)
        ),
    ),
)
