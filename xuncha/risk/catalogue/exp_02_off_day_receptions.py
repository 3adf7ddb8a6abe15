"""EXP-02 节假日接待: receptions fall on days off more often than elsewhere."""

from __future__ import annotations

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words
from xuncha.risk.peers import of_ratio
from xuncha.risk.statistics import ratio


def find(data: Data, settings: Settings) -> Found:
    """Days that the calendar does not have leave a row unjudged."""
    days = data.table("calendar").select(date="day", works="is_workday")
    rows = data.table("expenses").filter(lambda t: t.kind == "reception")
    rows = data.rows("expenses", "works", source=rows.left_join(days, rows.invoice_date == days.date))
    units = rows.group_by("org_id").agg(
        k=(~rows.works).sum(),
        n=rows.exp_id.count(),
        fen=rows.amount.sum(where=~rows.works).cast("int64"),
        day=rows.invoice_date.max(),
    )
    flagged, tested = ratio(units, int(settings["receptions"]))
    leads = flagged.select(
        "org_id",
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
        org="org_id",
    )
    peers = of_ratio(
        units,
        int(settings["receptions"]),
        Words("各单位非工作日接待的占比", "share of receptions on days off, by organisation"),
    )
    return Found(leads, (Evidence("expenses", rows.filter(~rows.works)),), tested, peers)


INDICATOR = Indicator(
    code="EXP-02",
    name=Words("节假日接待", "Off-day receptions"),
    question=Words("公务接待为什么多在节假日？", "Why are receptions held on days off?"),
    formula=Words(
        "公务接待：RATIO（k=非工作日，n｜单位；n≥20）。", "kind = reception; RATIO(k = not workday, n | orgs; 20)."
    ),
    tables={"expenses": "", "calendar": "is_workday"},
    key=("org_id",),
    sources="八项规定 practice",
    mission="M12",
    certainty=0.5,
    false_positives=Words("值班岗位，文旅单位", "duty posts, tourism bodies"),
    sentence=Words(
        "单位{org_id}的{n}笔公务接待中{k}笔在非工作日，占{value:pct}，共{fen:yuan}元；界限{threshold:pct}，其余单位合计{base:pct}（{peer_n}家，中位数{peer_median:pct}）",
        "{org_id}: {k} of {n} receptions on days off, {value:pct}, {fen:yuan} yuan; limit {threshold:pct}, all others {base:pct} ({peer_n} "
        "organisations, median {peer_median:pct})",
    ),
    find=find,
    parameters=(Parameter("receptions", 20, Words("最少笔数", "least receptions"), "CV"),),
    statistic="ratio",
)
