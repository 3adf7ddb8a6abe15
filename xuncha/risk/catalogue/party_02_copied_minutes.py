"""PARTY-02 会议记录雷同: one text stands for several meetings."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Meetings of one branch on one day may share their minutes."""
    meetings = data.rows("meetings", "minutes_hash")
    apart = meetings.select("minutes_hash", "branch_id", "meet_date").distinct()
    units = apart.group_by("minutes_hash").agg(
        value=apart.branch_id.count(),
        branches=apart.branch_id.nunique(),
        branch=apart.branch_id.min(),
        day=apart.meet_date.max(),
    )
    found = units.filter(units.value >= 2)
    orgs = data.table("branches").select(branch="branch_id", of="org_id")
    found = found.left_join(orgs, "branch").drop("branch_right")
    leads = found.mutate(
        threshold=ibis.literal(2, "int64"), org=ibis.ifelse(found.branches == 1, found.of, ibis.null("string"))
    )
    return Found(leads, (Evidence("meetings", meetings),), units.count())


INDICATOR = Indicator(
    code="PARTY-02",
    name=Words("会议记录雷同", "Copied minutes"),
    question=Words("会议记录是不是抄的？", "Were minutes copied?"),
    formula=Words(
        "同一记录摘要值用于≥2个不同的（支部，日期）。", "the same hash on at least 2 different (branch_id, meet_date)."
    ),
    tables={"meetings": "minutes_hash", "branches?": ""},
    key=("minutes_hash",),
    sources="PR",
    mission="M9",
    certainty=0.8,
    false_positives=Words("联合召开的会议", "joint meeting"),
    sentence=Words(
        "同一份会议记录用于{value}次会议，涉及{branches}个支部，界限{threshold}次",
        "one text of minutes stands for {value} meetings of {branches} branches, limit {threshold}",
    ),
    find=find,
)
