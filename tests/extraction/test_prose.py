"""Prose is cut by offsets, and nothing is lost but stops and white space."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuncha.extraction.model import Span
from xuncha.extraction.prose import CLAUSE_ENDS, COMMAS, SENTENCE_ENDS, Prose

PROSE = st.text(alphabet="一是党建，。；：“”（）《》、 \n12.,;ab", max_size=120)


def words(text: str, delimiters: str) -> list[str]:
    prose = Prose(text)
    return [prose.words(span) for span in prose.cut(Span(0, len(text)), delimiters)]


def test_sentences_end_at_full_stops_and_lines() -> None:
    assert words("台账不全。有两项未登记\n无人过问！", SENTENCE_ENDS) == ["台账不全", "有两项未登记", "无人过问"]


def test_a_stop_inside_a_quotation_parts_nothing() -> None:
    assert words("群众说“等一等。再看看”，没有下文。", SENTENCE_ENDS) == ["群众说“等一等。再看看”，没有下文"]


def test_a_quotation_taken_by_itself_is_cut_inside() -> None:
    text = "针对“巡河走过场。抽查三段无记录”的问题"
    prose, start = Prose(text), text.index("巡")
    inside = Span(start, text.index("”"))
    assert [prose.words(span) for span in prose.sentences(inside)] == ["巡河走过场", "抽查三段无记录"]


def test_the_comma_of_thousands_parts_no_clause() -> None:
    assert words("涉及资金4,217万元,至今未还", COMMAS) == ["涉及资金4,217万元", "至今未还"]


def test_an_unclosed_quotation_does_not_swallow_the_rest() -> None:
    assert words("一句“没有合上。又一句", SENTENCE_ENDS) == ["一句“没有合上", "又一句"]


@given(PROSE)
def test_the_pieces_stand_in_order_inside_the_text_and_are_trimmed(text: str) -> None:
    prose = Prose(text)
    pieces = list(prose.cut(Span(0, len(text)), CLAUSE_ENDS + COMMAS))
    assert all(piece.start < piece.end for piece in pieces)
    assert all(left.end <= right.start for left, right in pairwise(pieces))
    assert all(prose.trim(piece) == piece for piece in pieces)


@given(PROSE, st.sampled_from([SENTENCE_ENDS, CLAUSE_ENDS, COMMAS]))
def test_cutting_loses_no_character_but_stops_and_white_space(text: str, delimiters: str) -> None:
    kept = "".join(words(text, delimiters))
    dropped = set(" \t\n\r\u3000，,。；;：:、.．！？!?")
    assert [sign for sign in kept if sign not in dropped] == [sign for sign in text if sign not in dropped]


@pytest.mark.parametrize("text", ["", "。", "，，，", " \n "])
def test_nothing_is_cut_out_of_nothing(text: str) -> None:
    assert words(text, CLAUSE_ENDS + COMMAS) == []
