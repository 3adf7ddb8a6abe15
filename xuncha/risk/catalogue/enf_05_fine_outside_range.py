"""ENF-05 罚款越界: a fine below the least or above the largest the law names."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Each end of the range is judged where it is known."""
    ranges = data.table("violations").select("violation_code", "fine_min", "fine_max")
    cases = data.rows("cases", "fine_amount", where=lambda t: t.decision == "penalty").inner_join(
        ranges, "violation_code"
    )
    data.skip("cases", cases.filter(cases.fine_min.isnull(), cases.fine_max.isnull()))
    tested = cases.filter(cases.fine_min.notnull() | cases.fine_max.notnull())
    low = (tested.fine_amount < tested.fine_min).fill_null(False)
    high = (tested.fine_amount > tested.fine_max).fill_null(False)
    out = tested.filter(low | high)
    is_low = (out.fine_amount < out.fine_min).fill_null(False)
    leads = out.select(
        "case_id",
        "violation_code",
        "fine_min",
        "fine_max",
        fen="fine_amount",
        org="org_id",
        day=ibis.coalesce(out.decided_date, out.filed_date),
        value=out.fine_amount / 100.0,
        threshold=ibis.ifelse(is_low, out.fine_min, out.fine_max) / 100.0,
    )
    rows = data.table("violations").inner_join(out.select("case_id", "violation_code"), "violation_code")
    return Found(leads, (Evidence("cases", data.table("cases")), Evidence("violations", rows)), tested.count())


INDICATOR = Indicator(
    code="ENF-05",
    name=Words("罚款越界", "Fine outside range"),
    question=Words("罚款有没有超出法定幅度？", "Does a fine lie outside the range of the law?"),
    formula=Words("处罚，且罚款＜下限或＞上限。", "penalty and fine < fine_min or > fine_max."),
    tables={"cases": "fine_amount decided_date?", "violations": "fine_min? fine_max?"},
    key=("case_id",),
    sources="the violation's own law",
    mission="M7",
    certainty=1.0,
    false_positives=Words("依法减轻处罚（行政处罚法32条）", "lawful mitigation (CFF32)"),
    sentence=Words(
        "案件{case_id}（违法行为{violation_code}）罚款{fen:yuan}元，法定幅度{fine_min:yuan}至{fine_max:yuan}元",
        "case {case_id} (violation {violation_code}): fine {fen:yuan} yuan, the law says {fine_min:yuan} to {fine_max:yuan}",
    ),
    find=find,
    arms=(("violations.fine_min",), ("violations.fine_max",)),
)
