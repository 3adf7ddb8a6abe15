"""A ledger written from a paper reads back as the same findings; what people change in it counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.extraction.ledger_samples import Paper, sample
from xuncha.documents import read
from xuncha.extraction.ledger import read_ledger
from xuncha.extraction.ledger.writing import is_own_workbook, write_ledger
from xuncha.extraction.model import Extraction, Facts, Finding, Requirement


def _without_spans(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in entry.items() if key != "spans"} for entry in entries]


def _assert_same(before: Extraction, after: Extraction) -> None:
    old, new = before.as_json(), after.as_json()
    assert _without_spans(new["findings"]) == _without_spans(old["findings"])
    assert _without_spans(new["requirements"]) == _without_spans(old["requirements"])
    assert new["root_causes"] == old["root_causes"]
    for name in ("title", "unit", "inspector", "round", "feedback_date", "totals"):
        assert new["document"][name] == old["document"][name]


def _there_and_back(extraction: Extraction, folder: Path) -> Extraction:
    path = folder / "台账.xlsx"
    write_ledger(path, [extraction])
    return read_ledger(read(path))


def test_findings_demands_causes_and_facts_come_back_the_same(tmp_path: Path) -> None:
    after = _there_and_back(sample(), tmp_path)
    _assert_same(sample(), after)
    assert after.facts.kind == "ledger"
    assert after.warnings == []


def test_spans_point_into_the_ledgers_own_text(tmp_path: Path) -> None:
    after = _there_and_back(sample(), tmp_path)
    text = after.document.text
    for finding in after.as_json()["findings"]:
        start, end, _ = finding["spans"]["title"]
        assert text[start:end] == finding["title"]
        for words, (first, last, _) in zip(finding["evidence"], finding["spans"]["evidence"], strict=True):
            assert text[first:last] == words


def test_several_papers_with_the_same_numbers_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "总账.xlsx"
    papers = [sample("青石县水务局反馈意见.docx"), sample("青石县林业局反馈意见.docx")]
    write_ledger(path, papers)
    after = read_ledger(read(path)).as_json()
    assert _without_spans(after["findings"]) == _without_spans(
        [finding for paper in papers for finding in paper.as_json()["findings"]]
    )


def test_a_very_long_list_of_facts_comes_back_whole(tmp_path: Path) -> None:
    paper = Paper()
    title = paper.say("项目管理混乱")
    evidence = [paper.say(f"第{i}个项目{'未按合同约定验收' * 9}") for i in range(40)]
    extraction = Extraction(paper.document(), Facts(), [Finding(("一",), "item", title, evidence=evidence)])
    _assert_same(extraction, _there_and_back(extraction, tmp_path))


def _edit(path: Path, heading: str, row: int, words: str | None, sheet: str = "问题整改台账") -> None:
    """Change one cell as a person would; ``row`` counts the findings from 1."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    head = next(cells for cells in page.iter_rows() if any(cell.value == heading for cell in cells))
    column = next(cell.column for cell in head if cell.value == heading)
    page.cell(head[0].row + row, column).value = words
    book.save(path)


@pytest.mark.parametrize(
    ("heading", "words", "name", "expected"),
    [
        ("反馈问题", "党组学习流于形式", "title", "党组学习流于形式"),
        ("具体表现", "1．甲事\n2．乙事\n3．丙事", "evidence", ["甲事", "乙事", "丙事"]),
        ("具体表现", None, "evidence", []),
        ("整改措施", "重订学习制度", "measures", ["重订学习制度"]),
        ("进展情况", "已印发新制度", "measures", ["已印发新制度"]),
        ("整改状态", "基本完成", "status", "in_progress"),
        ("整改状态", "已销号", "status", "done"),
        ("整改状态", "未启动", "status", None),
        ("分类", "大局意识和贯彻决策部署", "category", "political.overall"),
        ("性质", "个性", "nature", "individual"),
        ("来源", "新情况", "origin", "emerging"),
        ("立行立改", "是", "immediate", True),
        ("涉及单位", "县水务局", "units", ["县水务局"]),
        ("把握程度", "100%", "confidence", 1.0),
    ],
)
def test_what_people_write_into_a_cell_counts(
    tmp_path: Path, heading: str, words: str | None, name: str, expected: object
) -> None:
    path = tmp_path / "台账.xlsx"
    write_ledger(path, [sample()])
    _edit(path, heading, 1, words)
    assert read_ledger(read(path)).as_json()["findings"][2][name] == expected


def test_filled_in_duties_and_dates_are_read_as_stated(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    write_ledger(path, [sample()])
    for heading, words in (("责任领导", "丁某"), ("完成时限", "2031-12-31"), ("整改状态", "进行中")):
        _edit(path, heading, 2, words)
    finding = read_ledger(read(path)).as_json()["findings"][3]
    assert finding["stated"]["leader"] == "丁某"
    assert finding["stated"]["due"] == "2031-12-31"
    assert finding["status"] == "in_progress"


def test_a_changed_group_heading_counts(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    write_ledger(path, [sample()])
    _edit(path, "问题类别", 1, "一、政治站位不够高\n(一)学习教育走过场")
    groups = [f for f in read_ledger(read(path)).as_json()["findings"] if f["level"] == "group"]
    assert [group["title"] for group in groups] == ["政治站位不够高", "学习教育走过场", "廉洁风险防控不严"]


def test_a_row_that_people_add_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    write_ledger(path, [sample()])
    count = sum(finding.level == "item" for finding in sample().findings)
    _edit(path, "序号", count + 1, "99")
    _edit(path, "反馈问题", count + 1, "补充发现水费收缴不及时")
    last = read_ledger(read(path)).as_json()["findings"][-1]
    assert (last["title"], last["path"]) == ("补充发现水费收缴不及时", ["99"])


def test_a_paper_without_findings_gives_a_ledger_that_says_so(tmp_path: Path) -> None:
    paper = Paper()
    paper.say("会议动员")
    path = tmp_path / "空.xlsx"
    write_ledger(path, [Extraction(paper.document(), Facts())])
    words = [cell.value for row in openpyxl.load_workbook(path)["问题整改台账"].iter_rows() for cell in row]
    assert "未发现问题" in words


def test_only_a_ledger_of_this_product_is_known_as_its_own(tmp_path: Path) -> None:
    own, other = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_ledger(own, [sample()])
    openpyxl.Workbook().save(other)
    (tmp_path / "c.xlsx").write_text("x")
    assert is_own_workbook(own)
    assert not is_own_workbook(other)
    assert not is_own_workbook(tmp_path / "c.xlsx")
    assert not is_own_workbook(tmp_path / "none.xlsx")


_WORDS = st.text("甲乙丙问题未落实=+-@1．2.（一）①是、；，。", min_size=1, max_size=24).map(str.strip).filter(bool)
_STATUS = st.sampled_from([None, "done", "in_progress", "long_term"])


@st.composite
def _extractions(draw: st.DrawFn) -> Extraction:
    paper = Paper()
    findings: list[Finding] = []
    for g in range(draw(st.integers(0, 3))):
        marker = "一二三四"[g]
        if draw(st.booleans()):
            findings.append(Finding((marker,), "group", paper.say(draw(_WORDS))))
        for i in range(draw(st.integers(0, 3))):
            title = paper.say(draw(_WORDS))
            evidence = [paper.say(words) for words in draw(st.lists(_WORDS, max_size=4))]
            measures = [paper.say(words) for words in draw(st.lists(_WORDS, max_size=3))]
            stated = draw(st.dictionaries(st.sampled_from(["leader", "due", "status"]), _WORDS, max_size=3))
            finding = Finding((marker, str(i + 1)), "item", title, evidence, measures, stated=stated)
            finding.status, finding.confidence = draw(_STATUS), draw(st.integers(0, 100)) / 100
            findings.append(finding)
    demands = [
        Requirement((), None, [paper.say(words) for words in draw(st.lists(_WORDS, min_size=1, max_size=3))])
        for _ in range(draw(st.integers(0, 2)))
    ]
    if not any(finding.level == "item" for finding in findings):
        findings.append(Finding(("九",), "item", paper.say("问题")))
    return Extraction(paper.document(), Facts(), findings, demands)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(extraction=_extractions())
def test_whatever_was_found_comes_back_from_its_ledger(
    tmp_path_factory: pytest.TempPathFactory, extraction: Extraction
) -> None:
    _assert_same(extraction, _there_and_back(extraction, tmp_path_factory.mktemp("ledger")))
