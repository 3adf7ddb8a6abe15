"""FUND-03 年底突击花钱: an unusual share of the year's money goes out in December."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Peers, Settings, Words
from xuncha.risk.statistics import compare, robust_z, share_of


def find(data: Data, settings: Settings) -> Found:
    """Payments taken back count against those made; a year that comes to nothing is not judged."""
    orgs = data.table("funds").select("fund_id", "org_id")
    paid = data.table("disbursements").inner_join(orgs, "fund_id")
    paid = paid.mutate(year=paid.pay_date.year().cast("int64"))
    units = paid.group_by(["org_id", "year"]).agg(
        n_payments=paid.disb_id.count(),
        all_fen=paid.amount.sum().cast("int64"),
        fen=paid.amount.sum(where=paid.pay_date.month() == 12).fill_null(0).cast("int64"),
        day=paid.pay_date.max(),
    )
    tested = units.filter(units.n_payments >= int(settings["payments"]), units.all_fen > 0)
    tested = tested.mutate(r=share_of(tested.fen, tested.all_fen))
    judged = robust_z(tested, [], "r")
    part, whole = compare(judged.fen, judged.all_fen, settings.fraction("share"))
    rush = judged.filter(part >= whole, judged.rz >= float(settings["rz"]))
    leads = rush.select(
        "org_id",
        "year",
        "fen",
        "all_fen",
        "n_payments",
        "day",
        "rz",
        value="r",
        threshold=ibis.literal(float(settings["share"])),
        org="org_id",
        peer_n="n",
        peer_median="median",
    )
    peers = Peers(tested, "r", Words("各单位各年12月拨付占比", "share paid in December, by organisation and year"))
    rows = paid.filter(paid.pay_date.month() == 12)
    return Found(leads, (Evidence("disbursements", rows),), tested.count(), peers)


INDICATOR = Indicator(
    code="FUND-03",
    name=Words("年底突击花钱", "December rush"),
    question=Words("是不是到了十二月才花钱？", "Is the money spent in December?"),
    formula=Words(
        "拨付不少于12笔的单位年度：r=12月拨付占全年比例；r≥阈值，且rz（r｜全部单位年度）≥3.5。",
        "org-years with at least 12 payments: r = December share of amount; r ≥ threshold and rz(r | org-years) ≥ 3.5.",
    ),
    tables={"disbursements": "", "funds": ""},
    key=("org_id", "year"),
    sources="CV",
    mission="M2",
    certainty=0.5,
    false_positives=Words("资金十一月才到账", "funds received in November"),
    sentence=Words(
        "单位{org_id}在{year}年拨付{n_payments}笔共{all_fen:yuan}元，12月{fen:yuan}元，占{value:pct}；界限{threshold:pct}，偏离{rz:num}（{peer_n}个单位年度，中位数{peer_median:pct}）",
        "{org_id} paid {all_fen:yuan} yuan in {n_payments} payments in {year}, {fen:yuan} of it in December, {value:pct}; limit "
        "{threshold:pct}, deviation {rz:num} ({peer_n} org-years, median {peer_median:pct})",
    ),
    find=find,
    parameters=(
        Parameter("payments", 12, Words("最少拨付笔数", "least payments"), "CV"),
        Parameter("share", 0.4, Words("12月占比下限", "least share of December"), "CV"),
        Parameter("rz", 3.5, Words("偏离下限", "least deviation"), "CV"),
    ),
    statistic="rz",
)
