"""Statement and facts, wrappers, and the granularity of unnumbered lists."""

from __future__ import annotations

import pytest

from xuncha.extraction import statements
from xuncha.extraction.model import Span
from xuncha.extraction.prose import Prose


def taken_apart(text: str) -> tuple[str, list[str]]:
    prose = Prose(text)
    title, facts = statements.statement_and_facts(prose, Span(0, len(text)))
    return prose.words(title), [prose.words(fact) for fact in facts]


@pytest.mark.parametrize(
    ("text", "statement", "facts"),
    [
        (
            "会议制度空转。去年只开过两次支委会；记录由一人代笔。",
            "会议制度空转",
            ["去年只开过两次支委会", "记录由一人代笔"],
        ),
        ("渠道养护不到位,17处塌方至今没有修复。", "渠道养护不到位", ["17处塌方至今没有修复"]),
        ("窗口办事推诿，个别人员让群众跑了三趟。", "窗口办事推诿", ["个别人员让群众跑了三趟"]),
        ("学用脱节，谋划不深。", "学用脱节，谋划不深", []),
        ("支部工作“两张皮”，落实八项规定精神有偏差。", "支部工作“两张皮”，落实八项规定精神有偏差", []),
        ("3个项目未验收就付款，涉及96万元。", "3个项目未验收就付款", ["涉及96万元"]),
    ],
)
def test_concrete_clauses_are_facts(text: str, statement: str, facts: list[str]) -> None:
    assert taken_apart(text) == (statement, facts)


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("关于“台账记录不实”问题的整改情况", "台账记录不实"),
        ("关于支部换届超期的问题", "支部换届超期"),
        ("针对“下乡补助按月包干”的问题", "下乡补助按月包干"),
        ("在“管水护水责任悬空”方面", "管水护水责任悬空"),
        ("在财务管理方面，存在白条入账、往来款不清等问题", "白条入账、往来款不清"),
        ("存款利率谈判乏力", "存款利率谈判乏力"),
    ],
)
def test_wrappers_are_taken_off(text: str, core: str) -> None:
    prose = Prose(text)
    assert prose.words(statements.unwrap(prose, Span(0, len(text)))) == core


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("有的单位等着看；有的科室层层加码。", ["有的单位等着看", "有的科室层层加码"]),
        ("河道保洁时断时续。苗木补植没有验收。", ["河道保洁时断时续", "苗木补植没有验收"]),
        ("存在票据遗失、公车私用、合同倒签等问题。", ["票据遗失", "公车私用", "合同倒签"]),
        ("账目混乱、票据缺失、库存不清。", ["账目混乱", "票据缺失", "库存不清"]),
    ],
)
def test_an_unnumbered_list_is_cut_by_its_own_granularity(text: str, findings: list[str]) -> None:
    prose = Prose(text)
    assert [prose.words(part) for part in statements.listed(prose, Span(0, len(text)))] == findings


def test_a_very_long_line_is_not_searched_for_wrappers() -> None:
    text = "关于" + "整改" * 50_000
    prose = Prose(text)
    assert statements.unwrap(prose, Span(0, len(text))) == Span(0, len(text))
