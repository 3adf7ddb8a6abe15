"""PROC-17 新设企业中标: a firm wins much money soon after it was founded."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.procurement import (
    active_awards,
    buyers,
)
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Of several such awards in a tender the youngest firm counts."""
    awards = active_awards(data, "amount", "award_date").filter(lambda t: t.amount >= settings.fen("yuan"))
    firms = data.rows("suppliers", "reg_date").select("reg_date", firm="supplier_id")
    tested = awards.inner_join(firms, awards.supplier_id == firms.firm)
    tested = tested.mutate(days=tested.award_date.delta(tested.reg_date, unit="day"))
    young = tested.filter(tested.days < int(settings["days"]))
    found = young.group_by("tender_id").agg(
        value=young.days.min(),
        supplier=young.supplier_id.argmin(young.days),
        fen=young.amount.sum().cast("int64"),
        day=young.award_date.max(),
        reg_date=young.reg_date.max(),
    )
    found = found.left_join(buyers(data), "tender_id").drop("tender_id_right")
    leads = found.mutate(threshold=ibis.literal(int(settings["days"]), "int64"))
    return Found(leads, (Evidence("awards", young.select(*data.table("awards").columns)),), tested.count())


INDICATOR = Indicator(
    code="PROC-17",
    name=Words("新设企业中标", "New firm wins"),
    question=Words("刚成立的企业怎么就中了大单？", "How did a firm just founded win so much?"),
    formula=Words(
        "有效中标金额不少于50万元，中标日期−注册日期＜阈值（天）。",
        "active award of at least 500,000 yuan and award_date − reg_date < threshold (days).",
    ),
    tables={"tenders": "status?", "awards": "amount award_date", "suppliers": "reg_date"},
    key=("tender_id",),
    sources="OCP, DZ, CV",
    mission="M3",
    certainty=0.5,
    false_positives=Words("企业分立新设", "spin-off"),
    sentence=Words(
        "项目{tender_id}的中标供应商{supplier}注册{value}天即中标，金额{fen:yuan}元，界限{threshold}天",
        "tender {tender_id}: supplier {supplier} won {fen:yuan} yuan {value} days after it was registered, limit {threshold}",
    ),
    find=find,
    parameters=(
        Parameter("yuan", 500_000, Words("中标金额下限（元）", "least award, yuan"), "CV"),
        Parameter("days", 90, Words("注册天数", "days since registration"), "OCP, DZ, CV"),
    ),
)
