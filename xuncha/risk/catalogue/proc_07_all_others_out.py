"""PROC-07 仅中标人合格: everybody but the winner was disqualified."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.procurement import (
    buyers,
    final_tenders,
    live,
)
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Others are suppliers, not bids: one with two disqualified bids is one."""
    final = final_tenders(data)
    bids = live(data.table("bids"), data)
    standing = bids.group_by("tender_id").agg(
        valid=bids.supplier_id.nunique(where=bids.status == "valid"),
        only=bids.supplier_id.min(where=bids.status == "valid"),
    )
    tested = final.inner_join(standing, "tender_id")
    tested = tested.filter(tested.valid == 1, tested.winners == 1, tested.only == tested.winner)
    out = bids.filter(bids.status == "disqualified").inner_join(tested.select("tender_id", "winner"), "tender_id")
    out = out.filter(out.supplier_id != out.winner)
    others = out.group_by("tender_id").agg(value=out.supplier_id.nunique())
    found = tested.inner_join(others, "tender_id").filter(lambda t: t.value >= int(settings["others"]))
    found = found.left_join(buyers(data), "tender_id")
    leads = found.select(
        "tender_id",
        "value",
        "fen",
        "day",
        "org",
        supplier="winner",
        threshold=ibis.literal(int(settings["others"]), "int64"),
    )
    return Found(leads, (Evidence("bids", bids), Evidence("awards", data.table("awards"))), tested.count())


INDICATOR = Indicator(
    code="PROC-07",
    name=Words("仅中标人合格", "All others disqualified"),
    question=Words("为什么只有中标人合格？", "Why was nobody but the winner admitted?"),
    formula=Words(
        "已定标；只有一个供应商有有效投标，且所有有效中标都是它；其他被否决的供应商数≥阈值。",
        "final tender; exactly one supplier has valid bids and is the supplier of every active award; at least threshold other "
        "suppliers disqualified.",
    ),
    tables={"tenders": "status?", "bids": "", "awards": "amount? award_date?"},
    key=("tender_id",),
    sources="C-R035, OCP",
    mission="M3",
    certainty=0.5,
    false_positives=Words("技术要求确实很高", "hard technical requirement"),
    sentence=Words(
        "项目{tender_id}除中标人{supplier}外，其余{value}家全部被否决",
        "tender {tender_id}: all {value} suppliers but the winner {supplier} were disqualified",
    ),
    find=find,
    parameters=(Parameter("others", 1, Words("被否决的其他供应商数", "others disqualified"), "C-R035"),),
)
