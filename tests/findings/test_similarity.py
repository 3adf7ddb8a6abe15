"""Whether two statements are one problem: measured on invented pairs, and what holds of every pair."""

from __future__ import annotations

import tomllib
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xuncha.findings import similarity

FAMILIES = tomllib.loads((Path(__file__).parent / "similarity_pairs.toml").read_text("utf-8"))["families"]
_texts = st.text("村镇公务接待超标资金拨付不及时未按规定12.5万元，、（） ", max_size=40)


def measured(held_out: bool) -> tuple[float, float]:
    """The share of pairs that are one problem and are shown, and of pairs that are two and are shown too."""
    families = [family for family in FAMILIES if family.get("held_out", False) is held_out]
    same = [pair for family in families for hands in family["problems"] for pair in combinations(hands, 2)]
    other = [
        pair for family in families for a, b in combinations(family["problems"], 2) for pair in product(a[:2], b[:2])
    ]
    likely = similarity.likely()
    return (
        sum(similarity.likeness(*pair) >= likely for pair in same) / len(same),
        sum(similarity.likeness(*pair) >= likely for pair in other) / len(other),
    )


@pytest.mark.parametrize(("held_out", "found", "wrong"), [(False, 0.85, 0.05), (True, 0.65, 0.05)])
def test_other_hands_of_a_problem_are_found_and_other_problems_are_not(
    held_out: bool, found: float, wrong: float
) -> None:
    told = measured(held_out)
    assert told[0] >= found and told[1] <= wrong, told


def test_the_same_words_are_the_same_whatever_their_signs() -> None:
    assert similarity.likeness("公务接待超标准12次", "公务接待　超标准１２次。") == 1


def test_other_amounts_speak_for_two_problems() -> None:
    same = similarity.likeness("拖欠接待费18.6万元", "接待费18.6万元没有支付")
    other = similarity.likeness("拖欠接待费18.6万元", "接待费3.2万元没有支付")
    assert same > other


def test_what_two_statements_share_is_shown_in_its_place() -> None:
    shared = similarity.why("公务接待超标准12次", "存在公务接待超标准的问题")
    assert [each.words for each in shared] == ["公务接待超标准"]
    assert shared[0].second == (2, 9)


def test_keys_of_other_scopes_never_meet() -> None:
    words = "公务接待超标准12次"
    keys = {similarity.scope(1, 2), similarity.scope(1, 3), similarity.scope(2, 2), similarity.scope(1, None)}
    assert len(keys) == 4
    sketches = [set(similarity.sketch(words, each)) for each in keys]
    assert all(a.isdisjoint(b) for a, b in combinations(sketches, 2))


@settings(max_examples=60, deadline=None)
@given(a=_texts, b=_texts)
def test_likeness_is_symmetric_and_between_nothing_and_one(a: str, b: str) -> None:
    alike = similarity.likeness(a, b)
    assert 0 <= alike <= 1
    assert alike == similarity.likeness(b, a)


@settings(max_examples=60, deadline=None)
@given(text=_texts)
def test_a_statement_is_found_by_its_own_words(text: str) -> None:
    assert similarity.likeness(text, text) == 1
    sketch = set(similarity.sketch(text, 5))
    assert len(sketch) <= similarity.STORED_KEYS
    assert not sketch or not sketch.isdisjoint(similarity.probes(text, 5))
