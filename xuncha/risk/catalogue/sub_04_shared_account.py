"""SUB-04 一卡多人: one account takes in the money of several households."""

from __future__ import annotations

import datetime as dt

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """Payments of the last 365 days; recipients whose household is not known are skipped."""
    since = ibis.literal(data.as_of - dt.timedelta(days=int(settings["window_days"])), "date")
    paid = data.rows("subsidies", "account_hash", where=lambda t: t.pay_date > since)
    households = data.table("persons").select("household_id", member="person_id")
    paid = paid.left_join(households, paid.person_id == households.member)
    paid = data.rows("subsidies", "household_id", source=paid)
    units = paid.group_by("account_hash").agg(
        persons=paid.person_id.nunique(),
        value=paid.household_id.nunique(),
        fen=paid.amount.sum().cast("int64"),
        org=paid.village_id.min(),
        villages=paid.village_id.nunique(),
        day=paid.pay_date.max(),
    )
    least = int(settings["households"])
    found = units.filter(units.persons >= least, units.value >= least)
    found = found.mutate(
        threshold=ibis.literal(least, "int64"), org=ibis.ifelse(found.villages == 1, found.org, ibis.null("string"))
    )
    return Found(found, (Evidence("subsidies", paid),), units.count())


INDICATOR = Indicator(
    code="SUB-04",
    name=Words("一卡多人", "Shared account"),
    question=Words(
        "几户人的补贴为什么进了同一个账户？", "Why does one account take in the money of several households?"
    ),
    formula=Words(
        "近365天（发放日期＞截止日−365天）：同一账户收款≥3人且≥3户。",
        "last 365 days (pay_date > as_of − 365 d): at least 3 persons of at least 3 households.",
    ),
    tables={"subsidies": "account_hash village_id?", "persons": "household_id"},
    key=("account_hash",),
    sources="PR 一卡通",
    mission="M5",
    certainty=0.8,
    false_positives=Words("敬老院代管，监护人代领", "care home, guardian"),
    sentence=Words(
        "账户{account_hash:person}近一年收取{persons}人、{value}户的补贴共{fen:yuan}元，界限{threshold}户",
        "account {account_hash:person} took in {fen:yuan} yuan of {persons} persons in {value} households within a year, limit {threshold}",
    ),
    find=find,
    parameters=(
        Parameter("window_days", 365, Words("天数", "days"), "PR"),
        Parameter("households", 3, Words("人数和户数下限", "least persons and households"), "PR"),
    ),
)
