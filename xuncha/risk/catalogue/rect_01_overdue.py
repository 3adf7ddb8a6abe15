"""RECT-01 整改超期: a finding was not rectified in time."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Where it is open still, the cut-off date counts."""
    rows = data.table("issues")
    until = ibis.coalesce(rows.closed_date, ibis.literal(data.as_of, "date"))
    rows = rows.mutate(value=until.delta(rows.due_date, unit="day"))
    late = rows.filter(rows.value > 0)
    leads = late.select(
        "issue_id",
        "value",
        "due_date",
        "topic",
        org="org_id",
        day="due_date",
        threshold=ibis.literal(0, "int64"),
        state_zh=ibis.ifelse(late.closed_date.isnull(), "仍未销号", "才销号"),
        state_en=ibis.ifelse(late.closed_date.isnull(), "still open", "closed"),
    )
    return Found(leads, (Evidence("issues", data.table("issues")),), rows.count())


INDICATOR = Indicator(
    code="RECT-01",
    name=Words("整改超期", "Overdue"),
    question=Words("巡察问题有没有按期整改？", "Were findings rectified in time?"),
    formula=Words("销号日期（没有则取截止日）＞整改期限。", "(closed_date, else as_of) > due_date."),
    tables={"issues": "closed_date"},
    key=("issue_id",),
    sources="XS, round's letter",
    mission="M11",
    certainty=1.0,
    false_positives=Words("已批准延期", "extension granted"),
    sentence=Words(
        "问题{issue_id}（{topic}）整改期限{due_date}，超过{value}天{state_zh}",
        "finding {issue_id} ({topic}), due {due_date}: {state_en} {value} days later",
    ),
    find=find,
)
