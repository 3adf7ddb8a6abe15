"""SUB-01 死亡人员领取: money went to somebody who had died."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Whole calendar days between death and payment."""
    deaths = data.table("deaths").select("person_id", "death_date")
    tested = data.table("subsidies").inner_join(deaths, "person_id")
    tested = tested.mutate(value=tested.pay_date.delta(tested.death_date, unit="day"))
    late = tested.filter(tested.value > int(settings["days"]))
    leads = late.select(
        "pay_id",
        "value",
        "person_id",
        "death_date",
        fen="amount",
        org="village_id",
        day="pay_date",
        threshold=ibis.literal(int(settings["days"]), "int64"),
    )
    rows = data.table("deaths").inner_join(late.select("pay_id", "person_id"), "person_id")
    return Found(
        leads,
        (Evidence("subsidies", data.table("subsidies")), Evidence("deaths", rows)),
        data.table("subsidies").count(),
    )


INDICATOR = Indicator(
    code="SUB-01",
    name=Words("死亡人员领取", "Paid after death"),
    question=Words("有没有发给已去世的人？", "Was anybody paid who had died?"),
    formula=Words("发放日期−死亡日期＞阈值（天）。", "pay_date − death_date > threshold (days)."),
    tables={"subsidies": "village_id?", "deaths": ""},
    key=("pay_id",),
    sources="PR",
    mission="M5",
    certainty=1.0,
    false_positives=Words("补发死亡前应发的款，死亡登记滞后", "back pay due before death, late registration"),
    sentence=Words(
        "发放{pay_id}：{person_id:person}于{death_date}死亡，{value}天后仍发{fen:yuan}元，界限{threshold}天",
        "payment {pay_id}: {fen:yuan} yuan to {person_id:person} {value} days after death on {death_date}, limit {threshold}",
    ),
    find=find,
    parameters=(Parameter("days", 31, Words("死亡后天数", "days after death"), "PR"),),
)
