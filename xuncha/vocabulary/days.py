"""Working days and the days on which time runs out: pure arithmetic over a calendar that is data.

Source of the rules of counting: 民法典 articles 201 (the first day does not count), 202 (months end on the day of the
same number, else on the last of the month) and 203 (a last day that is a holiday moves to the day after it).
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from xuncha.vocabulary.loading import load

ONE_DAY: Final = datetime.timedelta(days=1)


class TimeUnit(StrEnum):
    """What an amount of time is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


class OnRest(StrEnum):
    """What becomes of a last day that is one of rest."""

    NEXT = "next"
    PREVIOUS = "previous"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """工作日历: which days are worked.

    ``rest_weekdays``: 1 Monday … 7 Sunday. ``off``: holidays, whatever the weekday. ``worked``: make-up workdays (调休
    上班). A day in both is off. Errors: `ValueError` where no weekday is left to work on.
    """

    rest_weekdays: frozenset[int] = frozenset({6, 7})
    off: frozenset[datetime.date] = frozenset()
    worked: frozenset[datetime.date] = frozenset()

    def __post_init__(self) -> None:
        if not set(range(1, 8)) - self.rest_weekdays:
            raise ValueError("no weekday is left to work on")

    def is_working(self, day: datetime.date) -> bool:
        """Whether the day is worked."""
        if day in self.off:
            return False
        return day in self.worked or day.isoweekday() not in self.rest_weekdays

    def working_on_or_after(self, day: datetime.date) -> datetime.date:
        """The day itself, or the first worked one after it."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def working_on_or_before(self, day: datetime.date) -> datetime.date:
        """The day itself, or the last worked one before it."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def add_working_days(self, day: datetime.date, number: int) -> datetime.date:
        """The ``number``-th worked day after ``day``, which does not count; ``day`` itself for 0."""
        for _ in range(number):
            day = self.working_on_or_after(day + ONE_DAY)
        return day

    def working_days_between(self, after: datetime.date, until: datetime.date) -> int:
        """How many days are worked after one day until another, that one included; 0 when it lies before."""
        span = max((until - after).days, 0)
        return sum(self.is_working(after + i * ONE_DAY) for i in range(1, span + 1))


@dataclass(frozen=True, slots=True)
class Counting:
    """How a time is counted: ``amount`` of ``unit``, from the day after its base or from that day on."""

    amount: int
    unit: TimeUnit
    from_next_day: bool = True
    on_rest: OnRest = OnRest.NEXT


def due_on(counting: Counting, base: datetime.date, work: WorkCalendar) -> datetime.date:
    """到期日: the last day of a time that runs from ``base``.

    An amount of 0 ends on the base itself. A time in working days ends on a worked day always; any other, as
    ``on_rest`` says.
    """
    # Where the base day counts, the time ends where it would from the day before.
    start = base if counting.from_next_day or counting.amount == 0 else base - ONE_DAY
    if counting.unit == TimeUnit.WORKING_DAYS:
        return work.working_on_or_after(work.add_working_days(start, counting.amount))
    if counting.unit == TimeUnit.MONTHS:
        day = _months_after(base, counting.amount) - (base - start)
    else:
        day = start + counting.amount * ONE_DAY
    if counting.on_rest == OnRest.NEXT:
        return work.working_on_or_after(day)
    return work.working_on_or_before(day) if counting.on_rest == OnRest.PREVIOUS else day


def _months_after(day: datetime.date, number: int) -> datetime.date:
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True)
class Alert:
    """预警: from how many days left on (negative: overdue by that many), in which colour and word, who is told."""

    days_left: int
    colour: str
    word: str
    word_en: str = ""
    recipients: tuple[str, ...] = ()


def alert_at(alerts: Iterable[Alert], due: datetime.date, today: datetime.date) -> Alert | None:
    """The alert that holds today, the narrowest of those reached; null when none is."""
    left = (due - today).days
    reached = [alert for alert in alerts if left <= alert.days_left]
    return min(reached, key=lambda alert: alert.days_left, default=None)


@dataclass(frozen=True, slots=True)
class ShippedDay:
    """A day that differs from its weekday, as shipped: off, or worked."""

    day: datetime.date
    is_off: bool
    name: str
    name_en: str
    source: str


def shipped_days() -> list[ShippedDay]:
    """The holidays and make-up workdays that come with the program, by day."""
    found = []
    for entry in load("holidays")["holidays"]:
        told = entry["name"], entry["name_en"], entry["source"]
        span = (entry["last"] - entry["first"]).days
        found += [ShippedDay(entry["first"] + i * ONE_DAY, True, *told) for i in range(span + 1)]
        found += [ShippedDay(day, False, *told) for day in entry["worked"]]
    return sorted(found, key=lambda each: each.day)


def shipped_calendar() -> WorkCalendar:
    """The calendar that comes with the program."""
    days = shipped_days()
    return WorkCalendar(
        frozenset(load("holidays")["rest_weekdays"]),
        frozenset(each.day for each in days if each.is_off),
        frozenset(each.day for each in days if not each.is_off),
    )
