"""PROC-16 利益冲突: who owns or leads the winner is in post at the buyer, or kin of one who is."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.procurement import (
    active_awards,
    buyers,
    money_of,
)
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """In post on the day of the award; kinship is read in both directions."""
    awards = active_awards(data, "award_date").inner_join(buyers(data), "tender_id")
    awards = awards.select("award_id", "tender_id", "supplier_id", "award_date", buyer="org")
    reps = data.table("suppliers")
    reps = reps.filter(reps.legal_rep_id.notnull()).select("supplier_id", person_id="legal_rep_id")
    holders = data.table("shareholders").select("supplier_id", "person_id")
    behind = ibis.union(reps, holders, distinct=True)
    tested = awards.inner_join(behind, "supplier_id")
    kin = data.table("kin")
    kin = ibis.union(
        kin.select("person_id", "kin_id"), kin.select(person_id="kin_id", kin_id="person_id"), distinct=True
    )
    own = tested.mutate(official=tested.person_id, is_kin=ibis.literal(0))
    of_kin = tested.inner_join(kin.select("person_id", official="kin_id"), "person_id").mutate(is_kin=ibis.literal(1))
    ties = ibis.union(own, of_kin.select(*own.columns))
    posts = data.table("employees").select("org_id", "start_date", "end_date", holder="person_id")
    hits = ties.inner_join(posts, [ties.official == posts.holder, ties.buyer == posts.org_id])
    hits = hits.filter(hits.start_date <= hits.award_date, hits.end_date.isnull() | (hits.end_date >= hits.award_date))
    found = hits.group_by("tender_id").agg(
        value=hits.official.nunique(), kin=hits.is_kin.min(), day=hits.award_date.max(), org=hits.buyer.max()
    )
    found = money_of(found, data)
    leads = found.mutate(
        threshold=ibis.literal(1, "int64"),
        tie_zh=ibis.ifelse(found.kin == 1, "在职人员的亲属", "在职人员"),
        tie_en=ibis.ifelse(found.kin == 1, "kin of people in post", "people in post"),
    )
    rows = data.table("awards").filter(lambda t: t.status == "active")
    return Found(leads, (Evidence("awards", rows),), awards.tender_id.nunique())


INDICATOR = Indicator(
    code="PROC-16",
    name=Words("利益冲突", "Conflict of interest"),
    question=Words(
        "中标企业背后的人，是不是采购人的在职人员或其亲属？",
        "Is who stands behind the winner in post at the buyer, or kin?",
    ),
    formula=Words(
        "有效中标供应商的法定代表人或股东，在中标日为采购人的在职人员，或其亲属（双向）。",
        "legal rep or holder of an active award's supplier is, on award_date, in post at the buyer, or kin of one who is.",
    ),
    tables={
        "tenders": "status?",
        "awards": "award_date amount?",
        "suppliers": "legal_rep_id?",
        "shareholders?": "",
        "employees": "end_date?",
        "kin?": "",
    },
    key=("tender_id",),
    sources="CG12, OCP, 公务员法59",
    mission="M3",
    certainty=0.8,
    false_positives=Words("同名同号误配，已备案回避", "namesakes, recusal on file"),
    sentence=Words(
        "项目{tender_id}的中标供应商背后有{value}名采购人{tie_zh}（政府采购法12条）",
        "tender {tender_id}: behind the winner stand {value} {tie_en} of the buyer (CG12)",
    ),
    find=find,
    arms=(("suppliers.legal_rep_id",), ("shareholders.person_id",)),
)
