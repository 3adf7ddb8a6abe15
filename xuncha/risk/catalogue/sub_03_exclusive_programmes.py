"""SUB-03 互斥补贴重复: two programmes in one month that exclude one another."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Programmes are counted, not payments."""
    programs = data.rows("programs", "exclusive_group").select("program_id", "exclusive_group")
    paid = data.table("subsidies").inner_join(programs, "program_id")
    month = paid.pay_date.year().cast("string") + "-" + paid.pay_date.month().cast("string").lpad(2, "0")
    paid = paid.mutate(month=month)
    key = ["person_id", "exclusive_group", "month"]
    units = paid.group_by(key).agg(
        value=paid.program_id.nunique(),
        fen=paid.amount.sum().cast("int64"),
        org=paid.village_id.min(),
        day=paid.pay_date.max(),
    )
    found = units.filter(units.value >= 2).mutate(threshold=ibis.literal(2, "int64"))
    return Found(found, (Evidence("subsidies", paid),), units.count())


INDICATOR = Indicator(
    code="SUB-03",
    name=Words("互斥补贴重复", "Exclusive programmes"),
    question=Words("有没有同时领取互斥的补贴？", "Were two programmes drawn that exclude one another?"),
    formula=Words(
        "同一人同一月领取同一互斥组的补贴项目≥2个。", "at least 2 programmes of one exclusive group in one month."
    ),
    tables={"subsidies": "village_id?", "programs": "exclusive_group"},
    key=("person_id", "exclusive_group", "month"),
    sources="社会救助暂行办法",
    mission="M5",
    certainty=1.0,
    false_positives=Words("当月转换项目", "the month of a switch"),
    sentence=Words(
        "{person_id:person}在{month}领取互斥组{exclusive_group}的{value}个补贴项目，共{fen:yuan}元",
        "{person_id:person} drew {value} programmes of group {exclusive_group} in {month}, {fen:yuan} yuan in all",
    ),
    find=find,
    of_person=True,
)
