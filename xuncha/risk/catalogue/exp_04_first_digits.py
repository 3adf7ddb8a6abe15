"""EXP-04 首位数异常: first digits of amounts are not spread as they use to be."""

from __future__ import annotations

import math

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Amounts of 10 yuan or more; never the only ground for a lead's priority."""
    rows = data.table("expenses").filter(lambda t: t.amount >= 1000)
    rows = rows.mutate(digit=rows.amount.cast("string").substr(0, 1))
    counts = {f"d{d}": (rows.digit == str(d)).sum() for d in range(1, 10)}
    units = rows.group_by("org_id").agg(
        n_amounts=rows.exp_id.count(), fen=rows.amount.sum().cast("int64"), day=rows.invoice_date.max(), **counts
    )
    units = units.filter(units.n_amounts >= int(settings["amounts"]))
    away = (
        sum((units[f"d{d}"] / units.n_amounts.cast("float64") - math.log10(1 + 1 / d)).abs() for d in range(1, 10)) / 9
    )
    tested = units.mutate(value=away)
    odd = tested.filter(tested.value > float(settings["mean"]))
    leads = odd.select(
        "org_id", "value", "n_amounts", "fen", "day", org="org_id", threshold=ibis.literal(float(settings["mean"]))
    )
    return Found(leads, (Evidence("expenses", rows),), tested.count())


INDICATOR = Indicator(
    code="EXP-04",
    name=Words("首位数异常", "Benford"),
    question=Words("报销金额的首位数分布自然吗？", "Are the first digits of amounts spread naturally?"),
    formula=Words(
        "金额≥10元、不少于1000笔：首位数1至9的|实际占比−log10（1+1/d）|的平均数＞阈值。",
        "amounts ≥ 10, n ≥ 1000; first significant digit; mean over d = 1-9 of |observed share − log10(1 + 1/d)| > threshold.",
    ),
    tables={"expenses": ""},
    key=("org_id",),
    sources="Nigrini",
    mission="M12",
    certainty=0.3,
    false_positives=Words(
        "定额补助；不得单独作为优先核查的理由", "fixed allowances; never the only ground for a lead's priority"
    ),
    sentence=Words(
        "单位{org_id}的{n_amounts}笔报销，首位数与通常分布平均相差{value:pct}，界限{threshold:pct}",
        "{org_id}: first digits of {n_amounts} amounts differ by {value:pct} on average from the usual spread, limit {threshold:pct}",
    ),
    find=find,
    parameters=(
        Parameter("amounts", 1000, Words("最少笔数", "least amounts"), "Nigrini"),
        Parameter("mean", 0.015, Words("平均相差上限", "largest mean difference"), "Nigrini"),
    ),
)
