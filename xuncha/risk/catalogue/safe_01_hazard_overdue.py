"""SAFE-01 隐患整改超期: a hazard was not removed in time."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Where it is open still, the cut-off date counts. Major hazards stand first."""
    rows = data.table("hazards")
    until = ibis.coalesce(rows.closed_date, ibis.literal(data.as_of, "date"))
    rows = rows.mutate(value=until.delta(rows.due_date, unit="day"))
    late = rows.filter(rows.value > 0)
    is_major = late.level == "major"
    leads = late.select(
        "hazard_id",
        "value",
        "due_date",
        org="org_id",
        day="due_date",
        threshold=ibis.literal(0, "int64"),
        lift=is_major.ifelse(1, 0).cast("int64"),
        level_zh=ibis.ifelse(is_major, "重大", "一般"),
        level_en=ibis.ifelse(is_major, "major", "general"),
        state_zh=ibis.ifelse(late.closed_date.isnull(), "仍未整改", "才整改完成"),
        state_en=ibis.ifelse(late.closed_date.isnull(), "still open", "closed"),
    )
    return Found(leads, (Evidence("hazards", data.table("hazards")),), rows.count())


INDICATOR = Indicator(
    code="SAFE-01",
    name=Words("隐患整改超期", "Hazard overdue"),
    question=Words("安全隐患有没有按期整改？", "Were hazards removed in time?"),
    formula=Words(
        "整改完成日期（没有则取截止日）＞整改期限；重大隐患在前。",
        "(closed_date, else as_of) > due_date; major hazards first.",
    ),
    tables={"hazards": "closed_date"},
    key=("hazard_id",),
    sources="安全生产法(2021)41",
    mission="M1, M12",
    certainty=0.5,
    false_positives=Words("已批准延期", "extension recorded"),
    sentence=Words(
        "{level_zh}隐患{hazard_id}整改期限{due_date}，超过{value}天{state_zh}（安全生产法41条）",
        "{level_en} hazard {hazard_id}, due {due_date}: {state_en} {value} days later",
    ),
    find=find,
)
