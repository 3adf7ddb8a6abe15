"""SUB-06 村干部亲属占比: kin of the cadres get more in one village than elsewhere."""

from __future__ import annotations

from xuncha.risk.catalogue.posts import kin_both_ways
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.peers import of_ratio
from xuncha.risk.statistics import ratio


def find(data: Data, settings: Settings) -> Found:
    """Anyone who was ever a cadre of the village counts, and persons are counted once."""
    programs = data.table("programs").filter(lambda t: t.discretionary)
    paid = data.rows("subsidies", "village_id", source=data.table("subsidies").semi_join(programs, "program_id"))
    people = paid.select("village_id", "person_id").distinct()
    cadres = data.table("employees").filter(lambda t: t.is_village_cadre).select(village_id="org_id", cadre="person_id")
    kin = kin_both_ways(data)
    kin = (
        cadres.inner_join(kin, cadres.cadre == kin.relative)
        .select("village_id", person_id="person")
        .distinct()
        .mutate(is_kin=1)
    )
    people = people.left_join(kin, ["village_id", "person_id"])
    units = people.group_by("village_id").agg(k=people.is_kin.fill_null(0).sum(), n=people.person_id.count())
    flagged, tested = ratio(units, int(settings["persons"]))
    of_kin = paid.semi_join(kin, ["village_id", "person_id"])
    sums = of_kin.group_by("village_id").agg(fen=of_kin.amount.sum().cast("int64"), day=of_kin.pay_date.max())
    flagged = flagged.left_join(sums, "village_id").drop("village_id_right")
    leads = flagged.select(
        "village_id",
        "k",
        "n",
        "base",
        "fen",
        "day",
        "peer_n",
        "peer_median",
        value="share",
        threshold="fence",
        peer_fence="fence",
        org="village_id",
    )
    peers = of_ratio(
        units,
        int(settings["persons"]),
        Words("各村领取人中村干部亲属的占比", "share of kin among recipients, by village"),
    )
    return Found(leads, (Evidence("subsidies", of_kin),), tested, peers)


INDICATOR = Indicator(
    code="SUB-06",
    name=Words("村干部亲属占比", "Kin concentration"),
    question=Words("哪个村的补贴多发给了村干部的亲属？", "In which village do kin of the cadres get most?"),
    formula=Words(
        "需审批认定的补贴，按领取人（去重）：k=本村历任村干部的亲属，n=领取人；RATIO（k，n｜村；n≥阈值）。",
        "discretionary recipients (distinct persons): k = kin of anyone ever cadre of that village; RATIO(k, n | villages; threshold).",
    ),
    tables={"subsidies": "village_id", "programs": "", "kin": "", "employees": ""},
    key=("village_id",),
    sources="PR 优亲厚友",
    mission="M5",
    certainty=0.5,
    false_positives=Words("一村一姓", "one-surname village"),
    sentence=Words(
        "村{village_id}的{n}名领取人中{k}名是村干部亲属，占{value:pct}；界限{threshold:pct}，其余各村合计{base:pct}（{peer_n}个村，中位数{peer_median:pct}）",
        "of {n} recipients in village {village_id}, {k} are kin of its cadres, {value:pct}; limit {threshold:pct}, all other villages "
        "{base:pct} ({peer_n} villages, median {peer_median:pct})",
    ),
    find=find,
    parameters=(Parameter("persons", 20, Words("最少领取人数", "least recipients"), "CV"),),
    statistic="ratio",
)
