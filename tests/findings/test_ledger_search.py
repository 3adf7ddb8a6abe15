"""Search finds what a plain look through all folded text finds, from one character on.

Letters and digits are found where a run of them begins, as the index has them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.findings.listed import WORDS
from xuncha.findings.models import Finding, SearchText
from xuncha.findings.models.search import fold
from xuncha.findings.queries.ledger import LedgerQuery, count, page
from xuncha.findings.queries.ledger import plan as planning
from xuncha.findings.queries.ledger.marking import marked, pieces

ALPHABET = "".join(dict.fromkeys("".join(WORDS) + "卫健局集中14-8003 周砚（%_'\"*"))


def _stands_in(text: str, word: str) -> bool:
    return re.search((r"(?<![a-z0-9])" if re.match("[a-z0-9]", word) else "") + re.escape(word), text) is not None


@pytest.mark.parametrize("bound", [20_000, 2], ids=["few matches", "many matches"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(ALPHABET, min_size=1, max_size=5))
def test_search_is_a_substring_search(
    ledger: list[Finding],
    cast: Any,
    words: str,
    bound: int,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "MOST_COUNTED", bound)
        texts = dict(SearchText.objects.filter(finding__state__in=("draft", "issued")).values_list("finding", "text"))
        expected = {key for key, text in texts.items() if all(_stands_in(text, word) for word in fold(words).split())}
        query = LedgerQuery(words=words)
        assert {row.pk for row in page(cast.staff, query, size=100).rows} == expected
        assert count(cast.staff, query).number == len(expected)


@pytest.mark.parametrize("words", ["卫健局-003", "14-8-集中", "１４－８－卫健局", "drg", "Ａ类"])
def test_numbers_and_widths_and_cases_are_found(ledger: list[Finding], cast: Any, words: str) -> None:
    assert page(cast.staff, LedgerQuery(words=words)).rows


def test_a_unit_finds_only_its_own(ledger: list[Finding], cast: Any, education: Any) -> None:
    found = page(cast.liaison, LedgerQuery(words="的"), size=100).rows
    assert found
    assert count(cast.liaison, LedgerQuery(words="教育局-")).number == 0


@settings(max_examples=100, deadline=None)
@given(text=st.text("ａＢ①ﬁ卫健局 \t-贴㎡", max_size=12), words=st.text("ab1fi卫健贴m2", min_size=1, max_size=2))
def test_marked_words_are_the_found_ones_and_lose_nothing(text: str, words: str) -> None:
    parts = marked(text, [fold(words)])
    assert "".join(part.text for part in parts) == text
    assert any(part.is_found for part in parts) == _stands_in(fold(text), fold(words))


def test_a_piece_shows_where_it_was_found() -> None:
    parts = pieces("甲" * 80 + "津补贴" + "乙" * 80, ["津补贴"], around=10)
    assert "".join(part.text for part in parts) == "…" + "甲" * 10 + "津补贴" + "乙" * 10 + "…"
    assert [part.text for part in parts if part.is_found] == ["津补贴"]
