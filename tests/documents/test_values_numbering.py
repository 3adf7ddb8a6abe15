"""Numbering and numerals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuncha.documents.values.numbering import chinese_to_int, marker_at, to_chinese


@pytest.mark.parametrize(
    ("words", "text", "ordinal"),
    [
        ("一、总体情况", "一", 1),
        ("十二、附则", "十二", 12),
        ("壹、概况", "壹", 1),
        ("（三）责任落实", "(三)", 3),
        ("( 三 ) 责任落实", "(三)", 3),
        ("㈠责任", "㈠", 1),
        ("1.账目不清", "1", 1),
        ("1．账目不清", "1", 1),
        ("12、账目不清", "12", 12),
        ("3) 账目不清", "3", 3),
        ("1 账目不清", "1", 1),
        ("（2）账目不清", "(2)", 2),
        ("①账目不清", "①", 1),
        ("⑴账目不清", "⑴", 1),
        ("一是学习不深", "一是", 1),
        ("二要抓紧", "二要", 2),
        ("第一，提高认识", "第一", 1),
        ("第三层,久久为功", "第三层", 3),
        ("问题1：账目不清", "问题1", 1),
        ("第二部分 整改情况", "第二部分", 2),
        ("首先，提高认识", "首先", 1),
        ("其次,抓落实", "其次", 2),
        ("此外，还有", "此外", 0),
    ],
)
def test_markers_as_paths_keep_them(words: str, text: str, ordinal: int) -> None:
    marker = marker_at(words)
    assert marker is not None
    assert (marker.text, marker.ordinal) == (text, ordinal)
    assert 0 < marker.end < len(words)


@pytest.mark.parametrize(
    "words",
    [
        "2031年以来",
        "1.8倍",
        "3.5%",
        "12.864万元",
        "一是一二是二",
        "一方面",
        "一时间",
        "第一批",
        "十分突出",
        "2.1小节",
        "",
    ],
)
def test_ordinary_words_are_no_markers(words: str) -> None:
    assert marker_at(words) is None


@given(st.integers(0, 10**12 - 1))
def test_a_numeral_reads_back_as_its_number(number: int) -> None:
    assert chinese_to_int(to_chinese(number)) == number


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("一百零三", 103),
        ("廿一", 21),
        ("二〇三一", 2031),
        ("两万", 20000),
        ("三百五", 350),
        ("壹拾贰", 12),
        ("无", 0),
        ("", 0),
    ],
)
def test_numerals_as_they_are_written(words: str, number: int) -> None:
    assert chinese_to_int(words) == number


@given(st.text(alphabet="一二三十第是要、（）().1２①问题部分 ", max_size=12))
def test_a_marker_lies_within_its_text(words: str) -> None:
    marker = marker_at(words)
    assert marker is None or 0 < marker.end <= len(words)
