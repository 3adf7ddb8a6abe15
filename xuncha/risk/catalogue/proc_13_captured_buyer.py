"""PROC-13 供应商过度集中: most of a buyer's money goes to one supplier."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Peers, Settings, Words
from xuncha.risk.statistics import compare, robust_z, share_of


def find(data: Data, settings: Settings) -> Found:
    """Of suppliers with equal sums the one with the smallest id counts as the largest."""
    contracts = data.rows("contracts")
    pairs = contracts.group_by(["buyer_id", "supplier_id"]).agg(
        fen=contracts.amount.sum().cast("int64"), day=contracts.sign_date.max()
    )
    of_all = contracts.group_by("buyer_id").agg(
        n_contracts=contracts.contract_id.count(), all_fen=contracts.amount.sum().cast("int64")
    )
    of_all = of_all.filter(of_all.n_contracts >= int(settings["contracts"]), of_all.all_fen >= settings.fen("yuan"))
    first = ibis.window(group_by="buyer_id", order_by=[ibis.desc("fen"), "supplier_id"])
    largest = pairs.mutate(nth=ibis.row_number().over(first)).filter(lambda t: t.nth == 0).drop("nth")
    tested = largest.inner_join(of_all, "buyer_id")
    tested = tested.mutate(share=share_of(tested.fen, tested.all_fen))
    judged = robust_z(tested, [], "share")
    part, whole = compare(judged.fen, judged.all_fen, settings.fraction("share"))
    captured = judged.filter(part >= whole, judged.rz >= float(settings["rz"]))
    leads = captured.select(
        "buyer_id",
        "supplier_id",
        "fen",
        "all_fen",
        "n_contracts",
        "day",
        "rz",
        value="share",
        threshold=ibis.literal(float(settings["share"])),
        org="buyer_id",
        supplier="supplier_id",
        peer_n="n",
        peer_median="median",
    )
    peers = Peers(tested, "share", Words("各采购人最大供应商的占比", "share of each buyer's largest supplier"))
    return Found(leads, (Evidence("contracts", contracts),), tested.count(), peers)


INDICATOR = Indicator(
    code="PROC-13",
    name=Words("供应商过度集中", "Captured buyer"),
    question=Words("采购人的钱是不是大半给了一家？", "Does most of a buyer's money go to one supplier?"),
    formula=Words(
        "合同不少于10份且合计不少于100万元的采购人：最大供应商占比≥阈值，且占比的rz（全部采购人）≥3.5。",
        "buyers with at least 10 contracts and 1,000,000 yuan: share of the largest supplier (tie: smallest id) ≥ threshold and "
        "rz(share | buyers) ≥ 3.5.",
    ),
    tables={"contracts": ""},
    key=("buyer_id", "supplier_id"),
    sources="GTI, ARA, CV",
    mission="M3",
    certainty=0.5,
    false_positives=Words("水电气等公用事业，当地独家", "utilities, local monopoly"),
    sentence=Words(
        "采购人{buyer_id}的{n_contracts}份合同共{all_fen:yuan}元，供应商{supplier_id}占{fen:yuan}元，{value:pct}；下限{threshold:pct}，偏离{rz:num}（{peer_n}家采购人，中位数{peer_median:pct}）",
        "of {all_fen:yuan} yuan in {n_contracts} contracts of buyer {buyer_id}, supplier {supplier_id} has {fen:yuan}, {value:pct}; "
        "limit {threshold:pct}, deviation {rz:num} ({peer_n} buyers, median {peer_median:pct})",
    ),
    find=find,
    parameters=(
        Parameter("contracts", 10, Words("最少合同份数", "least contracts"), "CV"),
        Parameter("yuan", 1_000_000, Words("最少合计（元）", "least sum, yuan"), "CV"),
        Parameter("share", 0.5, Words("占比下限", "least share"), "GTI, CV"),
        Parameter("rz", 3.5, Words("偏离下限", "least deviation"), "CV"),
    ),
    statistic="rz",
)
