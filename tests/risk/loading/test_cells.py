"""A cell is read as people write it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from xuncha.risk.loading import cells
from xuncha.risk.schema import Column, tables


def _column(table: str, name: str) -> Column:
    return tables()[table].columns[name]


def _read(column: Column, words: str, scale: int = 1) -> Any:
    bare = f"SELECT {cells.bare('c', has_wide=True)} AS b FROM (SELECT ?::VARCHAR AS c)"
    inner = f"SELECT p, {cells.cleaned('p')} AS n FROM (SELECT {cells.plain('b')} AS p FROM ({bare}))"
    row = duckdb.execute(f"SELECT {cells.typed(column, 'p', 'n', scale)} FROM ({inner})", [words]).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    "words",
    ["2024-03-05", "2024-3-5", "2024/3/5", "2024年3月5日", "20240305", "2024.3.5", "45356", "45356.75", " 2024-03-05 00:00:00 ",
     "2024-03-05T23:30:00+08:00", "２０２４-０３-０５"],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(words: str) -> None:
    assert _read(_column("contracts", "sign_date"), words) == dt.date(2024, 3, 5)


@pytest.mark.parametrize("words", ["2024-02-30", "24/3/5", "infinity", "epoch", "now", "12", "三月五日", "99999-01-01"])
def test_what_is_no_date_is_none(words: str) -> None:
    assert _read(_column("contracts", "sign_date"), words) is None


@pytest.mark.parametrize(
    ("words", "amount"),
    [("1234.5", "1234.50"), ("¥1,234.50", "1234.50"), ("￥1，234．50元", "1234.50"), ("１２３４", "1234.00"), ("1.2万元", "12000.00"),
     ("0.5亿", "50000000.00"), ("1.5e3", "1500.00"), ("-3", "-3.00"), ("(1,200.00)", "-1200.00")],
)  # fmt: skip
def test_money_is_read_to_the_cent(words: str, amount: str) -> None:
    assert _read(_column("contracts", "amount"), words) == Decimal(amount)


@pytest.mark.parametrize("words", ["十万", "1.2.3", "nan%", "1e30", "0x10", "12吨"])
def test_what_is_no_money_is_none(words: str) -> None:
    assert _read(_column("contracts", "amount"), words) is None


def test_a_head_in_ten_thousands_scales_before_it_rounds() -> None:
    assert _read(_column("contracts", "amount"), "1.23456789", 10_000) == Decimal("12345.68")


def test_a_whole_number_with_a_fraction_is_none() -> None:
    assert _read(_column("funds", "fund_year"), "2024.0") == 2024
    assert _read(_column("funds", "fund_year"), "2024.5") is None
    assert _read(_column("expenses", "invoice_no"), "24312000000012345678") == Decimal("24312000000012345678")


def test_times_are_compared_as_instants() -> None:
    column = _column("tenders", "bid_end")
    assert _read(column, "2024-03-05T10:00:00+08:00") == dt.datetime(2024, 3, 5, 10)
    assert _read(column, "2024-03-05T02:00:00Z") == dt.datetime(2024, 3, 5, 10)
    assert _read(column, "2024-03-05 10:00") == dt.datetime(2024, 3, 5, 10)
    assert _read(column, "45356.4166666667") == dt.datetime(2024, 3, 5, 10)
    assert _read(column, "2024年3月5日") == dt.datetime(2024, 3, 5)


def test_a_month_is_its_first_day() -> None:
    column = _column("payroll", "pay_month")
    for words in ("2024-03", "2024/3", "2024年3月", "202403", "2024-03-15", "2024年3月15日"):
        assert _read(column, words) == dt.date(2024, 3, 1), words


def test_words_for_one_thing_are_one_value() -> None:
    assert [_read(_column("tenders", "method"), words) for words in ("open", "OPEN", "公开招标", "抽签")] == [
        "open",
        "open",
        "open",
        None,
    ]
    assert [_read(_column("kin", "relation"), words) for words in ("父亲", "parent")] == ["parent", "parent"]
    assert [_read(_column("branches", "has_committee"), words) for words in ("是", "0", "True", "或许")] == [
        True,
        False,
        True,
        None,
    ]


def test_a_cell_that_says_nothing_is_empty() -> None:
    for words in ("", "  ", "\u3000", "-", "——", "NULL", "#N/A"):
        bare = f"SELECT {cells.bare('?', has_wide=False)} AS b"
        row = duckdb.execute(f"SELECT {cells.plain('b')} FROM ({bare})", [words]).fetchone()
        assert row == (None,), words


def test_a_share_may_be_a_percentage() -> None:
    assert _read(_column("shareholders", "share"), "25%") == Decimal("0.250000")
