"""PROC-14 围标圈: two suppliers who bid together, and one of them wins."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.procurement import (
    SUBMITTED,
    active_awards,
    bids_of,
)
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.statistics import compare, share_of


def find(data: Data, settings: Settings) -> Found:
    """Won: an active award of either of the two in a tender that both entered."""
    bids = bids_of(data, SUBMITTED)
    entered = bids.select("tender_id", "supplier_id").distinct()
    sums = entered.group_by("supplier_id").agg(entered=entered.tender_id.count())
    other = entered.view()
    pairs = entered.select("tender_id", a="supplier_id").inner_join(
        other.select("tender_id", b="supplier_id"), "tender_id"
    )
    pairs = pairs.filter(pairs.a < pairs.b)
    won = active_awards(data).select("tender_id", winner="supplier_id").distinct()
    hits = pairs.inner_join(won, "tender_id")
    hits = hits.filter((hits.winner == hits.a) | (hits.winner == hits.b))
    hits = hits.group_by(["a", "b"]).agg(won=hits.tender_id.nunique())
    together = pairs.group_by(["a", "b"]).agg(co=pairs.tender_id.count())
    together = together.filter(together.co >= int(settings["tenders"]))
    together = together.inner_join(sums.select(a="supplier_id", of_a="entered"), "a")
    together = together.inner_join(sums.view().select(b="supplier_id", of_b="entered"), "b")
    together = together.inner_join(hits, ["a", "b"])
    together = together.mutate(either=together.of_a + together.of_b - together.co)
    part, whole = compare(together.co, together.either, settings.fraction("overlap"))
    won_part, won_whole = compare(together.won, together.co, settings.fraction("won"))
    found = together.filter(part >= whole, won_part >= won_whole)
    rows = bids.mutate(own=bids.supplier_id).inner_join(pairs.semi_join(found, ["a", "b"]), "tender_id")
    rows = rows.filter((rows.own == rows.a) | (rows.own == rows.b))
    day = data.table("tenders").inner_join(pairs, "tender_id").group_by(["a", "b"]).agg(day=ibis._.bid_end.max().date())
    found = found.left_join(day, ["a", "b"]).drop("a_right", "b_right")
    leads = found.mutate(
        value=share_of(found.co, found.either), threshold=ibis.literal(float(settings["overlap"])), supplier=found.a
    )
    return Found(leads, (Evidence("bids", rows),), together.count())


INDICATOR = Indicator(
    code="PROC-14",
    name=Words("围标圈", "Bid-rotation pair"),
    question=Words("哪两家总是一起投标，而且总有一家中？", "Which two always bid together, one of them winning?"),
    formula=Words(
        "co=两家都投标的项目数，不少于8；co÷两家投标项目的并集≥0.5；其中由两家之一中标的≥co的0.5。",
        "co = tenders both submitted to, at least 8; co / |A ∪ B| ≥ 0.5; one of the two won at least 0.5 of co.",
    ),
    tables={"tenders": "status? bid_end?", "bids": "", "awards": ""},
    key=("a", "b"),
    sources="GTI, TBR39-40, CV",
    mission="M3",
    certainty=0.5,
    false_positives=Words("行业内只有两家", "duopoly of a trade"),
    sentence=Words(
        "供应商{a}和{b}共同投标{co}个项目，占两家投标项目的{value:pct}，其中{won}个由其一中标；界限{threshold:pct}（招标投标法实施条例39、40条）",
        "suppliers {a} and {b} both entered {co} tenders, {value:pct} of those of either, and one of them won {won}; limit "
        "{threshold:pct} (TBR39-40)",
    ),
    find=find,
    parameters=(
        Parameter("tenders", 8, Words("最少共同投标项目数", "least tenders in common"), "CV"),
        Parameter("overlap", 0.5, Words("重合度下限", "least overlap"), "CV"),
        Parameter("won", 0.5, Words("中标占比下限", "least share won"), "CV"),
    ),
)
