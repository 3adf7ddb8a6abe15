"""RECT-02 屡改屡犯: a topic came back after it was closed."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """A later round found again what an earlier one had closed before."""
    rows = data.table("issues")
    closed = rows.filter(rows.closed_date.notnull()).select(
        "org_id", "topic", "closed_date", old_round="round", old_issue="issue_id"
    )
    again = rows.inner_join(closed, ["org_id", "topic"])
    again = again.filter(again.old_round < again["round"], again.closed_date_right < again.found_date)
    found = again.group_by(["org_id", "topic"]).agg(
        value=again.issue_id.nunique(),
        old=again.old_issue.nunique(),
        day=again.found_date.max(),
        first_round=again.old_round.min(),
        last_round=again["round"].max(),
    )
    leads = found.mutate(threshold=ibis.literal(1, "int64"), org=found.org_id)
    return Found(leads, (Evidence("issues", rows),), rows.select("org_id", "topic").distinct().count())


INDICATOR = Indicator(
    code="RECT-02",
    name=Words("屡改屡犯", "Repeated"),
    question=Words("销了号的问题，为什么又出现？", "Why did a closed problem come back?"),
    formula=Words(
        "较早轮次某主题的问题销号后，较晚轮次又发现同一主题的问题。",
        "an earlier round's issue has closed_date < found_date of a later round's issue on the same topic.",
    ),
    tables={"issues": "closed_date"},
    key=("org_id", "topic"),
    sources="XS",
    mission="M11",
    certainty=1.0,
    false_positives=Words("主题划分过宽", "topic too broad"),
    sentence=Words(
        "单位{org_id}的“{topic}”问题销号{old}个后，又发现{value}个（第{first_round}轮至第{last_round}轮）",
        "{org_id}: after {old} findings on {topic} were closed, {value} more were found (rounds {first_round} to {last_round})",
    ),
    find=find,
)
