"""ENF-03 屡犯屡免: somebody offends again and again and is never fined."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.running.leads import months_before
from xuncha.risk.statistics import compare


def find(data: Data, settings: Settings) -> Found:
    """Cases filed within the last 36 months, for the party and for the violation alike."""
    since = ibis.literal(months_before(data.as_of, int(settings["months"])), "date")
    cases = data.rows("cases", "party_id", "decided_date", where=lambda t: t.filed_date > since)
    cases = cases.mutate(fined=(cases.decision == "penalty").ifelse(1, 0).cast("int64"))
    usual = cases.group_by("violation_code").agg(all_fined=cases.fined.sum(), all_n=cases.case_id.count())
    units = cases.group_by(["party_id", "violation_code"]).agg(
        value=cases.case_id.count(), fined=cases.fined.sum(), org=cases.org_id.min(), day=cases.filed_date.max()
    )
    judged = units.filter(units.value >= int(settings["cases"])).inner_join(usual, "violation_code")
    part, whole = compare(judged.all_fined, judged.all_n, settings.fraction("share"))
    found = judged.filter(judged.fined == 0, part >= whole)
    leads = found.mutate(
        threshold=ibis.literal(int(settings["cases"]), "int64"),
        usual=found.all_fined / found.all_n.nullif(0).cast("float64"),
    )
    return Found(leads, (Evidence("cases", cases),), judged.count())


INDICATOR = Indicator(
    code="ENF-03",
    name=Words("屡犯屡免", "Always exempted"),
    question=Words("谁一犯再犯，却次次免罚？", "Who offends again and again and is never fined?"),
    formula=Words(
        "近36个月（按立案日期）已决定的案件≥3件，无一处罚，而该违法行为的处罚占比≥0.5。",
        "last 36 months by filed_date, decided, at least 3 cases, none penalised, while penalties / decided for that violation ≥ 0.5.",
    ),
    tables={"cases": "party_id decided_date"},
    key=("party_id", "violation_code"),
    sources="CV",
    mission="M7",
    certainty=0.8,
    false_positives=Words("同一事由的多次投诉", "linked complaints"),
    sentence=Words(
        "当事人{party_id:person}三年内因违法行为{violation_code}被查{value}次，无一处罚；同类案件处罚占{usual:pct}，界限{threshold}次",
        "party {party_id:person} had {value} cases of violation {violation_code} in three years and no penalty; {usual:pct} of such cases "
        "are penalised, limit {threshold}",
    ),
    find=find,
    parameters=(
        Parameter("months", 36, Words("月数", "months"), "CV"),
        Parameter("cases", 3, Words("最少件数", "least cases"), "CV"),
        Parameter("share", 0.5, Words("同类处罚占比下限", "least share penalised"), "CV"),
    ),
    of_person=True,
)
