"""PROC-15 投标人关联: bidders who share a person, a phone, an address or a device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from xuncha.risk.catalogue.procurement import (
    SUBMITTED,
    bids_of,
    buyers,
    money_of,
)
from xuncha.risk.data import MILLION, Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.statistics import compare

if TYPE_CHECKING:
    import ibis.expr.types as ir


def find(data: Data, settings: Settings) -> Found:
    """Like is compared with like. A value that more than ten registered suppliers hold ties nobody to anybody."""
    bids = bids_of(data, SUBMITTED)
    bidders = bids.select("tender_id", "supplier_id").distinct()
    shared = [
        _shared(bids.filter(bids.device_id.notnull()).select("tender_id", "supplier_id", tie="device_id"), "device")
    ]
    suppliers = data.table("suppliers")
    for column in ("legal_rep_id", "phone_hash", "address_hash"):
        shared.append(_by_register(suppliers.select("supplier_id", tie=column), bidders, column, settings))
    holders = data.table("shareholders")
    part, whole = compare(holders.share, ibis.literal(MILLION, "int64"), settings.fraction("share"))
    holders = holders.filter(part >= whole).select("supplier_id", tie="person_id")
    shared.append(_by_register(holders, bidders, "holder", settings))
    ties = ibis.union(*shared)
    found = ties.group_by("tender_id").agg(value=ties.suppliers.max(), kinds=ties.kind.nunique(), kind=ties.kind.min())
    found = money_of(found.left_join(buyers(data), "tender_id").drop("tender_id_right"), data)
    day = data.table("tenders").select("tender_id", day=ibis._.bid_end.date())
    found = found.left_join(day, "tender_id").drop("tender_id_right")
    zh = {
        "device": "设备",
        "legal_rep_id": "法定代表人",
        "phone_hash": "电话",
        "address_hash": "地址",
        "holder": "大股东",
    }
    leads = found.mutate(
        threshold=ibis.literal(2, "int64"),
        kind_zh=ibis.cases(*((found.kind == word, said) for word, said in zh.items()), else_=""),
    )
    return Found(leads, (Evidence("bids", bids),), bidders.tender_id.nunique())


def _by_register(register: ir.Table, bidders: ir.Table, kind: str, settings: Settings) -> ir.Table:
    register = register.filter(register.tie.notnull()).distinct()
    common = register.group_by("tie").agg(holders=register.supplier_id.nunique())
    register = register.anti_join(common.filter(common.holders > int(settings["common"])), "tie")
    return _shared(bidders.inner_join(register, "supplier_id").select("tender_id", "supplier_id", "tie"), kind)


def _shared(ties: ir.Table, kind: str) -> ir.Table:
    found = ties.group_by(["tender_id", "tie"]).agg(suppliers=ties.supplier_id.nunique())
    return found.filter(found.suppliers >= 2).select("tender_id", "suppliers", kind=ibis.literal(kind))


INDICATOR = Indicator(
    code="PROC-15",
    name=Words("投标人关联", "Linked bidders"),
    question=Words("投标人之间有没有关联？", "Are bidders tied to one another?"),
    formula=Words(
        "同一项目的两家投标人有相同的法定代表人、电话、地址，或持股不少于25%的同一股东（超过10家注册供应商共有的值不算），或相同的设备号。",
        "two suppliers in one tender share legal_rep_id, phone_hash, address_hash or a holder of at least 25 % (a value held by more "
        "than 10 registered suppliers is ignored), or device_id.",
    ),
    tables={
        "tenders": "status? bid_end?",
        "bids": "device_id?",
        "suppliers?": "legal_rep_id? phone_hash? address_hash?",
        "shareholders?": "share?",
        "awards?": "",
    },
    key=("tender_id",),
    sources="CGR18, TBR34, TBR40",
    mission="M3",
    certainty=0.8,
    false_positives=Words("同一写字楼或园区，代理机构的电脑", "shared office park, agent's computer"),
    sentence=Words(
        "项目{tender_id}有{value}家投标人{kind_zh}相同，共{kinds}种关联（招标投标法实施条例34、40条）",
        "tender {tender_id}: {value} bidders share {kind}; {kinds} kinds of ties (TBR34, TBR40)",
    ),
    find=find,
    parameters=(
        Parameter("common", 10, Words("超过多少家共有即不算", "holders above which a value is ignored"), "CV"),
        Parameter("share", 0.25, Words("持股下限", "least share"), "CV"),
    ),
    arms=(
        ("bids.device_id",),
        ("suppliers.legal_rep_id",),
        ("suppliers.phone_hash",),
        ("suppliers.address_hash",),
        ("shareholders.share",),
    ),
)
