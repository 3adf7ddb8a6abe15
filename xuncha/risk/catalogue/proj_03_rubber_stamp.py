"""PROJ-03 评审走过场: a reviewer who hardly ever cuts anything."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.peers import of_ratio
from xuncha.risk.statistics import compare, ratio


def find(data: Data, settings: Settings) -> Found:
    """Budgets of nothing are not judged."""
    tested = data.rows("projects", "reviewer_id", "budget_submitted", "budget_reviewed").filter(
        lambda t: t.budget_submitted > 0
    )
    part, whole = compare(
        tested.budget_submitted - tested.budget_reviewed, tested.budget_submitted, settings.fraction("share")
    )
    tested = tested.mutate(
        is_uncut=part < whole, last_day=ibis.coalesce(tested.final_account_date, tested.completion_date)
    )
    units = tested.group_by("reviewer_id").agg(k=tested.is_uncut.sum(), n=tested.project_id.count())
    flagged, count = ratio(units, int(settings["reviews"]))
    sums = tested.group_by("reviewer_id").agg(
        fen=tested.budget_submitted.sum(where=tested.is_uncut).cast("int64"), day=tested.last_day.max()
    )
    flagged = flagged.left_join(sums, "reviewer_id").drop("reviewer_id_right")
    leads = flagged.select(
        "reviewer_id",
        "k",
        "n",
        "base",
        "fen",
        "day",
        "peer_n",
        "peer_median",
        value="share",
        threshold="fence",
        peer_fence="fence",
        org="reviewer_id",
    )
    peers = of_ratio(
        units,
        int(settings["reviews"]),
        Words("各评审机构“零核减”项目的占比", "share of budgets passed uncut, by reviewer"),
    )
    return Found(leads, (Evidence("projects", tested.filter(tested.is_uncut)),), count, peers)


INDICATOR = Indicator(
    code="PROJ-03",
    name=Words("评审走过场", "Rubber-stamp review"),
    question=Words("哪家评审几乎从不核减？", "Which reviewer hardly ever cuts anything?"),
    formula=Words(
        "k=核减率（（送审预算−审定预算）÷送审预算）＜0.005的评审数，n=评审数；RATIO（k，n｜评审机构；n≥阈值）。",
        "k = reviews whose cut (budget_submitted − budget_reviewed) / budget_submitted < 0.005; RATIO(k, n | reviewers; threshold).",
    ),
    tables={"projects": "reviewer_id budget_submitted budget_reviewed completion_date? final_account_date?"},
    key=("reviewer_id",),
    sources="CV",
    mission="M6",
    certainty=0.5,
    false_positives=Words("多为小型标准化工程", "small standard works"),
    sentence=Words(
        "评审机构{reviewer_id}的{n}次评审中{k}次几乎未核减，占{value:pct}；界限{threshold:pct}，其余机构合计{base:pct}（{peer_n}家，中位数{peer_median:pct}）",
        "reviewer {reviewer_id} cut hardly anything in {k} of {n} reviews, {value:pct}; limit {threshold:pct}, all others {base:pct} "
        "({peer_n} reviewers, median {peer_median:pct})",
    ),
    find=find,
    parameters=(
        Parameter("share", 0.005, Words("算作未核减的核减率", "cut that counts as none"), "CV"),
        Parameter("reviews", 20, Words("最少评审数", "least reviews"), "CV"),
    ),
    statistic="ratio",
)
