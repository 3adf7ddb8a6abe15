"""EXP-01 连号发票: invoices of one seller follow one another in number."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Runs are of distinct numbers; a number used twice does not break one."""
    rows = data.rows("expenses", "invoice_no", "seller_id")
    numbers = rows.select("org_id", "seller_id", "invoice_no").distinct()
    place = ibis.row_number().over(ibis.window(group_by=["org_id", "seller_id"], order_by="invoice_no"))
    numbers = numbers.mutate(place=place)
    numbers = numbers.mutate(island=numbers.invoice_no - numbers.place.cast("decimal(20,0)")).drop("place")
    rows = rows.inner_join(numbers, ["org_id", "seller_id", "invoice_no"])
    runs = rows.group_by(["org_id", "seller_id", "island"]).agg(
        first_no=rows.invoice_no.min(),
        last_no=rows.invoice_no.max(),
        value=rows.invoice_no.nunique(),
        days=rows.invoice_date.nunique(),
        fen=rows.amount.sum().cast("int64"),
        day=rows.invoice_date.max(),
    )
    found = runs.filter(runs.value >= int(settings["invoices"]), runs.days >= 2)
    evidence = rows.inner_join(
        found.select("org_id", "seller_id", "island", "first_no"), ["org_id", "seller_id", "island"]
    )
    leads = found.mutate(
        threshold=ibis.literal(int(settings["invoices"]), "int64"), org=found.org_id, supplier=found.seller_id
    ).drop("island")
    return Found(leads, (Evidence("expenses", evidence),), runs.count())


INDICATOR = Indicator(
    code="EXP-01",
    name=Words("连号发票", "Sequential invoices"),
    question=Words("不同日期的发票，号码为什么相连？", "Why do invoices of different days follow one another?"),
    formula=Words(
        "同一单位、同一销售方，≥3个相连的不同发票号码（取最长一段），且开票日期≥2个。",
        "maximal run of at least 3 consecutive distinct invoice_no of a seller in one org with at least 2 distinct invoice_dates.",
    ),
    tables={"expenses": "invoice_no seller_id"},
    key=("org_id", "seller_id", "first_no"),
    sources="audit practice",
    mission="M12",
    certainty=0.8,
    false_positives=Words("分期付款的合同", "instalment contract"),
    sentence=Words(
        "单位{org_id}报销销售方{seller_id}的{value}张连号发票（{first_no}至{last_no}），开票日期{days}个，共{fen:yuan}元，界限{threshold}张",
        "{org_id} booked {value} invoices of seller {seller_id} in sequence ({first_no} to {last_no}) dated on {days} days, {fen:yuan} yuan, "
        "limit {threshold}",
    ),
    find=find,
    parameters=(Parameter("invoices", 3, Words("最少张数", "least invoices"), "CV"),),
)
