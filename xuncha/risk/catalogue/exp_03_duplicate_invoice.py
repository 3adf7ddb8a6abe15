"""EXP-03 重复报销: one invoice was booked twice."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Across organisations too."""
    rows = data.rows("expenses", "invoice_no", "seller_id")
    units = rows.group_by(["seller_id", "invoice_no"]).agg(
        value=rows.exp_id.count(),
        fen=rows.amount.sum().cast("int64"),
        day=rows.invoice_date.max(),
        orgs=rows.org_id.nunique(),
        one=rows.org_id.min(),
    )
    found = units.filter(units.value >= 2)
    leads = found.mutate(
        threshold=ibis.literal(2, "int64"),
        org=ibis.ifelse(found.orgs == 1, found.one, ibis.null("string")),
        supplier=found.seller_id,
    ).drop("one")
    return Found(leads, (Evidence("expenses", rows),), units.count())


INDICATOR = Indicator(
    code="EXP-03",
    name=Words("重复报销", "Duplicate invoice"),
    question=Words("同一张发票是不是报了两次？", "Was one invoice booked twice?"),
    formula=Words("同一销售方、同一发票号码出现在≥2行。", "seller_id and invoice_no on at least 2 rows."),
    tables={"expenses": "invoice_no seller_id"},
    key=("seller_id", "invoice_no"),
    sources="audit practice",
    mission="M12",
    certainty=1.0,
    false_positives=Words("一张凭证分次入账", "split posting of one voucher"),
    sentence=Words(
        "销售方{seller_id}的发票{invoice_no}报销{value}次，涉及{orgs}个单位，共{fen:yuan}元",
        "invoice {invoice_no} of seller {seller_id} was booked {value} times by {orgs} organisations, {fen:yuan} yuan in all",
    ),
    find=find,
)
