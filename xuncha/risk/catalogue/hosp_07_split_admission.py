"""HOSP-07 分解住院: admitted again for the same, soon after discharge."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Stays without diagnosis or discharge are left out before they are put in order."""
    stays = data.rows("visits", "diag_code", "discharge_date", where=lambda t: t.visit_type == "in")
    stays = stays.mutate(diagnosis=stays.diag_code.substr(0, 3))
    if exempt := list(settings["exempt"]):
        stays = stays.filter(stays.diagnosis.notin(exempt))
    window = ibis.window(group_by=["patient_id", "hospital_id", "diagnosis"], order_by=["admit_date", "visit_id"])
    stays = stays.mutate(before=stays.discharge_date.lag().over(window), before_id=stays.visit_id.lag().over(window))
    tested = stays.filter(stays.before.notnull())
    tested = tested.mutate(value=tested.admit_date.delta(tested.before, unit="day"))
    again = tested.filter(tested.value >= 0, tested.value <= int(settings["days"]))
    money = data.table("charges")
    money = money.group_by("visit_id").agg(fen=money.amount.sum().cast("int64"))
    found = again.left_join(money, "visit_id").drop("visit_id_right")
    leads = found.select(
        "visit_id",
        "value",
        "diagnosis",
        "before",
        "before_id",
        "fen",
        org="hospital_id",
        day="admit_date",
        threshold=ibis.literal(int(settings["days"]), "int64"),
    )
    visits, pair = data.table("visits"), again.select("before_id", lead_visit_id="visit_id")
    rows = ibis.union(
        visits.semi_join(again, "visit_id").mutate(lead_visit_id=ibis._.visit_id),
        visits.inner_join(pair, visits.visit_id == pair.before_id).drop("before_id"),
    )
    return Found(leads, (Evidence("visits", rows),), tested.count())


INDICATOR = Indicator(
    code="HOSP-07",
    name=Words("分解住院", "Split admission"),
    question=Words("出院没几天，为什么又因同一疾病住院？", "Why was a patient admitted again for the same so soon?"),
    formula=Words(
        "住院；同一患者、医院、诊断编码前3位，按入院日期、就诊编号排列；0≤入院−上次出院≤阈值（天）；可设例外诊断。",
        "inpatient; same patient, hospital and first 3 characters of diag_code; ordered by admit_date, visit_id; 0 ≤ admit − previous "
        "discharge ≤ threshold; a setting names exempt diagnoses.",
    ),
    tables={"visits": "diag_code discharge_date", "charges?": ""},
    key=("visit_id",),
    sources="YB15; days local",
    mission="M4",
    certainty=0.8,
    false_positives=Words("计划内化疗、透析", "planned chemotherapy, dialysis"),
    sentence=Words(
        "住院{visit_id}（诊断{diagnosis}）距同院上次出院（{before_id}，{before}）{value}天，界限{threshold}天，收费{fen:yuan}元（医疗保障基金使用监督管理条例15条）",
        "stay {visit_id} (diagnosis {diagnosis}) began {value} days after discharge from {before_id} on {before}, limit {threshold}, "
        "{fen:yuan} yuan charged (YB15)",
    ),
    find=find,
    parameters=(
        Parameter("days", 15, Words("天数", "days"), "YB15, CV"),
        Parameter("exempt", ["Z51", "N18"], Words("例外诊断（前3位）", "exempt diagnoses (first 3 characters)"), "CV"),
    ),
)
