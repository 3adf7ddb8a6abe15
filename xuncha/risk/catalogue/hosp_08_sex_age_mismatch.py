"""HOSP-08 性别年龄不符: what was charged cannot be done to this patient."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Sex and age are judged apart, each where it is known; a year of grace, counted as 365.25 days."""
    items = data.table("items").select("item_code", "sex_limit", "age_max")
    people = data.table("persons").select("sex", "birth_date", patient="person_id")
    visits = data.table("visits").select("visit_id", "patient_id", org="hospital_id")
    rows = data.table("charges").inner_join(items, "item_code").inner_join(visits, "visit_id")
    rows = rows.inner_join(people, rows.patient_id == people.patient)
    days = rows.charge_date.delta(rows.birth_date, unit="day")
    wrong_sex = (rows.sex_limit != rows.sex).fill_null(False)
    too_old = (days * 100 > (rows.age_max + 1) * 36525).fill_null(False)
    rows = rows.mutate(wrong_sex=wrong_sex, too_old=too_old, age=days / 365.25)
    found = rows.filter(rows.wrong_sex | rows.too_old)
    leads = found.select(
        "charge_id",
        "item_code",
        "age_max",
        "age",
        "org",
        fen="amount",
        day="charge_date",
        value=(found.wrong_sex.ifelse(1, 0) + found.too_old.ifelse(1, 0)).cast("int64"),
        threshold=ibis.literal(0, "int64"),
        limit_zh=ibis.cases((found.sex_limit == "F", "限女性"), (found.sex_limit == "M", "限男性"), else_="不限性别"),
        sex_zh=ibis.cases((found.sex == "F", "女"), (found.sex == "M", "男"), else_="不详"),
        sex_limit="sex_limit",
        sex="sex",
    )
    tested = rows.filter(
        (rows.sex_limit.notnull() & rows.sex.notnull()) | (rows.age_max.notnull() & rows.birth_date.notnull())
    )
    return Found(leads, (Evidence("charges", data.table("charges")),), tested.count())


INDICATOR = Indicator(
    code="HOSP-08",
    name=Words("性别年龄不符", "Sex/age mismatch"),
    question=Words("收费项目与患者的性别、年龄相符吗？", "Does a charge fit the patient's sex and age?"),
    formula=Words(
        "项目的性别限制与患者性别不同，或（收费日期−出生日期）÷365.25＞年龄上限+1。",
        "sex_limit ≠ patient's sex, or (charge_date − birth_date) / 365.25 > age_max + 1.",
    ),
    tables={"charges": "", "items": "sex_limit? age_max?", "visits": "", "persons": "sex? birth_date?"},
    key=("charge_id",),
    sources="YB15 虚构",
    mission="M4",
    certainty=1.0,
    false_positives=Words("编码错误，新生儿用母亲的卡", "coding error, newborn on mother's card"),
    sentence=Words(
        "收费{charge_id}：项目{item_code}{limit_zh}、年龄上限{age_max}岁，患者{sex_zh}、{age:num}岁，{fen:yuan}元（医疗保障基金使用监督管理条例15条）",
        "charge {charge_id}: item {item_code} is for sex {sex_limit}, age up to {age_max}; the patient is {sex}, {age:num} years old; {fen:yuan} "
        "yuan (YB15)",
    ),
    find=find,
    arms=(("items.sex_limit", "persons.sex"), ("items.age_max", "persons.birth_date")),
)
