"""ENF-02 免罚率偏高: one officer lets off far more than others do."""

from __future__ import annotations

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.peers import of_ratio
from xuncha.risk.statistics import ratio


def find(data: Data, settings: Settings) -> Found:
    """Decided cases only."""
    cases = data.rows("cases", "officer_id", "decided_date")
    units = cases.group_by("officer_id").agg(
        k=(cases.decision == "exempt").sum(),
        n=cases.case_id.count(),
        org=cases.org_id.min(),
        day=cases.decided_date.max(),
    )
    flagged, tested = ratio(units, int(settings["cases"]))
    leads = flagged.select(
        "officer_id",
        "k",
        "n",
        "base",
        "org",
        "day",
        "peer_n",
        "peer_median",
        value="share",
        threshold="fence",
        peer_fence="fence",
    )
    peers = of_ratio(units, int(settings["cases"]), Words("各承办人的免罚率", "share of cases exempted, by officer"))
    return Found(leads, (Evidence("cases", cases.filter(cases.decision == "exempt")),), tested, peers)


INDICATOR = Indicator(
    code="ENF-02",
    name=Words("免罚率偏高", "Lenient officer"),
    question=Words("是不是有人办案总是免罚？", "Does somebody let off far more than others?"),
    formula=Words(
        "已决定的案件：RATIO（k=免罚，n｜承办人；n≥阈值）。",
        "decided cases: RATIO(k = exempt, n | officers; threshold).",
    ),
    tables={"cases": "officer_id decided_date"},
    key=("officer_id",),
    sources="CFF33, CV",
    mission="M7",
    certainty=0.5,
    false_positives=Words("专办首违案件的岗位", "first-offence desk"),
    sentence=Words(
        "承办人{officer_id:person}的{n}件案件中免罚{k}件，占{value:pct}；界限{threshold:pct}，其余合计{base:pct}（{peer_n}人，中位数{peer_median:pct}）",
        "officer {officer_id:person} let off {k} of {n} cases, {value:pct}; limit {threshold:pct}, all others {base:pct} ({peer_n} "
        "officers, median {peer_median:pct})",
    ),
    find=find,
    parameters=(Parameter("cases", 20, Words("最少案件数", "least cases"), "CV"),),
    statistic="ratio",
    of_person=True,
)
