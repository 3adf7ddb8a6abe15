"""Whatever stands in a table, reading it ends with findings or with the one documented error."""

from __future__ import annotations

import itertools
from pathlib import Path

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from xuncha.documents.model import Block, Cell, Document, Origins
from xuncha.extraction.ledger import NoLedger, read_ledger
from xuncha.extraction.ledger.entries import joined, split_any, split_own
from xuncha.extraction.ledger.statement import statement

_WORDS = st.sampled_from(
    [
        "序号",
        "反馈问题",
        "整改措施",
        "责任领导",
        "整改状态",
        "问题类别",
        "编号路径",
        "把握程度",
        "状态原文",
        "项目",
        "具体要求",
        "要求标题",
        "先于序号",
        "分组标题",
        "合计",
        "注：",
        "一、",
        "（一）甲",
        "1.2.3.",
        "①②",
        "关于的问题",
        "已完成",
        "9" * 30,
        "\u3000x",
    ]
) | st.text(max_size=12).map(str.strip).filter(bool)


@st.composite
def _tables(draw: st.DrawFn) -> Document:
    text, blocks = "", []
    for row in range(draw(st.integers(1, 7))):
        for column in range(draw(st.integers(0, 5))):
            words = draw(_WORDS)
            text += "\n" if text else ""
            cell = Cell(0, row, column, draw(st.integers(1, 3)), draw(st.integers(1, 3)))
            blocks.append(Block("cell", len(text), len(text) + len(words), len(blocks) + 1, cell=cell))
            text += words
    return Document(Path("a.xlsx"), "xlsx", "0" * 64, text, tuple(blocks), text, Origins((), (), ()))


@settings(max_examples=400, deadline=None)
@given(document=_tables())
def test_any_table_is_read_or_refused(document: Document) -> None:
    try:
        result = read_ledger(document)
    except NoLedger:
        return
    for finding in result.findings:
        for span in (finding.title, *finding.evidence, *finding.measures):
            assert 0 <= span.start < span.end <= len(document.text)
    result.as_json()


@given(words=st.text("1234567890.．、，；。①②③一二是（）() \n甲", max_size=60))
def test_splitting_loses_nothing_but_numbers_and_space(words: str) -> None:
    for split in (split_own, split_any):
        pieces = split(words)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(pieces))
        left = words
        for start, end in reversed(pieces):
            left = left[:start] + left[end:]
        assert "甲" not in left


@given(entries=st.lists(st.text("1２.．甲\n", min_size=1, max_size=9).map(str.strip).filter(bool), max_size=6))
def test_entries_without_empty_lines_come_back_from_a_cell(entries: list[str]) -> None:
    entries = ["\n".join(line for line in entry.split("\n") if line.strip()) for entry in entries]
    # A line inside an entry that begins like the next entry cannot be told from it.
    entries = [entry for entry in entries if "．" not in entry.partition("\n")[2]]
    words = "\n".join(joined(entries))
    assert [words[start:end] for start, end in split_own(words)] == entries


@given(words=st.text(min_size=1, max_size=80))
def test_a_statement_lies_within_its_cell(words: str) -> None:
    _, (start, end) = statement(words, whole=False)
    assert 0 <= start < end <= len(words)


def test_a_hundred_thousand_cells_are_read_in_seconds(tmp_path: Path) -> None:
    from xuncha.documents import read

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    page.append(["序号", "反馈问题", "整改措施", "责任领导", "完成时限"])
    for i in range(20_000):
        page.append([i + 1, f"第{i}号账目不清", "1.建账2.对账", "甲某", "2031-01-01"])
    book.save(tmp_path / "a.xlsx")
    document = read(tmp_path / "a.xlsx")
    assert len(read_ledger(document).findings) == 20_000
