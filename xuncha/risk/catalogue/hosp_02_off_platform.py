"""HOSP-02 线外采购绑定: most of what is bought past the platform comes from one supplier."""

from __future__ import annotations

import ibis

from xuncha.risk.data import MILLION, Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.statistics import compare, nearest, share_of

_WIDE = "decimal(38,0)"


def find(data: Data, settings: Settings) -> Found:
    """Value is price times quantity, summed without rounding."""
    rows = data.rows("med_purchases", "via_platform").filter(lambda t: ~t.via_platform)
    rows = rows.mutate(worth=rows.unit_price.cast(_WIDE) * rows.qty.cast(_WIDE))
    pairs = rows.group_by(["hospital_id", "supplier_id"]).agg(
        worth=rows.worth.sum(), day=rows.buy_date.max(), purchases=rows.purchase_id.count()
    )
    of_all = rows.group_by("hospital_id").agg(all_worth=rows.worth.sum())
    judged = pairs.inner_join(of_all, "hospital_id")
    part, whole = compare(judged.worth, judged.all_worth, settings.fraction("share"))
    least = ibis.literal(settings.fen("yuan") * MILLION, _WIDE)
    tied = judged.filter(judged.worth.cast(_WIDE) >= least, part >= whole)
    leads = tied.select(
        "hospital_id",
        "supplier_id",
        "day",
        "purchases",
        fen=nearest(tied.worth.cast("float64") / MILLION),
        all_fen=nearest(tied.all_worth.cast("float64") / MILLION),
        value=share_of(tied.worth, tied.all_worth),
        threshold=ibis.literal(float(settings["share"])),
        org="hospital_id",
        supplier="supplier_id",
    )
    return Found(leads, (Evidence("med_purchases", rows),), judged.count())


INDICATOR = Indicator(
    code="HOSP-02",
    name=Words("线外采购绑定", "Off-platform tie"),
    question=Words(
        "平台以外的采购是不是都给了一家？", "Does what is bought past the platform all come from one supplier?"
    ),
    formula=Words(
        "未通过平台的采购：供应商金额≥10万元，且≥医院线外采购金额的0.5。",
        "via_platform = false; supplier's value ≥ 100,000 and ≥ 0.5 of the hospital's off-platform value.",
    ),
    tables={"med_purchases": "via_platform"},
    key=("hospital_id", "supplier_id"),
    sources="国办发〔2015〕7号, CV",
    mission="M3",
    certainty=0.5,
    false_positives=Words("平台未挂网的品种", "items not listed"),
    sentence=Words(
        "医院{hospital_id}线外采购共{all_fen:yuan}元，供应商{supplier_id}占{fen:yuan}元（{purchases}笔），{value:pct}，界限{threshold:pct}（国办发〔2015〕7号）",
        "of {all_fen:yuan} yuan that hospital {hospital_id} bought past the platform, supplier {supplier_id} has {fen:yuan} in {purchases} "
        "purchases, {value:pct}, limit {threshold:pct}",
    ),
    find=find,
    parameters=(
        Parameter("yuan", 100_000, Words("金额下限（元）", "least value, yuan"), "CV"),
        Parameter("share", 0.5, Words("占比下限", "least share"), "CV"),
    ),
)
