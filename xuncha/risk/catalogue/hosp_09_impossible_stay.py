"""HOSP-09 死后或重叠就诊: treated after death, or in two hospitals at once."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Death and overlap are judged apart; a transfer within a day is no overlap."""
    deaths = data.table("deaths").select("death_date", dead="person_id")
    visits = data.table("visits")
    late = visits.inner_join(deaths, visits.patient_id == deaths.dead)
    late = late.filter(late.admit_date > late.death_date).select(
        "visit_id", value=late.admit_date.delta(late.death_date, unit="day"), is_late=ibis.literal(1, "int64")
    )
    stays = data.rows("visits", "discharge_date", where=lambda t: t.visit_type == "in")
    window = ibis.window(group_by="patient_id", order_by=["admit_date", "visit_id"])
    stays = stays.mutate(before=stays.discharge_date.lag().over(window), elsewhere=stays.hospital_id.lag().over(window))
    twice = stays.filter(stays.elsewhere != stays.hospital_id)
    twice = twice.select(
        "visit_id", value=twice.before.delta(twice.admit_date, unit="day"), is_late=ibis.literal(0, "int64")
    )
    twice = twice.filter(twice.value >= int(settings["days"]))
    hits = ibis.union(late, twice)
    found = hits.group_by("visit_id").agg(value=hits.value.argmax(hits.is_late), is_late=hits.is_late.max())
    found = found.inner_join(visits.select("visit_id", org="hospital_id", day="admit_date"), "visit_id")
    money = data.table("charges")
    money = money.group_by("visit_id").agg(fen=money.amount.sum().cast("int64"))
    found = found.left_join(money, "visit_id").drop("visit_id_right")
    is_late = found.is_late == 1
    leads = found.mutate(
        threshold=ibis.ifelse(is_late, ibis.literal(0, "int64"), ibis.literal(int(settings["days"]), "int64")),
        why_zh=ibis.ifelse(is_late, "在患者死亡后", "与另一医院的住院重叠"),
        why_en=ibis.ifelse(is_late, "after the patient's death", "within a stay at another hospital"),
    )
    return Found(leads, (Evidence("visits", visits),), visits.count())


INDICATOR = Indicator(
    code="HOSP-09",
    name=Words("死后或重叠就诊", "Impossible stay"),
    question=Words(
        "有没有死后就诊，或同时在两家医院住院？", "Was anybody treated after death, or in two hospitals at once?"
    ),
    formula=Words(
        "入院日期＞死亡日期；或患者的住院按入院日期、就诊编号排列，上次住院在另一医院且其出院−本次入院≥2天（疑点为后一次）。",
        "admit_date > death_date; or, with a patient's inpatient stays ordered by admit_date, visit_id, the previous stay is at another "
        "hospital and its discharge − this admit ≥ 2 days (lead: the later stay).",
    ),
    tables={"visits": "discharge_date?", "deaths?": "", "charges?": ""},
    key=("visit_id",),
    sources="YB20, PR",
    mission="M4",
    certainty=1.0,
    false_positives=Words("转院，死亡日期有误", "transfer, wrong death date"),
    sentence=Words(
        "就诊{visit_id}（{day}）{why_zh}{value}天，界限{threshold}天，收费{fen:yuan}元（医疗保障基金使用监督管理条例20条）",
        "visit {visit_id} ({day}) lies {value} days {why_en}, limit {threshold}, {fen:yuan} yuan charged (YB20)",
    ),
    find=find,
    parameters=(Parameter("days", 2, Words("重叠天数下限", "least days of overlap"), "CV"),),
    arms=(("deaths.death_date",), ("visits.discharge_date",)),
)
