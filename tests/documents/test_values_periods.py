"""Periods after an event."""

from __future__ import annotations

import datetime

import pytest

from xuncha.documents.values.periods import last_day

SINCE = datetime.date(2026, 8, 31)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("自反馈之日起一个月内", "2026-09-30"),
        ("收到反馈意见后两个月内", "2026-10-31"),
        ("15日内", "2026-09-15"),
        ("两周之内", "2026-09-14"),
        ("半个月内", "2026-09-15"),
        ("半年内", "2027-02-28"),
        ("一年半内", None),
        ("一年内", "2027-08-31"),
        ("六个月内", "2027-02-28"),
        ("15个工作日内", None),
        ("2026年10月底前", "2026-10-31"),
        ("11月20日前", "2026-11-20"),
        ("年底前", "2026-12-31"),
        ("明年年底前", "2027-12-31"),
        ("立即", None),
        ("", None),
    ],
)
def test_the_last_day_that_is_meant(words: str, day: str | None) -> None:
    assert last_day(words, SINCE) == (datetime.date.fromisoformat(day) if day else None)


def test_a_period_needs_its_beginning_and_a_date_does_not() -> None:
    assert last_day("一个月内", None) is None
    assert last_day("2026年10月20日前", None) == datetime.date(2026, 10, 20)
