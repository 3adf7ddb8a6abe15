"""HOSP-01 采购价畸高: a purchase far above what others paid for the same in the same year."""

from __future__ import annotations

import ibis

from xuncha.risk.data import MILLION, Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Peers, Settings, Words
from xuncha.risk.statistics import beside, compare, nearest, sort_out


def find(data: Data, settings: Settings) -> Found:
    """Purchases without a price are none of the comparison."""
    rows = data.table("med_purchases").filter(lambda t: t.unit_price > 0)
    rows = rows.mutate(year=rows.buy_date.year().cast("int64"))
    group = ["item_code", "year"]
    judged = beside(rows, sort_out(rows, group, "unit_price").select(*group, "n", "median"), group)
    judged = judged.filter(judged.n >= int(settings["purchases"]))
    # The median of whole fen is a half at most: twice of it is whole.
    part, whole = compare(judged.unit_price * 2, (judged.median * 2).cast("int64"), settings.fraction("share"))
    # The exact comparison of most rows is spared by one of floats that no rounding can make too strict.
    near = judged.unit_price >= judged.median * (float(settings["share"]) * (1 - 1e-9))
    high = judged.filter(near).filter(part >= whole)
    leads = high.select(
        "purchase_id",
        "item_code",
        "year",
        "unit_price",
        org="hospital_id",
        supplier="supplier_id",
        day="buy_date",
        middle_fen="median",
        fen=nearest(high.unit_price.cast("float64") * high.qty / MILLION),
        value=high.unit_price / high.median.nullif(0),
        threshold=ibis.literal(float(settings["share"])),
        peer_n="n",
        peer_median=high.median / 100.0,
        quantity=high.qty / MILLION,
        limit_fen=high.median * float(settings["share"]),
    )
    peers = Peers(
        judged, "unit_price", Words("同品规、同年各笔单价，元", "unit prices of the same item and year, yuan"), "yuan",
        groups=("item_code", "year"), own="unit_price", limit="limit_fen",
    )  # fmt: skip
    return Found(leads, (Evidence("med_purchases", data.table("med_purchases")),), judged.count(), peers)


INDICATOR = Indicator(
    code="HOSP-01",
    name=Words("采购价畸高", "Purchase price high"),
    question=Words("同样的药品耗材，为什么买得这么贵？", "Why was so much paid for the same?"),
    formula=Words(
        "单价≥1.3×同品规、同一年全部单价＞0的采购的中位数，不少于10笔。",
        "unit_price ≥ 1.3 × median of all purchases of that item_code and calendar year with unit_price > 0, n ≥ 10.",
    ),
    tables={"med_purchases": ""},
    key=("purchase_id",),
    sources="CV; provincial listed price if given",
    mission="M3",
    certainty=0.5,
    false_positives=Words("包装规格不同", "pack-size difference"),
    sentence=Words(
        "采购{purchase_id}：品规{item_code}单价{unit_price:yuan}元，数量{quantity:num}；{year}年同品规{peer_n}笔的中位数{middle_fen:yuan}元，为其{value:num}倍，界限{threshold:num}倍",
        "purchase {purchase_id}: item {item_code} at {unit_price:yuan} yuan, quantity {quantity:num}; median of {peer_n} purchases in {year} "
        "{middle_fen:yuan}, {value:num} times it, limit {threshold:num}",
    ),
    find=find,
    parameters=(
        Parameter("share", 1.3, Words("倍数下限", "least multiple"), "CV"),
        Parameter("purchases", 10, Words("最少笔数", "least purchases"), "CV"),
    ),
)
