"""PROJ-02 结算虚高: the review cut a fifth or more off the settlement."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.statistics import compare, share_of


def find(data: Data, settings: Settings) -> Found:
    """Settlements of nothing are not judged."""
    tested = data.rows("projects", "settle_submitted", "settle_reviewed").filter(lambda t: t.settle_submitted > 0)
    tested = tested.mutate(cut_fen=tested.settle_submitted - tested.settle_reviewed)
    part, whole = compare(tested.cut_fen, tested.settle_submitted, settings.fraction("share"))
    high = tested.filter(part >= whole)
    leads = high.select(
        "project_id",
        "settle_submitted",
        "settle_reviewed",
        "cut_fen",
        fen="settle_reviewed",
        org="owner_id",
        day=ibis.coalesce(high.final_account_date, high.completion_date),
        value=share_of(high.cut_fen, high.settle_submitted),
        threshold=ibis.literal(float(settings["share"])),
    )
    return Found(leads, (Evidence("projects", data.table("projects")),), tested.count())


INDICATOR = Indicator(
    code="PROJ-02",
    name=Words("结算虚高", "Inflated settlement"),
    question=Words("送审结算虚高了多少？", "How inflated was the settlement?"),
    formula=Words(
        "（送审结算−审定结算）÷送审结算≥阈值。", "(settle_submitted − settle_reviewed) / settle_submitted ≥ threshold."
    ),
    tables={"projects": "settle_submitted settle_reviewed completion_date? final_account_date?"},
    key=("project_id",),
    sources="CV",
    mission="M6",
    certainty=0.5,
    false_positives=Words("缩减了建设内容", "scope cut"),
    sentence=Words(
        "项目{project_id}送审结算{settle_submitted:yuan}元，审定{settle_reviewed:yuan}元，核减{cut_fen:yuan}元，占{value:pct}，界限{threshold:pct}",
        "project {project_id}: {settle_submitted:yuan} yuan submitted, {settle_reviewed:yuan} after review, {cut_fen:yuan} cut, {value:pct}, "
        "limit {threshold:pct}",
    ),
    find=find,
    parameters=(Parameter("share", 0.2, Words("核减占比下限", "least share cut"), "CV"),),
)
