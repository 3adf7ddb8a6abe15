"""ENF-01 同案不同罚: a fine twice or half of what others got for the same."""

from __future__ import annotations

import math

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Peers, Settings, Words
from xuncha.risk.statistics import nearest, robust_z, sort_out

_TWICE = math.log(2) - 1e-12
"""Exactly twice counts, whatever the logarithm rounds to."""


def find(data: Data, settings: Settings) -> Found:
    """Logarithms of fines, within one violation and severity."""
    cases = data.rows("cases", "fine_amount", "severity", where=lambda t: t.decision == "penalty").filter(
        lambda t: t.fine_amount > 0
    )
    cases = cases.mutate(x=(cases.fine_amount / 100.0).ln())
    group = ["violation_code", "severity"]
    judged = robust_z(cases, group, "x")
    odd = judged.filter((judged.x - judged.median).abs() >= _TWICE, judged.rz.abs() >= float(settings["rz"]))
    middle = odd.median.exp() * 100
    leads = odd.select(
        "case_id",
        "violation_code",
        "severity",
        "rz",
        own_fen="fine_amount",
        org="org_id",
        day=ibis.coalesce(odd.decided_date, odd.filed_date),
        middle_fen=middle,
        fen=nearest((odd.fine_amount - middle).abs()),
        value=odd.fine_amount / middle.nullif(0),
        threshold=ibis.literal(2.0),
        peer_n="n",
        peer_median=middle / 100,
        limit_fen=ibis.ifelse(odd.fine_amount > middle, middle * 2, middle / 2),
    )
    peers = Peers(
        judged, "fine_amount", Words("同违法行为、同情节各案罚款，元", "fines of the same violation and severity, yuan"), "yuan",
        groups=("violation_code", "severity"), own="own_fen", limit="limit_fen",
    )  # fmt: skip
    tested = sort_out(cases, group, "x")
    units = tested.filter(tested.n >= 20).n.sum().fill_null(0)
    return Found(leads, (Evidence("cases", data.table("cases")),), units, peers)


INDICATOR = Indicator(
    code="ENF-01",
    name=Words("同案不同罚", "Fine out of line"),
    question=Words("同样的违法，罚得为什么不一样？", "Why did the same cost so much more, or less?"),
    formula=Words(
        "处罚且罚款＞0，x=ln（罚款）；按违法行为和情节分组，不少于20件；|x−中位数|≥ln 2，且|rz|≥3.5。",
        "decision = penalty, fine > 0; x = ln(fine); by violation_code and severity, n ≥ 20; |x − median| ≥ ln 2 and |rz| ≥ 3.5.",
    ),
    tables={"cases": "fine_amount severity decided_date?"},
    key=("case_id",),
    sources="CFF5, CV",
    mission="M7",
    certainty=0.5,
    false_positives=Words("再犯从重，罚款与营业额挂钩", "repeat offender, amount tied to turnover"),
    sentence=Words(
        "案件{case_id}（违法行为{violation_code}，情节{severity}）罚款{own_fen:yuan}元，同类{peer_n}件中位数{middle_fen:yuan}元，为其{value:num}倍，界限2倍或一半，偏离{rz:num}（行政处罚法5条）",
        "case {case_id} (violation {violation_code}, {severity}): fine {own_fen:yuan} yuan, median of {peer_n} alike {middle_fen:yuan}, "
        "{value:num} times it, limit twice or half, deviation {rz:num} (CFF5)",
    ),
    find=find,
    parameters=(Parameter("rz", 3.5, Words("偏离下限", "least deviation"), "CV"),),
    statistic="rz",
)
