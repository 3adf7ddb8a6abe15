"""HR-02 吃空饷: somebody who died or left is still paid."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """A month counts by its first day; who left one organisation may be paid by another."""
    payroll = data.table("payroll")
    days = int(settings["days"])
    deaths = data.table("deaths").select("death_date", dead="person_id")
    posts = data.table("employees").select("end_date", leaver="person_id", post="org_id")
    rows = payroll.left_join(deaths, payroll.person_id == deaths.dead)
    rows = rows.left_join(posts, [rows.person_id == posts.leaver, rows.org_id == posts.post])
    after_death = (rows.pay_month.delta(rows.death_date, unit="day") > days).fill_null(False)
    after_end = (rows.pay_month.delta(rows.end_date, unit="day") > days).fill_null(False)
    rows = rows.mutate(after_death=after_death, after_end=after_end)
    hits = rows.filter(rows.after_death | rows.after_end)
    leads = hits.group_by("person_id").agg(
        value=hits.pay_month.count(),
        fen=hits.amount.sum().cast("int64"),
        org=hits.org_id.min(),
        day=hits.pay_month.max(),
        first_month=hits.pay_month.min(),
        dead=hits.after_death.sum(),
    )
    leads = leads.mutate(
        threshold=ibis.literal(0, "int64"),
        why_zh=ibis.ifelse(leads.dead > 0, "死亡", "离任"),
        why_en=ibis.ifelse(leads.dead > 0, "death", "leaving"),
    )
    return Found(leads, (Evidence("payroll", hits),), payroll.person_id.nunique())


INDICATOR = Indicator(
    code="HR-02",
    name=Words("吃空饷", "Ghost payroll"),
    question=Words("有没有给已去世或离任的人发工资？", "Is anybody paid who died or left?"),
    formula=Words(
        "发放月份＞死亡日期+31天，或＞在该单位的离任日期+31天。",
        "pay_month > death_date + 31, or > that org's end_date + 31.",
    ),
    tables={"payroll": "amount?", "deaths?": "", "employees?": "end_date?"},
    key=("person_id",),
    sources="PR",
    mission="M12",
    certainty=1.0,
    false_positives=Words("抚恤金，重新聘用", "death benefit, re-hire"),
    sentence=Words(
        "{person_id:person}{why_zh}满31天后，{org}仍发放工资{value}个月，自{first_month}起，共{fen:yuan}元",
        "{org} paid {person_id:person} for {value} months more than 31 days after {why_en}, from {first_month} on, {fen:yuan} yuan in all",
    ),
    find=find,
    parameters=(Parameter("days", 31, Words("宽限天数", "days of grace"), "PR"),),
    of_person=True,
    arms=(("deaths.death_date",), ("employees.end_date",)),
)
