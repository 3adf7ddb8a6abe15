"""Periods after an event, as papers set them: 一个月内, 15日内, 两周之内, 三个月后."""

from __future__ import annotations

import calendar
import datetime
import re
from typing import Final

from xuncha.documents.values.dates import first_date
from xuncha.documents.values.numbering import number_in

_PERIOD: Final = re.compile(
    r"(?P<count>\d{1,3}|[一二三四五六七八九十两半]{1,3})个?(?P<kind>工作日|天|日|周|月|季度|年)(?:之|以)?[内后]"
)
_YEAR_END: Final = re.compile(r"(?P<which>今年|明年|本年?|当年)?年?底(?:之|以)?前")


def last_day(words: str, since: datetime.date | None) -> datetime.date | None:
    """The last day that words such as 自反馈之日起一个月内 or 2026年10月底前 mean, counted from ``since``.

    Null where they name no day: working days (they need the calendar of holidays), or a period without ``since``.
    """
    date = first_date(words, year=since.year if since else None)
    if date is not None:
        return datetime.date.fromisoformat(date.end_iso)
    if since is None:
        return None
    period = _PERIOD.search(words)
    if period is not None:
        return _after(since, period["count"], period["kind"])
    end = _YEAR_END.search(words)
    if end is not None:
        return datetime.date(since.year + (end["which"] == "明年"), 12, 31)
    return None


def _after(since: datetime.date, count: str, kind: str) -> datetime.date | None:
    if kind == "工作日":
        return None
    if "半" in count:
        if count != "半" or kind not in ("月", "年"):
            return None
        return since + datetime.timedelta(days=15) if kind == "月" else _months_after(since, 6)
    number = number_in(count)
    if kind in ("天", "日", "周"):
        return since + datetime.timedelta(days=number * (7 if kind == "周" else 1))
    return _months_after(since, number * {"月": 1, "季度": 3, "年": 12}[kind])


def _months_after(since: datetime.date, months: int) -> datetime.date:
    year, month = divmod(since.year * 12 + since.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(since.day, calendar.monthrange(year, month + 1)[1]))
