"""A due date follows the calendar: laws that hold for every rule, and examples from the years that are shipped."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuncha.vocabulary.days import (
    Alert,
    Counting,
    OnRest,
    TimeUnit,
    WorkCalendar,
    alert_at,
    due_on,
    shipped_calendar,
    shipped_days,
)

SHIPPED = shipped_calendar()
day = datetime.date
days = st.dates(day(2023, 12, 1), day(2028, 4, 1))
few_days = st.frozensets(st.dates(day(2024, 1, 1), day(2027, 12, 31)), max_size=30)
calendars = st.just(SHIPPED) | st.builds(
    WorkCalendar, st.frozensets(st.integers(1, 7), max_size=6), off=few_days, worked=few_days
)
countings = st.builds(Counting, st.integers(0, 90), st.sampled_from(TimeUnit), st.booleans(), st.sampled_from(OnRest))


@given(countings, days, days, calendars)
def test_who_begins_later_is_not_due_earlier(counting: Counting, first: day, second: day, work: WorkCalendar) -> None:
    first, second = sorted((first, second))
    assert due_on(counting, first, work) <= due_on(counting, second, work)


@given(countings, st.integers(0, 30), days, calendars)
def test_more_time_is_not_due_earlier(counting: Counting, more: int, base: day, work: WorkCalendar) -> None:
    if counting.amount == 0:
        # The base itself is the end, whether it counts or not.
        counting = Counting(1, counting.unit, counting.from_next_day, counting.on_rest)
    longer = Counting(counting.amount + more, counting.unit, counting.from_next_day, counting.on_rest)
    assert due_on(counting, base, work) <= due_on(longer, base, work)


@given(st.integers(0, 60), st.booleans(), st.sampled_from(OnRest), days, calendars)
def test_a_time_in_working_days_ends_on_one(
    amount: int, from_next_day: bool, on_rest: OnRest, base: day, work: WorkCalendar
) -> None:
    assert work.is_working(due_on(Counting(amount, TimeUnit.WORKING_DAYS, from_next_day, on_rest), base, work))


@given(countings, days, calendars)
def test_what_moves_off_a_day_of_rest_ends_on_a_worked_day(counting: Counting, base: day, work: WorkCalendar) -> None:
    if counting.on_rest != OnRest.KEEP:
        assert work.is_working(due_on(counting, base, work))


@given(st.integers(0, 60), days, calendars)
def test_what_was_added_is_what_is_counted(number: int, base: day, work: WorkCalendar) -> None:
    assert work.working_days_between(base, work.add_working_days(base, number)) == number


@given(days, days, days, calendars)
def test_working_days_add_up(first: day, second: day, third: day, work: WorkCalendar) -> None:
    first, second, third = sorted((first, second, third))
    between = work.working_days_between
    assert between(first, second) + between(second, third) == between(first, third)


@pytest.mark.parametrize(
    ("base", "amount", "due"),
    [
        # Spring Festival 2026: the 14th and the 28th of February are worked Saturdays.
        (day(2026, 2, 13), 1, day(2026, 2, 14)),
        (day(2026, 2, 13), 2, day(2026, 2, 24)),
        (day(2026, 2, 13), 6, day(2026, 2, 28)),
        (day(2026, 2, 13), 7, day(2026, 3, 2)),
        # National Day 2025: worked Sunday the 28th of September, worked Saturday the 11th of October.
        (day(2025, 9, 26), 1, day(2025, 9, 28)),
        (day(2025, 9, 30), 1, day(2025, 10, 9)),
        (day(2025, 9, 30), 3, day(2025, 10, 11)),
        # Feedback on 26 August 2026: fifteen working days, over a worked Sunday and Mid-Autumn.
        (day(2026, 8, 26), 15, day(2026, 9, 16)),
        (day(2026, 9, 18), 6, day(2026, 9, 28)),
        # New Year 2026: the first three days off, Sunday the 4th worked.
        (day(2025, 12, 31), 1, day(2026, 1, 4)),
    ],
)
def test_working_days_follow_the_notices(base: day, amount: int, due: day) -> None:
    assert due_on(Counting(amount, TimeUnit.WORKING_DAYS), base, SHIPPED) == due


@pytest.mark.parametrize(
    ("base", "amount", "unit", "from_next_day", "on_rest", "due"),
    [
        # A month without that day ends on its last; in a leap year on the 29th.
        (day(2025, 11, 30), 3, TimeUnit.MONTHS, True, OnRest.KEEP, day(2026, 2, 28)),
        (day(2027, 11, 30), 3, TimeUnit.MONTHS, True, OnRest.KEEP, day(2028, 2, 29)),
        (day(2028, 2, 29), 12, TimeUnit.MONTHS, True, OnRest.KEEP, day(2029, 2, 28)),
        (day(2026, 8, 26), 3, TimeUnit.MONTHS, True, OnRest.KEEP, day(2026, 11, 26)),
        (day(2026, 8, 26), 3, TimeUnit.MONTHS, False, OnRest.KEEP, day(2026, 11, 25)),
        # 30 days from 1 September 2026 end in the National Day week.
        (day(2026, 9, 1), 30, TimeUnit.DAYS, True, OnRest.KEEP, day(2026, 10, 1)),
        (day(2026, 9, 1), 30, TimeUnit.DAYS, True, OnRest.NEXT, day(2026, 10, 8)),
        (day(2026, 9, 1), 30, TimeUnit.DAYS, True, OnRest.PREVIOUS, day(2026, 9, 30)),
        (day(2026, 9, 1), 30, TimeUnit.DAYS, False, OnRest.KEEP, day(2026, 9, 30)),
        (day(2026, 11, 26), 0, TimeUnit.DAYS, True, OnRest.NEXT, day(2026, 11, 26)),
    ],
)
def test_days_and_months_end_where_the_code_says(
    base: day, amount: int, unit: TimeUnit, from_next_day: bool, on_rest: OnRest, due: day
) -> None:
    assert due_on(Counting(amount, unit, from_next_day, on_rest), base, SHIPPED) == due


def test_the_shipped_years_hold_as_many_days_as_the_notices_say() -> None:
    shipped = shipped_days()
    off = {year: sum(each.is_off and each.day.year == year for each in shipped) for year in (2025, 2026)}
    worked = {year: sum(not each.is_off and each.day.year == year for each in shipped) for year in (2025, 2026)}
    assert off == {2025: 28, 2026: 33}
    assert worked == {2025: 5, 2026: 6}
    assert all(each.source for each in shipped)
    # A make-up workday is a weekend; each stands once.
    assert all(each.day.isoweekday() in (6, 7) for each in shipped if not each.is_off)
    assert len({each.day for each in shipped}) == len(shipped)


def test_the_narrowest_alert_that_was_reached_holds() -> None:
    green, yellow, red = Alert(20, "green", "提醒"), Alert(10, "yellow", "将到期"), Alert(-1, "red", "超期")
    due = day(2026, 11, 26)
    held = [alert_at((red, green, yellow), due, due - datetime.timedelta(days=left)) for left in (21, 20, 10, 0, -1)]
    assert held == [None, green, yellow, yellow, red]


def test_a_calendar_without_work_is_none() -> None:
    with pytest.raises(ValueError, match="no weekday"):
        WorkCalendar(frozenset(range(1, 8)))
