"""SUB-05 审批人亲属: who approved is kin of who received."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.posts import kin_both_ways
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Kinship is read in both directions."""
    programs = data.table("programs").filter(lambda t: t.discretionary)
    source = data.table("subsidies").semi_join(programs, "program_id")
    tested = data.rows("subsidies", "approver_id", source=source)
    kin = kin_both_ways(data)
    hits = tested.semi_join(kin, [tested.person_id == kin.person, tested.approver_id == kin.relative])
    leads = hits.select(
        "pay_id",
        "person_id",
        "approver_id",
        "program_id",
        fen="amount",
        org="village_id",
        day="pay_date",
        value=ibis.literal(1, "int64"),
        threshold=ibis.literal(1, "int64"),
    )
    return Found(leads, (Evidence("subsidies", data.table("subsidies")),), tested.count())


INDICATOR = Indicator(
    code="SUB-05",
    name=Words("审批人亲属", "Approver's kin"),
    question=Words("审批人有没有批给自己的亲属？", "Did anybody approve for their own kin?"),
    formula=Words(
        "需审批认定的补贴，领取人是审批人的亲属（双向）。",
        "a discretionary programme; the recipient is kin of approver_id.",
    ),
    tables={"subsidies": "approver_id village_id?", "programs": "", "kin": ""},
    key=("pay_id",),
    sources="recusal rules, PR",
    mission="M5",
    certainty=0.8,
    false_positives=Words("亲属确实符合条件，已另行回避", "eligible kin, recusal elsewhere"),
    sentence=Words(
        "发放{pay_id}：审批人{approver_id:person}与领取人{person_id:person}为亲属，补贴项目{program_id}，{fen:yuan}元",
        "payment {pay_id}: approver {approver_id:person} is kin of recipient {person_id:person}, programme {program_id}, {fen:yuan} yuan",
    ),
    find=find,
)
