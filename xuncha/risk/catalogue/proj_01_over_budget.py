"""PROJ-01 超概算: the budget exceeds the estimate, or the settlement the budget."""

from __future__ import annotations

import datetime as dt

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.statistics import compare, share_of


def find(data: Data, settings: Settings) -> Found:
    """Each comparison is made where both its amounts are known."""
    projects = data.table("projects")
    first, second = ("approved_budget", "estimate_amount"), ("settle_reviewed", "approved_budget")
    known = [projects[a].notnull() & projects[b].notnull() for a, b in (first, second)]
    data.skip("projects", projects.filter(~known[0], ~known[1]))
    tested = projects.filter(known[0] | known[1])
    part, whole = compare(tested.approved_budget, tested.estimate_amount, settings.fraction("share"))
    over_estimate = (part > whole).fill_null(False)
    over_budget = (tested.settle_reviewed > tested.approved_budget).fill_null(False)
    tested = tested.mutate(over_estimate=over_estimate, over_budget=over_budget)
    over = tested.filter(tested.over_estimate | tested.over_budget)
    leads = over.select(
        "project_id",
        "estimate_amount",
        "approved_budget",
        "settle_reviewed",
        org="owner_id",
        fen=ibis.coalesce(over.settle_reviewed, over.approved_budget),
        day=ibis.coalesce(over.final_account_date, over.completion_date),
        value=ibis.ifelse(
            over.over_estimate,
            share_of(over.approved_budget, over.estimate_amount),
            share_of(over.settle_reviewed, over.approved_budget),
        ),
        threshold=ibis.ifelse(over.over_estimate, float(settings["share"]), 1.0),
    )
    return Found(leads, (Evidence("projects", projects),), tested.count())


INDICATOR = Indicator(
    code="PROJ-01",
    name=Words("超概算", "Over estimate or budget"),
    question=Words(
        "概算有没有突破估算，决算有没有突破概算？", "Does the budget exceed the estimate, or the settlement the budget?"
    ),
    formula=Words(
        "批复概算＞1.10×投资估算，或审定结算＞批复概算。",
        "approved_budget > 1.10 × estimate_amount, or settle_reviewed > approved_budget.",
    ),
    tables={"projects": "estimate_amount? approved_budget settle_reviewed? completion_date? final_account_date?"},
    key=("project_id",),
    sources="TZ12, TZ23",
    mission="M6",
    certainty=0.8,
    false_positives=Words("已批准的概算调整", "approved re-estimate"),
    sentence=Words(
        "项目{project_id}估算{estimate_amount:yuan}元，概算{approved_budget:yuan}元，审定结算{settle_reviewed:yuan}元，为前一数的{value:pct}，上限{threshold:pct}（政府投资条例12、23条）",
        "project {project_id}: estimate {estimate_amount:yuan} yuan, budget {approved_budget:yuan}, settlement {settle_reviewed:yuan}; "
        "{value:pct} of the one before, limit {threshold:pct} (TZ12, TZ23)",
    ),
    find=find,
    parameters=(
        Parameter("share", 1.1, Words("概算对估算的上限", "largest budget over estimate"), "TZ12", dt.date(2019, 7, 1)),
    ),
    arms=(("projects.estimate_amount",), ("projects.settle_reviewed",)),
)
