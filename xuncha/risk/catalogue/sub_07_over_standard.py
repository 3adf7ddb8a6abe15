"""SUB-07 超标准发放: more was paid than standard times quantity."""

from __future__ import annotations

import ibis

from xuncha.risk.data import MILLION, Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.statistics import compare


def find(data: Data, settings: Settings) -> Found:
    """One hundredth above is let pass, for rounding; exactly that is no lead."""
    standards = data.rows("programs", "unit_standard").select("program_id", "unit_standard")
    tested = data.rows("subsidies", "qty").inner_join(standards, "program_id")
    due = tested.unit_standard.cast("decimal(38,0)") * tested.qty.cast("decimal(38,0)")
    part, whole = compare(
        tested.amount.cast("decimal(38,0)") * ibis.literal(MILLION, "decimal(38,0)"), due, settings.fraction("share")
    )
    over = tested.filter(part > whole)
    due_fen = over.unit_standard.cast("float64") * over.qty.cast("float64") / MILLION
    leads = over.select(
        "pay_id",
        "program_id",
        "unit_standard",
        fen="amount",
        org="village_id",
        day="pay_date",
        quantity=over.qty / MILLION,
        due_fen=due_fen,
        value=over.amount / due_fen.nullif(0),
        threshold=ibis.literal(float(settings["share"])),
    )
    rows = data.table("programs").inner_join(over.select("pay_id", "program_id"), "program_id")
    return Found(leads, (Evidence("subsidies", data.table("subsidies")), Evidence("programs", rows)), tested.count())


INDICATOR = Indicator(
    code="SUB-07",
    name=Words("超标准发放", "Over standard"),
    question=Words("有没有超过标准发放？", "Was more paid than the standard?"),
    formula=Words("发放金额＞阈值×补贴标准×数量。", "amount > threshold × unit_standard × qty."),
    tables={"subsidies": "qty village_id?", "programs": "unit_standard"},
    key=("pay_id",),
    sources="policy text",
    mission="M5",
    certainty=0.8,
    false_positives=Words("补发欠款一并发放", "arrears paid together"),
    sentence=Words(
        "发放{pay_id}：标准{unit_standard:yuan}元×数量{quantity:num}应为{due_fen:yuan}元，实发{fen:yuan}元",
        "payment {pay_id}: {unit_standard:yuan} yuan × {quantity:num} makes {due_fen:yuan}, paid {fen:yuan}",
    ),
    find=find,
    parameters=(Parameter("share", 1.01, Words("倍数上限", "largest multiple"), "CV"),),
)
