"""HOSP-06 超标准收费: a price above the listed one."""

from __future__ import annotations

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """One fen above is let pass, for rounding."""
    caps = data.rows("items", "price_cap").select("item_code", "price_cap")
    charges = data.table("charges").inner_join(caps, "item_code")
    over = charges.filter(charges.unit_price > charges.price_cap + settings.fen("yuan"))
    over = over.left_join(data.table("visits").select("visit_id", org="hospital_id"), "visit_id").drop("visit_id_right")
    leads = over.select(
        "charge_id",
        "item_code",
        "unit_price",
        "price_cap",
        "org",
        fen="amount",
        day="charge_date",
        value=over.unit_price / 100.0,
        threshold=over.price_cap / 100.0,
    )
    rows = data.table("items").inner_join(over.select("charge_id", "item_code"), "item_code")
    return Found(leads, (Evidence("charges", data.table("charges")), Evidence("items", rows)), charges.count())


INDICATOR = Indicator(
    code="HOSP-06",
    name=Words("超标准收费", "Above price cap"),
    question=Words("收费有没有超过限价？", "Was more charged than the listed price?"),
    formula=Words("单价＞最高限价+0.01元。", "unit_price > price_cap + 0.01."),
    tables={"charges": "", "items": "price_cap", "visits?": ""},
    key=("charge_id",),
    sources="YB15",
    mission="M4",
    certainty=0.8,
    false_positives=Words("价格目录未更新", "price list out of date"),
    sentence=Words(
        "收费{charge_id}：项目{item_code}单价{unit_price:yuan}元，限价{price_cap:yuan}元，共收{fen:yuan}元（医疗保障基金使用监督管理条例15条）",
        "charge {charge_id}: item {item_code} at {unit_price:yuan} yuan, cap {price_cap:yuan}, {fen:yuan} charged (YB15)",
    ),
    find=find,
    parameters=(Parameter("yuan", 0.01, Words("容差（元）", "tolerance, yuan"), "CV"),),
)
