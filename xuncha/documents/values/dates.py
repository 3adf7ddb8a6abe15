"""Dates as Chinese papers write them: 2025年6月12日, 2025.6.12, 二〇二五年六月, 6月12日 of a known year."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from xuncha.documents.values.numbering import number_in

Precision = Literal["day", "month", "year"]

_CN = "[一二三四五六七八九十廿卅元]{1,4}"
_YEAR = r"(?P<year>[12]\d{3}|[一二][〇零○ＯO一二三四五六七八九]{3})\s?年"
_MONTH = rf"(?P<month>\d{{1,2}}|{_CN})\s?月份?"
_DAY = rf"(?P<day>\d{{1,2}}|{_CN})\s?[日号]"
_PART = r"(?P<part>底|末|初|上旬|中旬|下旬)?"
_WRITTEN = re.compile(rf"(?<!\d){_YEAR}(?:度|\s?{_MONTH}(?:\s?{_DAY}|{_PART})|(?P<year_end>年?[底末初]))?")
_POINTED = re.compile(
    r"(?<![\d.])(?P<year>20\d\d|19\d\d)\s?(?P<sign>[-./．])\s?(?P<month>0?[1-9]|1[0-2])"
    r"(?:\s?(?P=sign)\s?(?P<day>0?[1-9]|[12]\d|3[01]))(?![\d.]\d|\d)"
)
_SHORT = re.compile(rf"(?<![\d年一二三四五六七八九十]){_MONTH}(?:\s?{_DAY}|{_PART})")


@dataclass(frozen=True, slots=True)
class Date:
    """A date in a text: ``start:end`` in code points; ``iso`` is YYYY-MM-DD, YYYY-MM or YYYY by ``precision``.

    ``end_iso`` is the last day that is meant (月底, 上旬, the whole month or year), for due dates.
    """

    start: int
    end: int
    iso: str
    end_iso: str
    precision: Precision


def find_dates(text: str, *, year: int | None = None) -> list[Date]:
    """The dates in ``text`` in order; with ``year`` also those without a year (6月12日), else these are left out."""
    dates = [*_matches(_WRITTEN, text, None), *_matches(_POINTED, text, None)]
    if year is not None:
        taken = {offset for date in dates for offset in range(date.start, date.end)}
        dates += [date for date in _matches(_SHORT, text, year) if date.start not in taken]
    return sorted(dates, key=lambda date: date.start)


def first_date(text: str, *, year: int | None = None) -> Date | None:
    """The first date in ``text``; null without one."""
    return next(iter(find_dates(text, year=year)), None)


def _matches(pattern: re.Pattern[str], text: str, year: int | None) -> Iterator[Date]:
    for found in pattern.finditer(text):
        parts = found.groupdict()
        date = _date(
            found.start(),
            found.end(),
            year=year if year is not None else _number(parts["year"]),
            month=_number(parts.get("month")),
            day=_number(parts.get("day")),
            part=parts.get("part") or "",
        )
        if date is not None:
            yield date


def _number(words: str | None) -> int:
    return 1 if words == "元" else number_in((words or "").replace("O", "〇").replace("Ｏ", "〇"))


def _date(start: int, end: int, *, year: int, month: int, day: int, part: str) -> Date | None:
    if not 1900 <= year <= 2199:
        return None
    if not month:
        return Date(start, end, f"{year}", f"{year}-12-31", "year")
    if month > 12:
        return None
    last = calendar.monthrange(year, month)[1]
    if day:
        iso = f"{year}-{month:02}-{day:02}"
        return Date(start, end, iso, iso, "day") if day <= last else None
    until = {"初": 10, "上旬": 10, "中旬": 20}.get(part, last)
    return Date(start, end, f"{year}-{month:02}", f"{year}-{month:02}-{until:02}", "month")
