"""PROC-19 合同追加超限: additions to a contract go beyond a tenth of it."""

from __future__ import annotations

import datetime as dt

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.statistics import compare, share_of


def find(data: Data, settings: Settings) -> Found:
    """Reductions count against additions; exactly the limit is no lead."""
    changes = data.table("amendments")
    sums = changes.group_by("contract_id").agg(
        delta_fen=changes.amount_delta.sum().cast("int64"),
        changes=changes.change_id.count(),
        last=changes.change_date.max(),
    )
    tested = data.table("contracts").inner_join(sums, "contract_id")
    part, whole = compare(tested.delta_fen, tested.amount, settings.fraction("share"))
    found = tested.filter(part > whole)
    leads = found.select(
        "contract_id",
        "delta_fen",
        "changes",
        fen="amount",
        org="buyer_id",
        supplier="supplier_id",
        day=ibis.coalesce(found["last"], found.sign_date),
        value=share_of(found.delta_fen, found.amount),
        threshold=ibis.literal(float(settings["share"])),
    )
    return Found(
        leads,
        (Evidence("contracts", data.table("contracts")), Evidence("amendments", changes)),
        data.table("contracts").count(),
    )


INDICATOR = Indicator(
    code="PROC-19",
    name=Words("合同追加超限", "Uplift"),
    question=Words("合同签订后追加了多少？", "How much was added after signing?"),
    formula=Words("追加金额合计＞阈值×合同金额。", "Σ amount_delta > threshold × amount."),
    tables={"contracts": "", "amendments": "change_date?"},
    key=("contract_id",),
    sources="CG49",
    mission="M3",
    certainty=0.8,
    false_positives=Words("单价合同按实际工程量计量", "quantities re-measured under a unit-price contract"),
    sentence=Words(
        "合同{contract_id}原价{fen:yuan}元，{changes}次变更共追加{delta_fen:yuan}元，占{value:pct}，上限{threshold:pct}（政府采购法49条）",
        "contract {contract_id}: {fen:yuan} yuan, {changes} changes add {delta_fen:yuan}, {value:pct}, limit {threshold:pct} (CG49)",
    ),
    find=find,
    parameters=(Parameter("share", 0.1, Words("追加上限", "largest addition"), "CG49", dt.date(2014, 8, 31)),),
)
