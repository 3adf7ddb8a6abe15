"""Dates as papers write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuncha.documents.values.dates import find_dates, first_date


@pytest.mark.parametrize(
    ("words", "iso", "end_iso"),
    [
        ("2031年6月12日", "2031-06-12", "2031-06-12"),
        ("2031 年 6 月 12 日", "2031-06-12", "2031-06-12"),
        ("2031.6.12", "2031-06-12", "2031-06-12"),
        ("2031-06-12 09:30", "2031-06-12", "2031-06-12"),
        ("二〇三一年六月十二日", "2031-06-12", "2031-06-12"),
        ("二○三一年十二月二十一日", "2031-12-21", "2031-12-21"),
        ("2031年4月底", "2031-04", "2031-04-30"),
        ("2031年2月上旬", "2031-02", "2031-02-10"),
        ("2031年底", "2031", "2031-12-31"),
    ],
)
def test_a_written_date_is_found_with_its_last_day(words: str, iso: str, end_iso: str) -> None:
    date = first_date(f"应于{words}前完成")
    assert date is not None
    assert (date.iso, date.end_iso, date.start) == (iso, end_iso, 2)


def test_a_date_without_a_year_needs_one() -> None:
    assert first_date("6月12日反馈") is None
    date = first_date("6月12日反馈", year=2031)
    assert date is not None and date.iso == "2031-06-12"


@pytest.mark.parametrize("words", ["2031年2月30日", "2031.13.1", "1.2.3", "编号20310612", "版本2031.6.12.4"])
def test_what_no_calendar_holds_is_no_date(words: str) -> None:
    assert not [date for date in find_dates(words) if date.precision == "day"]


@given(st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2150, 1, 1)))
def test_every_day_reads_back(day: dt.date) -> None:
    year, month, number = str(day).split("-")
    date = first_date(f"{year}年{int(month)}月{int(number)}日")
    assert date is not None and date.iso == str(day)
