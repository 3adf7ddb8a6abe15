"""The days of a plan's timeline: which are of rest and what they are called, and where a step by working days leads."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from xuncha.rulebook import queries as rulebook
from xuncha.vocabulary.days import ONE_DAY, WorkCalendar


@dataclass(frozen=True, slots=True)
class Rest:
    """A stretch of days of rest, both ends included; ``name`` is that of the holiday, empty for a weekend."""

    first: datetime.date
    last: datetime.date
    name: str = ""
    name_en: str = ""


def days_of_rest(first: datetime.date, last: datetime.date) -> list[Rest]:
    """What is not worked between two days, stretch by stretch; make-up workdays are no rest. In two queries."""
    rest = rulebook.weekdays(rulebook.work_week().rest_weekdays)
    named = {each.day: each for each in rulebook.holidays()}
    work = rulebook.calendar_of(rest, named.values())
    found: list[Rest] = []
    for i in range((last - first).days + 1):
        day = first + i * ONE_DAY
        if work.is_working(day):
            continue
        holiday = named.get(day)
        name, name_en = (holiday.name, holiday.name_en) if holiday is not None and holiday.is_off else ("", "")
        if found and found[-1].last == day - ONE_DAY and found[-1].name == name:
            found[-1] = Rest(found[-1].first, day, name, name_en)
        else:
            found.append(Rest(day, day, name, name_en))
    return found


def stepped(work: WorkCalendar, day: datetime.date, by: int) -> datetime.date:
    """The day so many working days later, or earlier where ``by`` is negative."""
    if by >= 0:
        return work.add_working_days(day, by)
    for _ in range(-by):
        day = work.working_on_or_before(day - ONE_DAY)
    return day


def moved(
    work: WorkCalendar, starts_on: datetime.date | None, due_on: datetime.date, by: int, *, end_only: bool
) -> tuple[datetime.date | None, datetime.date]:
    """A bar moved by working days, or its end alone, which never comes before its beginning."""
    due = stepped(work, due_on, by)
    if starts_on is None:
        return None, due
    if end_only:
        return starts_on, max(due, starts_on)
    return stepped(work, starts_on, by), due
