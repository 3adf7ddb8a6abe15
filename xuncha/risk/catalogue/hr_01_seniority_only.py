"""HR-01 论资排辈: whoever waited longest is promoted."""

from __future__ import annotations

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.peers import of_ratio
from xuncha.risk.statistics import ratio


def find(data: Data, settings: Settings) -> Found:
    """Ties count: the chosen had as many months as anybody."""
    rows = data.table("selections")
    rounds = rows.group_by(["org_id", "round_id"]).agg(
        candidates=rows.candidate_id.count(),
        longest=rows.months_in_rank.max(),
        chosen_longest=rows.months_in_rank.max(where=rows.chosen),
    )
    rounds = rounds.filter(rounds.candidates >= int(settings["candidates"]))
    rounds = rounds.mutate(by_seniority=(rounds.chosen_longest == rounds.longest).fill_null(False))
    units = rounds.group_by("org_id").agg(k=rounds.by_seniority.sum(), n=rounds.round_id.count())
    flagged, tested = ratio(units, int(settings["rounds"]))
    leads = flagged.select(
        "org_id",
        "k",
        "n",
        "base",
        "peer_n",
        "peer_median",
        value="share",
        threshold="fence",
        peer_fence="fence",
        org="org_id",
    )
    peers = of_ratio(
        units,
        int(settings["rounds"]),
        Words("各单位“最资深者当选”的占比", "share of rounds won by seniority, by organisation"),
    )
    rows = rows.semi_join(rounds.filter(rounds.by_seniority), ["org_id", "round_id"])
    return Found(leads, (Evidence("selections", rows),), tested, peers)


INDICATOR = Indicator(
    code="HR-01",
    name=Words("论资排辈", "Seniority only"),
    question=Words("提拔是不是只看资历？", "Does only seniority count?"),
    formula=Words(
        "n=有3名以上人选的批次；k=任用者任现职级月数最长（并列亦算）的批次；RATIO（k，n｜单位；n≥8）。",
        "n = rounds with at least 3 candidates; k = those whose chosen had the most months_in_rank (ties count); RATIO(k, n | orgs; 8).",
    ),
    tables={"selections": ""},
    key=("org_id",),
    sources="RY principles, CV",
    mission="M10",
    certainty=0.5,
    false_positives=Words("人选范围小", "small pool"),
    sentence=Words(
        "单位{org_id}的{n}批次选拔中{k}次任用资历最长者，占{value:pct}；界限{threshold:pct}，其余单位合计{base:pct}（{peer_n}家，中位数{peer_median:pct}）",
        "{org_id} chose the most senior in {k} of {n} rounds, {value:pct}; limit {threshold:pct}, all others {base:pct} ({peer_n} "
        "organisations, median {peer_median:pct})",
    ),
    find=find,
    parameters=(
        Parameter("candidates", 3, Words("最少人选数", "least candidates"), "CV"),
        Parameter("rounds", 8, Words("最少批次", "least rounds"), "CV"),
    ),
    statistic="ratio",
)
