"""HOSP-04 大处方: more than five different drugs in one visit."""

from __future__ import annotations

import datetime as dt

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Different items are counted, not packs."""
    visits = data.table("visits").filter(lambda t: t.visit_type == "out")
    charges = data.rows("charges", "item_class", source=data.table("charges").semi_join(visits, "visit_id"))
    drugs = charges.filter(charges.item_class == "drug")
    units = drugs.group_by("visit_id").agg(value=drugs.item_code.nunique(), fen=drugs.amount.sum().cast("int64"))
    many = units.filter(units.value > int(settings["drugs"]))
    found = many.inner_join(visits.select("visit_id", org="hospital_id", day="admit_date"), "visit_id")
    leads = found.mutate(threshold=ibis.literal(int(settings["drugs"]), "int64"))
    return Found(leads, (Evidence("charges", drugs),), visits.count())


INDICATOR = Indicator(
    code="HOSP-04",
    name=Words("大处方", "Over-prescribing"),
    question=Words("一次门诊开了多少种药？", "How many drugs were prescribed in one visit?"),
    formula=Words("门诊就诊，不同药品项目＞5种。", "outpatient visit with more than 5 distinct drug items."),
    tables={"visits": "", "charges": "item_class"},
    key=("visit_id",),
    sources="CF6",
    mission="M4",
    certainty=0.8,
    false_positives=Words("一次就诊开了几张处方", "several prescriptions in one visit"),
    sentence=Words(
        "就诊{visit_id}开药{value}种，共{fen:yuan}元，每张处方不超过{threshold}种（处方管理办法6条）",
        "visit {visit_id}: {value} different drugs, {fen:yuan} yuan, no more than {threshold} to a prescription (CF6)",
    ),
    find=find,
    parameters=(Parameter("drugs", 5, Words("药品种数上限", "most drugs"), "CF6", dt.date(2007, 5, 1)),),
)
