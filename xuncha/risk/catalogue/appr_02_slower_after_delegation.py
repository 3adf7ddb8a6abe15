"""APPR-02 下放后更慢: an approval became slower after it was delegated."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.working_days import with_working_days
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.statistics import compare, sort_out


def find(data: Data, settings: Settings) -> Found:
    """Accepted within a year before the delegation, against a year from it on."""
    items = data.rows("approval_items", "delegated_date").select("item_code", "delegated_date", org="org_id")
    tested = with_working_days(data).inner_join(items, "item_code")
    day = tested.delegated_date
    year = ibis.interval(months=12)
    before = (tested.accept_date < day) & (tested.accept_date >= (day - year))
    after = (tested.accept_date >= day) & (tested.accept_date < (day + year))
    tested = tested.mutate(phase=ibis.cases((before, "before"), (after, "after"), else_=ibis.null("string")))
    tested = tested.filter(tested.phase.notnull())
    medians = sort_out(tested, ["item_code", "phase"], "value").select("item_code", "phase", "n", "median")
    old = medians.filter(medians.phase == "before").select("item_code", n_before="n", wd_before="median")
    new = medians.filter(medians.phase == "after").view().select("item_code", n_after="n", wd_after="median")
    least = int(settings["approvals"])
    judged = (
        old.inner_join(new, "item_code")
        .filter(lambda t: (t.n_before >= least) & (t.n_after >= least))
        .inner_join(items, "item_code")
    )
    # Medians of whole numbers are halves at most: twice of them is whole.
    twice = [(judged[name] * 2).cast("int64") for name in ("wd_after", "wd_before")]
    part, whole = compare(twice[0], twice[1], settings.fraction("share"))
    slower = judged.filter(part >= whole, judged.wd_after - judged.wd_before >= float(settings["days"]))
    leads = slower.select(
        "item_code",
        "wd_before",
        "wd_after",
        "n_before",
        "n_after",
        "delegated_date",
        "org",
        day="delegated_date",
        value="wd_after",
        threshold=ibis.greatest(
            slower.wd_before * float(settings["share"]), slower.wd_before + float(settings["days"])
        ),
    )
    return Found(leads, (Evidence("approvals", tested.filter(tested.phase == "after")),), judged.count())


INDICATOR = Indicator(
    code="APPR-02",
    name=Words("下放后更慢", "Slower after delegation"),
    question=Words("审批下放以后，是快了还是慢了？", "Did delegation make an approval faster or slower?"),
    formula=Words(
        "d=下放日期；受理在[d−12个月，d)与[d，d+12个月)的各不少于20件；后者工作日中位数≥1.2×前者，且长2天以上。",
        "accept_date in [d − 12 months, d) against [d, d + 12 months), d = delegated_date, at least 20 each; median WD after ≥ 1.2 × before "
        "and at least 2 days longer.",
    ),
    tables={"approvals": "decide_date", "approval_items": "delegated_date", "calendar": "cum_wd"},
    key=("item_code",),
    sources="CV",
    mission="M8",
    certainty=0.5,
    false_positives=Words("下放后案情更复杂", "harder cases now"),
    sentence=Words(
        "事项{item_code}于{delegated_date}下放：此前{n_before}件中位数{wd_before:num}个工作日，此后{n_after}件{wd_after:num}个，界限{threshold:num}个",
        "item {item_code}, delegated {delegated_date}: median {wd_before:num} working days of {n_before} before, {wd_after:num} of {n_after} "
        "after, limit {threshold:num}",
    ),
    find=find,
    parameters=(
        Parameter("approvals", 20, Words("前后各最少件数", "least approvals each"), "CV"),
        Parameter("share", 1.2, Words("倍数下限", "least multiple"), "CV"),
        Parameter("days", 2, Words("至少长多少工作日", "least working days longer"), "CV"),
    ),
)
