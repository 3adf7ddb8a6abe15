"""FUND-04 执行率低: less than half was spent by the end of the year."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.statistics import compare, share_of


def find(data: Data, settings: Settings) -> Found:
    """Funds received before 1 July of their year, whose year is over."""
    whole_years = data.as_of.year if (data.as_of.month, data.as_of.day) == (12, 31) else data.as_of.year - 1
    funds = data.table("funds")
    received = funds.received_date
    early = (received.year() < funds.fund_year) | ((received.year() == funds.fund_year) & (received.month() < 7))
    tested = funds.filter(early, funds.fund_year <= whole_years)
    paid = data.table("disbursements").inner_join(tested.select("fund_id", "fund_year"), "fund_id")
    paid = paid.filter(paid.pay_date.year() <= paid.fund_year)
    sums = paid.group_by("fund_id").agg(paid_fen=paid.amount.sum().cast("int64"))
    judged = tested.left_join(sums, "fund_id").drop("fund_id_right")
    judged = judged.mutate(paid_fen=judged.paid_fen.fill_null(0))
    part, whole = compare(judged.paid_fen, judged.amount, settings.fraction("share"))
    low = judged.filter(part < whole)
    leads = low.select(
        "fund_id",
        "fund_year",
        "paid_fen",
        "received_date",
        fen="amount",
        org="org_id",
        day="received_date",
        value=share_of(low.paid_fen, low.amount),
        threshold=ibis.literal(float(settings["share"])),
    )
    return Found(
        leads, (Evidence("funds", funds), Evidence("disbursements", data.table("disbursements"))), tested.count()
    )


INDICATOR = Indicator(
    code="FUND-04",
    name=Words("执行率低", "Low execution"),
    question=Words("上半年到的钱，到年底花了多少？", "Of money received by June, how much was spent by December?"),
    formula=Words(
        "当年7月1日前到账，资金年度12月31日不晚于截止日；至该日拨付＜阈值×金额。",
        "received before 1 July; 31 Dec of fund_year not after as_of; paid by then < threshold × amount.",
    ),
    tables={"funds": "", "disbursements": ""},
    key=("fund_id",),
    sources="performance rules, CV",
    mission="M2",
    certainty=0.5,
    false_positives=Words("跨年度项目", "multi-year project"),
    sentence=Words(
        "{fund_year}年资金{fund_id}共{fen:yuan}元，{received_date}到账，至年底拨付{paid_fen:yuan}元，执行率{value:pct}，下限{threshold:pct}",
        "fund {fund_id} of {fund_year}, {fen:yuan} yuan received {received_date}: {paid_fen:yuan} paid by the end of the year, {value:pct}, "
        "least {threshold:pct}",
    ),
    find=find,
    parameters=(Parameter("share", 0.5, Words("执行率下限", "least share spent"), "CV"),),
)
