"""PARTY-01 三会一课缺次: assemblies or committee meetings were left out."""

from __future__ import annotations

import datetime as dt

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Every branch in every whole year since the first meeting of all, also one without any meeting."""
    last = data.as_of.year if (data.as_of.month, data.as_of.day) == (12, 31) else data.as_of.year - 1
    meetings = data.table("meetings")
    meetings = meetings.mutate(year=meetings.meet_date.year().cast("int64"))
    years = ibis.range(1990, last + 1).unnest().name("year").as_table()
    years = years.select(year=years.year.cast("int64")).cross_join(meetings.agg(first=meetings.year.min()))
    years = years.filter(years.year >= years["first"]).select("year")
    units = data.table("branches").select("branch_id", "org_id", "has_committee").cross_join(years)
    held = meetings.group_by(["branch_id", "year"]).agg(
        quarters=meetings.meet_date.quarter().nunique(where=meetings.type == "assembly"),
        months=meetings.meet_date.month().nunique(where=meetings.type == "committee"),
    )
    units = units.left_join(held, ["branch_id", "year"]).drop("branch_id_right", "year_right")
    units = units.mutate(quarters=units.quarters.fill_null(0), months=units.months.fill_null(0))
    short = units.quarters < int(settings["quarters"])
    few = units.has_committee & (units.months < int(settings["months"]))
    found = units.filter(short | few)
    leads = found.mutate(
        value=found.quarters,
        threshold=ibis.literal(int(settings["quarters"]), "int64"),
        org=found.org_id,
        day=ibis.date(found.year.cast("int32"), 12, 31),
    )
    branches = data.table("branches").inner_join(found.select("branch_id", "year"), "branch_id")
    return Found(leads, (Evidence("branches", branches), Evidence("meetings", meetings)), units.count())


INDICATOR = Indicator(
    code="PARTY-01",
    name=Words("三会一课缺次", "Meetings missing"),
    question=Words("支部的会有没有按时开？", "Did a branch hold its meetings?"),
    formula=Words(
        "全部支部，自最早会议所在年起、年底不晚于截止日的各年：开过党员大会的季度＜4，或设支委会而开过支委会的月份＜11。",
        "every branch, years from the earliest meeting's year with 31 Dec ≤ as_of: quarters with an assembly < 4, or has_committee and "
        "months with a committee meeting < 11.",
    ),
    tables={"branches": "", "meetings": ""},
    key=("branch_id", "year"),
    sources="ZB11-12",
    mission="M9",
    certainty=0.8,
    false_positives=Words("当年新建的支部", "branch founded that year"),
    sentence=Words(
        "支部{branch_id}在{year}年有{value}个季度开过党员大会（应{threshold}个），{months}个月开过支委会（应每月）（支部工作条例11、12条）",
        "branch {branch_id} held assemblies in {value} quarters of {year} (of {threshold}) and committee meetings in {months} months "
        "(monthly) (ZB11-12)",
    ),
    find=find,
    parameters=(
        Parameter("quarters", 4, Words("党员大会季度数", "quarters with an assembly"), "ZB11", dt.date(2018, 10, 28)),
        Parameter(
            "months",
            11,
            Words("支委会最少月数", "least months with a committee meeting"),
            "ZB12, CV",
            dt.date(2018, 10, 28),
        ),
    ),
)
