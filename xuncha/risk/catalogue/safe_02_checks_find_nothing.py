"""SAFE-02 排查走过场: a dozen checks, and never a hazard."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Peers, Settings, Words
from xuncha.risk.running.leads import months_before
from xuncha.risk.statistics import LEAST_UNITS, sort_out


def find(data: Data, settings: Settings) -> Found:
    """Judged only where others find a hazard at every other check."""
    since = ibis.literal(months_before(data.as_of, 12), "date")
    checks = data.table("safety_checks").filter(lambda t: t.check_date > since)
    hazards = data.table("hazards").filter(lambda t: t.found_date > since)
    units = checks.group_by("org_id").agg(n_checks=checks.check_id.count(), day=checks.check_date.max())
    units = units.filter(units.n_checks >= int(settings["checks"]))
    sums = hazards.group_by("org_id").agg(found=hazards.hazard_id.count())
    tested = units.left_join(sums, "org_id").drop("org_id_right")
    tested = tested.mutate(found=tested.found.fill_null(0))
    tested = tested.mutate(per_check=tested.found / tested.n_checks.nullif(0).cast("float64"))
    judged = tested.cross_join(sort_out(tested, [], "per_check").select(peer_n="n", peer_median="median"))
    judged = judged.filter(judged.peer_n >= LEAST_UNITS)
    none = judged.filter(judged.found == 0, judged.peer_median >= float(settings["median"]))
    leads = none.select(
        "org_id",
        "n_checks",
        "day",
        "peer_n",
        "peer_median",
        org="org_id",
        value=ibis.literal(0, "int64"),
        threshold=ibis.literal(float(settings["median"])),
    )
    peers = Peers(
        judged, "per_check", Words("各单位每次检查发现的隐患数", "hazards found a check, by organisation"), "num"
    )
    return Found(leads, (Evidence("safety_checks", checks),), judged.count(), peers)


INDICATOR = Indicator(
    code="SAFE-02",
    name=Words("排查走过场", "Checks that find nothing"),
    question=Words("查了十几次，为什么一个隐患也没有？", "Why did a dozen checks find nothing?"),
    formula=Words(
        "近12个月：检查≥12次而未发现隐患，而检查≥12次的单位（至少10家）每次检查发现隐患数的中位数≥0.5。",
        "last 12 months: at least 12 checks and no hazard found, while the median of hazards per check over orgs with at least 12 checks, "
        "at least 10 of them, is ≥ 0.5.",
    ),
    tables={"safety_checks": "", "hazards": ""},
    key=("org_id",),
    sources="CV",
    mission="M1",
    certainty=0.5,
    false_positives=Words("确实安全的单位", "a really safe site"),
    sentence=Words(
        "单位{org_id}近一年检查{n_checks}次，未发现隐患；{peer_n}家单位每次检查发现隐患的中位数为{peer_median:num}",
        "{org_id} made {n_checks} checks in a year and found no hazard; the median of {peer_n} organisations is {peer_median:num} a check",
    ),
    find=find,
    parameters=(
        Parameter("checks", 12, Words("最少检查次数", "least checks"), "CV"),
        Parameter("median", 0.5, Words("同类中位数下限", "least median of the others"), "CV"),
    ),
)
