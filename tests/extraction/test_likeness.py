"""Likeness lets parts of phrases speak where no whole phrase is met."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xuncha.extraction.classify import classify
from xuncha.extraction.likeness import likeness


def test_an_unusual_wording_is_like_the_category_whose_parts_it_shares() -> None:
    scores = likeness(None).of("组织生活凑数")
    assert max(scores, key=lambda code: scores[code]) == "party.organisation"


def test_words_that_no_phrase_shares_are_like_nothing() -> None:
    assert set(likeness(None).of("QWERTY").values()) == {0.0}


def test_the_parts_that_speak_are_given_as_reasons() -> None:
    words = likeness(None).words("组织生活凑数", "party.organisation")
    assert words and all(word in "组织生活凑数" for word in words)


@given(st.text(max_size=60))
def test_scores_stand_around_zero_and_nothing_is_learnt_from_what_is_asked(text: str) -> None:
    first = likeness(None).of(text)
    assert abs(sum(first.values())) < 1e-6
    assert likeness(None).of(text) == first
    assert classify(text) == classify(text)
