"""ENF-04 办案超期: a case not decided within ninety days."""

from __future__ import annotations

import datetime as dt

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """A case without a decision is open; the cut-off date counts."""
    cases = data.table("cases")
    until = ibis.coalesce(cases.decided_date, ibis.literal(data.as_of, "date"))
    cases = cases.mutate(value=until.delta(cases.filed_date, unit="day"))
    late = cases.filter(cases.value > int(settings["days"]))
    leads = late.select(
        "case_id",
        "value",
        "filed_date",
        org="org_id",
        day="filed_date",
        fen="fine_amount",
        threshold=ibis.literal(int(settings["days"]), "int64"),
        state_zh=ibis.ifelse(late.decided_date.isnull(), "仍未决定", "才作出决定"),
        state_en=ibis.ifelse(late.decided_date.isnull(), "still open", "decided"),
    )
    return Found(leads, (Evidence("cases", data.table("cases")),), cases.count())


INDICATOR = Indicator(
    code="ENF-04",
    name=Words("办案超期", "Case over 90 days"),
    question=Words("立案以后多久作出决定？", "How long from filing to decision?"),
    formula=Words(
        "决定日期（没有则取截止日）−立案日期＞阈值（天）。",
        "(decided_date, else as_of) − filed_date > threshold (days).",
    ),
    tables={"cases": "decided_date fine_amount?"},
    key=("case_id",),
    sources="CFF60",
    mission="M7",
    certainty=0.8,
    false_positives=Words("已批准延期，检验鉴定时间", "recorded extension, expert test"),
    sentence=Words(
        "案件{case_id}于{filed_date}立案，{value}天{state_zh}，时限{threshold}天（行政处罚法60条）",
        "case {case_id}, filed {filed_date}: {state_en} after {value} days, limit {threshold} (CFF60)",
    ),
    find=find,
    parameters=(Parameter("days", 90, Words("办案时限（天）", "days to decide"), "CFF60", dt.date(2021, 7, 15)),),
)
