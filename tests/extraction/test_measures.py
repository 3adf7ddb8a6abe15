"""Measures, apart from status, prospects and mere results."""

from __future__ import annotations

import pytest

from xuncha.extraction.measures import first_measure, measures
from xuncha.extraction.model import Span
from xuncha.extraction.prose import Prose


def told(text: str, *, results: bool = False) -> list[str]:
    prose = Prose(text)
    return [prose.words(span) for span in measures(prose, Span(0, len(text)), results=results)]


def test_enumerated_measures_are_one_each() -> None:
    assert told("一是重排议事清单，逐项上会；二是补齐会议纪要9份。该问题已整改完成。") == [
        "重排议事清单，逐项上会",
        "补齐会议纪要9份",
    ]


def test_a_sentence_that_strings_acts_is_cut_before_each_verb() -> None:
    assert told("县教育局追回补助3.2万元，约谈校长2名，出台《食堂采购办法》。") == [
        "追回补助3.2万元",
        "约谈校长2名",
        "出台《食堂采购办法》",
    ]


@pytest.mark.parametrize(
    "text", ["已完成。", "该问题正在整改。", "其余4户预计年底前办结。", "仍在施工中。", "整改类型为“立行立改”。"]
)
def test_status_and_prospects_are_no_measures(text: str) -> None:
    assert told(text) == []


def test_figures_that_only_compare_count_as_results_alone() -> None:
    text = "群众投诉降到6件"
    assert told(text) == []
    assert told(text, results=True) == [text]


def test_facts_come_before_what_was_done() -> None:
    text = "抽查30份案卷，11份没有送达回证。对11份案卷逐件补正，组织法规测试两次。"
    prose = Prose(text)
    assert first_measure(prose, prose.sentences(Span(0, len(text)))) == 1
