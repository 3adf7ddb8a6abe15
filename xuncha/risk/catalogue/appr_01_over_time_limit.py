"""APPR-01 审批超时: an approval took more working days than promised or allowed."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.working_days import with_working_days
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Working days by the calendar; days that it does not have leave an approval unjudged."""
    approvals = with_working_days(data)
    items = data.table("approval_items").select("item_code", "statutory_days", "promised_days", org="org_id")
    tested = approvals.inner_join(items, "item_code")
    limit = ibis.least(ibis.coalesce(tested.promised_days, tested.statutory_days), tested.statutory_days)
    tested = tested.mutate(threshold=limit)
    late = tested.filter(tested.value > tested.threshold)
    leads = late.select(
        "appr_id", "value", "threshold", "item_code", "accept_date", "decide_date", "org", day="decide_date"
    )
    return Found(leads, (Evidence("approvals", data.table("approvals")),), tested.count())


INDICATOR = Indicator(
    code="APPR-01",
    name=Words("审批超时", "Over time limit"),
    question=Words("审批有没有超过承诺和法定时限？", "Did an approval take longer than promised or allowed?"),
    formula=Words(
        "受理到办结的工作日＞min（承诺时限，没有则法定时限；法定时限）。未办结的不检验。",
        "WD(accept, decide) > min(promised_days or statutory_days, statutory_days). Null decide_date: left out.",
    ),
    tables={"approvals": "decide_date", "approval_items": "promised_days?", "calendar": "cum_wd"},
    key=("appr_id",),
    sources="XK42: 20 WD",
    mission="M8",
    certainty=0.8,
    false_positives=Words("申请人补正的时间", "applicant's correction time"),
    sentence=Words(
        "办件{appr_id}（事项{item_code}）{accept_date}受理、{decide_date}办结，{value}个工作日，时限{threshold}个（行政许可法42条）",
        "approval {appr_id} (item {item_code}), accepted {accept_date}, decided {decide_date}: {value} working days, limit {threshold} (XK42)",
    ),
    find=find,
)
