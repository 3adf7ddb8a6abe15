"""PROC-18 合同背离: the contract is not what was awarded, or not when."""

from __future__ import annotations

import datetime as dt

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.statistics import compare, share_of


def find(data: Data, settings: Settings) -> Found:
    """Amount and date are judged apart: where one is missing, the other still counts."""
    contracts = data.rows("contracts", "award_id")
    awards = data.table("awards").select("award_id", award_fen="amount", award_date="award_date")
    pairs = contracts.inner_join(awards, "award_id")
    data.skip("contracts", pairs.filter(pairs.award_fen.isnull() & pairs.award_date.isnull()))
    tested = pairs.filter(pairs.award_fen.notnull() | pairs.award_date.notnull())
    gap = (tested.amount - tested.award_fen).abs()
    part, whole = compare(gap, tested.award_fen, settings.fraction("share"))
    days = tested.sign_date.delta(tested.award_date, unit="day")
    tested = tested.mutate(
        gap_fen=gap,
        days=days,
        is_other=(part > whole).fill_null(False),
        is_late=((days > int(settings["days"])) | (days < 0)).fill_null(False),
    )
    found = tested.filter(tested.is_other | tested.is_late)
    leads = found.select(
        "contract_id",
        "gap_fen",
        "days",
        "award_fen",
        fen="amount",
        org="buyer_id",
        supplier="supplier_id",
        day="sign_date",
        value=share_of(found.gap_fen, found.award_fen),
        threshold=ibis.literal(float(settings["share"])),
    )
    named = found.select(of="award_id", contract="contract_id")
    rows = data.table("awards")
    rows = rows.inner_join(named, rows.award_id == named.of).rename(contract_id="contract")
    return Found(leads, (Evidence("contracts", data.table("contracts")), Evidence("awards", rows)), tested.count())


INDICATOR = Indicator(
    code="PROC-18",
    name=Words("合同背离", "Contract departs from award"),
    question=Words("合同和中标结果是不是一回事？", "Is the contract what was awarded?"),
    formula=Words(
        "|合同金额−中标金额|＞0.001×中标金额，或签订日期−中标日期＞30天，或签订早于中标。",
        "|amount − award| > 0.001 × award, or sign_date − award_date > 30, or < 0.",
    ),
    tables={"contracts": "award_id", "awards": "amount? award_date?"},
    key=("contract_id",),
    sources="TB46, CG46",
    mission="M3",
    certainty=0.8,
    false_positives=Words("质疑投诉期间，或金额不含税", "objection period, tax-exclusive amount"),
    sentence=Words(
        "合同{contract_id}金额{fen:yuan}元，中标金额{award_fen:yuan}元，相差{gap_fen:yuan}元（上限{threshold:pct}）；中标后{days}天签订（上限30天）（招标投标法46条、政府采购法46条）",
        "contract {contract_id}: {fen:yuan} yuan against {award_fen:yuan} awarded, {gap_fen:yuan} apart (limit {threshold:pct}); "
        "signed {days} days after the award (limit 30) (TB46, CG46)",
    ),
    find=find,
    parameters=(
        Parameter("share", 0.001, Words("金额相差上限", "largest difference"), "TB46", dt.date(2017, 12, 28)),
        Parameter("days", 30, Words("签订期限（天）", "days to sign"), "TB46, CG46", dt.date(2017, 12, 28)),
    ),
    arms=(("awards.amount",), ("awards.award_date",)),
)
