"""Steps by working days go over weekends and holidays, and make-up workdays count."""

from __future__ import annotations

import datetime

import pytest

from xuncha.rectification.queries.timeline import Rest, days_of_rest, moved, stepped
from xuncha.vocabulary.days import shipped_calendar


def day(words: str) -> datetime.date:
    return datetime.date.fromisoformat(f"2026-{words}")


def test_rest_is_told_stretch_by_stretch_without_make_up_workdays(db: None) -> None:
    found = days_of_rest(day("09-12"), day("10-11"))
    assert [(rest.first, rest.last, rest.name) for rest in found] == [
        (day("09-12"), day("09-13"), ""),
        # The 20th is worked for the holiday.
        (day("09-19"), day("09-19"), ""),
        (day("09-25"), day("09-27"), "中秋节"),
        (day("10-01"), day("10-07"), "国庆节"),
        (day("10-11"), day("10-11"), ""),
    ]
    assert isinstance(found[0], Rest)


@pytest.mark.parametrize(
    ("start", "by", "end"),
    [
        ("09-18", 1, "09-20"),
        ("09-30", 1, "10-08"),
        ("10-08", -1, "09-30"),
        ("10-03", 0, "10-03"),
        ("09-21", -2, "09-18"),
    ],
)
def test_a_step_is_a_working_day(start: str, by: int, end: str) -> None:
    assert stepped(shipped_calendar(), day(start), by) == day(end)


def test_a_bar_moves_whole_or_by_its_end_which_stays_behind_its_beginning() -> None:
    work = shipped_calendar()
    assert moved(work, day("09-15"), day("09-18"), 1, end_only=False) == (day("09-16"), day("09-20"))
    assert moved(work, day("09-15"), day("09-18"), 1, end_only=True) == (day("09-15"), day("09-20"))
    assert moved(work, day("09-15"), day("09-16"), -5, end_only=True) == (day("09-15"), day("09-15"))
    assert moved(work, None, day("09-18"), -1, end_only=False) == (None, day("09-17"))
