"""FUND-01 拨付滞后: special funds lie for long before the first payment."""

from __future__ import annotations

import datetime as dt

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Where nothing was paid yet, the cut-off date counts."""
    paid = data.table("disbursements")
    first = paid.group_by("fund_id").agg(first_day=paid.pay_date.min())
    funds = data.table("funds").left_join(first, "fund_id").drop("fund_id_right")
    until = ibis.coalesce(funds.first_day, ibis.literal(data.as_of, "date"))
    funds = funds.mutate(
        value=until.delta(funds.received_date, unit="day"),
        threshold=ibis.coalesce(funds.due_days, ibis.literal(int(settings["days"]), "int64")),
        paid_zh=ibis.ifelse(funds.first_day.isnull(), "至今未拨", "才首次拨付"),
        paid_en=ibis.ifelse(funds.first_day.isnull(), "not paid yet", "first paid"),
    )
    late = funds.filter(funds.value > funds.threshold)
    leads = late.select(
        "fund_id",
        "value",
        "threshold",
        "received_date",
        "paid_zh",
        "paid_en",
        fen="amount",
        org="org_id",
        day="received_date",
    )
    return Found(leads, (Evidence("funds", data.table("funds")), Evidence("disbursements", paid)), funds.count())


INDICATOR = Indicator(
    code="FUND-01",
    name=Words("拨付滞后", "Late first payment"),
    question=Words("专项资金到账后多久才拨付？", "How long did special funds lie before they were paid out?"),
    formula=Words(
        "首次拨付日期（没有则取截止日）−到账日期＞拨付时限（没有则取阈值）。",
        "(first pay_date, else as_of) − received_date > due_days (null: threshold).",
    ),
    tables={"funds": "due_days?", "disbursements": ""},
    key=("fund_id",),
    sources="YS52",
    mission="M2",
    certainty=0.8,
    false_positives=Words("按计划分期拨付", "split by plan"),
    sentence=Words(
        "资金{fund_id}共{fen:yuan}元，{received_date}到账，{value}天{paid_zh}，时限{threshold}天（预算法52条）",
        "fund {fund_id} of {fen:yuan} yuan, received {received_date}: {paid_en} after {value} days, limit {threshold} (YS52)",
    ),
    find=find,
    parameters=(Parameter("days", 30, Words("拨付时限（天）", "days to pay"), "YS52", dt.date(2018, 12, 29)),),
)
