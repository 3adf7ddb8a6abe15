"""FUND-02 长期沉淀: money is left over two years on."""

from __future__ import annotations

import datetime as dt

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.statistics import compare, share_of


def find(data: Data, settings: Settings) -> Found:
    """Paid by the last day of the year after the fund's; that day must lie behind the cut-off date."""
    whole_years = data.as_of.year if (data.as_of.month, data.as_of.day) == (12, 31) else data.as_of.year - 1
    tested = data.table("funds").filter(lambda t: t.fund_year + 1 <= whole_years)
    paid = data.table("disbursements").inner_join(tested.select("fund_id", "fund_year"), "fund_id")
    paid = paid.filter(paid.pay_date.year() <= paid.fund_year + 1)
    sums = paid.group_by("fund_id").agg(paid_fen=paid.amount.sum().cast("int64"))
    funds = tested.left_join(sums, "fund_id").drop("fund_id_right")
    funds = funds.mutate(paid_fen=funds.paid_fen.fill_null(0))
    funds = funds.mutate(left_fen=funds.amount - funds.paid_fen)
    part, whole = compare(funds.left_fen, funds.amount, settings.fraction("share"))
    idle = funds.filter(part >= whole, funds.left_fen >= settings.fen("yuan"))
    leads = idle.select(
        "fund_id",
        "fund_year",
        "paid_fen",
        "left_fen",
        fen="amount",
        org="org_id",
        day="received_date",
        value=share_of(idle.left_fen, idle.amount),
        threshold=ibis.literal(float(settings["share"])),
    )
    return Found(
        leads,
        (Evidence("funds", data.table("funds")), Evidence("disbursements", data.table("disbursements"))),
        tested.count(),
    )


INDICATOR = Indicator(
    code="FUND-02",
    name=Words("长期沉淀", "Idle balance"),
    question=Words("两年过去，钱还剩多少？", "How much is left two years on?"),
    formula=Words(
        "E=资金年度次年12月31日，不晚于截止日；金额−截至E的拨付合计≥max(0.01×金额，10,000元)。",
        "E = 31 Dec of fund_year + 1, not after as_of; amount − Σ paid by E ≥ max(0.01 amount, 10,000).",
    ),
    tables={"funds": "", "disbursements": ""},
    key=("fund_id",),
    sources="YS42, YSR50",
    mission="M2",
    certainty=0.8,
    false_positives=Words("质量保证金", "retention money"),
    sentence=Words(
        "{fund_year}年资金{fund_id}共{fen:yuan}元，至次年底拨付{paid_fen:yuan}元，结余{left_fen:yuan}元，占{value:pct}，界限{threshold:pct}（预算法42条）",
        "fund {fund_id} of {fund_year}, {fen:yuan} yuan: {paid_fen:yuan} paid by the end of the next year, {left_fen:yuan} left, "
        "{value:pct}, limit {threshold:pct} (YS42)",
    ),
    find=find,
    parameters=(
        Parameter("share", 0.01, Words("结余占比下限", "least share left"), "YS42, CV", dt.date(2018, 12, 29)),
        Parameter("yuan", 10_000, Words("结余下限（元）", "least left, yuan"), "CV"),
    ),
)
