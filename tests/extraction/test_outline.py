"""The numbered tree of a paper."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.extraction.composing import document
from xuncha.extraction.outline import Node, outline


def paths(*paragraphs: str) -> list[str]:
    found: list[str] = []

    def walk(node: Node) -> None:
        for child in node.children:
            found.append("/".join(child.path))
            walk(child)

    walk(outline(document(*paragraphs)))
    return found


def test_the_usual_four_levels_nest() -> None:
    assert paths("一、总体情况", "（一）党建方面", "1.学习不够。", "（1）笔记代抄。", "2.党课少。", "二、要求") == [
        "一",
        "一/(一)",
        "一/(一)/1",
        "一/(一)/1/(1)",
        "一/(一)/2",
        "二",
    ]


def test_a_list_inside_a_paragraph_hangs_under_its_paragraph() -> None:
    assert paths("（一）学风不实。一是读得少。二是想得浅。", "（二）作风漂浮。一是走形式。") == [
        "(一)",
        "(一)/一是",
        "(一)/二是",
        "(二)",
        "(二)/一是",
    ]


def test_a_decimal_or_a_year_is_no_number_of_the_paper() -> None:
    assert paths("1.8倍于上年。", "2024年没有开会。") == []


def test_a_statement_may_begin_with_a_year() -> None:
    assert paths("1.2019年审计指出的借款没有收回。", "2.3个科室没有台账。") == ["1", "2"]


def test_numbers_after_a_label_belong_to_the_statement_they_stand_in() -> None:
    assert paths("1.台账不全。", "整改措施：1.补登台账。2.逐月核对。", "2.票据不全。") == ["1", "1/1", "1/2", "2"]


def test_besides_continues_the_open_list() -> None:
    assert paths("（三）队伍松散。一是缺岗。此外，党费收缴不及时。") == ["(三)", "(三)/一是", "(三)/此外"]


def test_a_unit_heads_its_own_list() -> None:
    assert paths("县水务局党组存在的主要问题：一是管网漏损高。二是巡检无记录。") == [
        "县水务局党组",
        "县水务局党组/一是",
        "县水务局党组/二是",
    ]


def test_words_that_look_like_numbers_open_no_list() -> None:
    assert paths("这不是一是一、二是二的事，第三次会议也没有结果。") == []


@given(
    st.lists(
        st.text(alphabet="一二三是要、（）().1234①②。；：关于问题整改情况此外，\n", min_size=1, max_size=40), max_size=8
    )
)
def test_every_tree_is_in_order_and_nested(paragraphs: list[str]) -> None:
    paper = document(*[line for paragraph in paragraphs for line in paragraph.split("\n")])

    def check(node: Node) -> None:
        last = node.body
        for child in node.children:
            assert last <= child.start <= child.body
            assert child.start <= child.end <= max(node.end, child.start)
            last = child.start
            check(child)

    check(outline(paper))
