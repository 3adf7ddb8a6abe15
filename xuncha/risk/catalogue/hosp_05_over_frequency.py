"""HOSP-05 超频次收费: more was charged in a day than can be done in it."""

from __future__ import annotations

from xuncha.risk.data import MILLION, Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Quantities of one item, visit and day together."""
    limits = data.rows("items", "per_day_max").select("item_code", "per_day_max")
    charges = data.table("charges").inner_join(limits, "item_code")
    charges = charges.mutate(date=charges.charge_date)
    units = charges.group_by(["visit_id", "item_code", "date"]).agg(
        total=charges.qty.sum().cast("int64"),
        per_day_max=charges.per_day_max.max(),
        fen=charges.amount.sum().cast("int64"),
    )
    over = units.filter(units.total > units.per_day_max)
    found = over.left_join(data.table("visits").select("visit_id", org="hospital_id"), "visit_id").drop(
        "visit_id_right"
    )
    leads = found.mutate(value=found.total / MILLION, threshold=found.per_day_max / MILLION, day=found.date)
    return Found(leads, (Evidence("charges", charges),), units.count())


INDICATOR = Indicator(
    code="HOSP-05",
    name=Words("超频次收费", "Over-frequency charge"),
    question=Words("一天之内收费次数是不是超过上限？", "Was more charged in a day than its limit?"),
    formula=Words("同一就诊、项目、日期的数量合计＞每日上限。", "Σ qty > per_day_max."),
    tables={"charges": "", "items": "per_day_max", "visits?": ""},
    key=("visit_id", "item_code", "date"),
    sources="YB15 重复收费",
    mission="M4",
    certainty=0.8,
    false_positives=Words("重症监护", "intensive care"),
    sentence=Words(
        "就诊{visit_id}在{date}收取项目{item_code}共{value:num}次，每日上限{threshold:num}次，{fen:yuan}元（医疗保障基金使用监督管理条例15条）",
        "visit {visit_id} was charged item {item_code} {value:num} times on {date}, limit {threshold:num} a day, {fen:yuan} yuan (YB15)",
    ),
    find=find,
)
