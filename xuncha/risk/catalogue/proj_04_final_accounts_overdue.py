"""PROJ-04 决算超期: no final accounts three months after completion."""

from __future__ import annotations

import datetime as dt

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Where there are no final accounts yet, the cut-off date counts. An extension granted is set as a parameter."""
    tested = data.rows("projects", "completion_date")
    until = ibis.coalesce(tested.final_account_date, ibis.literal(data.as_of, "date"))
    tested = tested.mutate(value=until.delta(tested.completion_date, unit="day"))
    late = tested.filter(tested.value > int(settings["days"]))
    leads = late.select(
        "project_id",
        "value",
        "completion_date",
        org="owner_id",
        day="completion_date",
        fen=ibis.coalesce(late.settle_reviewed, late.approved_budget),
        threshold=ibis.literal(int(settings["days"]), "int64"),
        state_zh=ibis.ifelse(late.final_account_date.isnull(), "仍未决算", "才决算"),
        state_en=ibis.ifelse(late.final_account_date.isnull(), "still without final accounts", "final accounts"),
    )
    return Found(leads, (Evidence("projects", data.table("projects")),), tested.count())


INDICATOR = Indicator(
    code="PROJ-04",
    name=Words("决算超期", "Final accounts overdue"),
    question=Words("竣工后多久办了决算？", "How long after completion were the final accounts made?"),
    formula=Words(
        "决算日期（没有则取截止日）−竣工日期＞阈值（天）。",
        "(final_account_date, else as_of) − completion_date > threshold (days).",
    ),
    tables={"projects": "completion_date final_account_date approved_budget? settle_reviewed?"},
    key=("project_id",),
    sources="JS2",
    mission="M6",
    certainty=0.8,
    false_positives=Words(
        "诉讼未结；批准延期的，小型可加60天，大中型可加180天",
        "lawsuit; +60 days small or +180 large where an extension is recorded",
    ),
    sentence=Words(
        "项目{project_id}于{completion_date}竣工，{value}天{state_zh}，时限{threshold}天（财建〔2016〕503号）",
        "project {project_id} was completed {completion_date}: {state_en} after {value} days, limit {threshold} (JS2)",
    ),
    find=find,
    parameters=(Parameter("days", 90, Words("决算时限（天）", "days to final accounts"), "JS2", dt.date(2016, 9, 1)),),
)
