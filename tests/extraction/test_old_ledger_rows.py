"""The rows of an old ledger: findings, faults, and lines that are none."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extraction.old_ledger_files import HEADS, ROWS, write
from xuncha.extraction.ledger import old
from xuncha.extraction.ledger.old import Known


def read(path: Path, **known: Any) -> tuple[list[old.LedgerRow], old.LedgerRows]:
    found = old.rows(path, old.plan_of(old.survey(path)), **known)
    return list(found), found


def test_rows_become_values(tmp_path: Path) -> None:
    rows, _ = read(
        write(tmp_path / "a.xlsx", ("台账", [HEADS, *ROWS])), known_units=Known({"县水利局": 7, "县教育局": 8})
    )
    assert rows[0].row == 2 and rows[0].faults == []
    assert rows[0].values == {
        "number": "1",
        "unit": [7],
        "finding": "河道管护责任没有落实到人",
        "measure": ["明确河长"],
        "due": "2025-06-30",
        "due_words": "2025年6月底",
        "status": "done",
        "status_words": "已完成",
    }


def test_every_fault_of_a_row_is_told_at_once(tmp_path: Path) -> None:
    bad = (3, "县水力局", "", "开展清理", "随后再说吧", "也许")
    rows, _ = read(
        write(tmp_path / "a.xlsx", ("台账", [HEADS, *ROWS, bad])), known_units=Known({"县水利局": 7, "县教育局": 8})
    )
    told = {fault.code: fault for fault in rows[2].faults}
    assert set(told) == {"unknown_unit", "no_statement", "no_date", "unknown_status"}
    assert not rows[2].may_be_entered
    assert old.sentence(told["unknown_unit"]) == (
        "“台账”第 4 行 B 列（单位）：现为“县水力局”，应为单位库中的单位名称。是否为：县水利局？"
    )
    assert old.sentence(told["no_statement"], english=True) == (
        "台账, row 4, column C (存在问题): found nothing, expected a finding in words."
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (("合计", "", "2"), "total"),
        (("注：本表由各单位填报",), "note"),
        (HEADS, "head"),
        (("一、党的建设方面",), "group"),
    ],
)
def test_lines_that_are_no_findings_are_skipped_with_the_reason(
    tmp_path: Path, line: tuple[str, ...], reason: str
) -> None:
    rows, found = read(write(tmp_path / "a.xlsx", ("台账", [HEADS, ROWS[0], line, ROWS[1]])))
    assert len(rows) == 2
    assert dict(found.skipped) == {reason: 1}


def test_dates_as_numbers_and_formulas_without_a_value(tmp_path: Path) -> None:
    rows = [
        HEADS,
        (1, "县水利局", "河道管护责任没有落实到人", "", 45838, "已完成"),
        (2, "#REF!", "校园食堂采购未经比价", "", "", ""),
    ]
    found, _ = read(write(tmp_path / "a.xlsx", ("台账", rows)))
    assert found[0].values["due"] == "2025-06-30"
    assert [fault.code for fault in found[1].faults] == ["formula_error"]


def test_a_merged_unit_holds_for_all_its_rows(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("台账")
    sheet.write_row(0, 0, HEADS)
    sheet.merge_range(1, 1, 2, 1, "县水利局")
    for number, row in enumerate(ROWS, start=1):
        sheet.write(number, 0, row[0])
        sheet.write_row(number, 2, row[2:])
    book.close()
    rows, _ = read(tmp_path / "a.xlsx")
    assert [row.values["unit"] for row in rows] == [["县水利局"], ["县水利局"]]


def test_a_cell_at_the_far_end_of_a_sheet_costs_nothing(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("台账")
    for number, row in enumerate((HEADS, *ROWS)):
        sheet.write_row(number, 0, row)
    sheet.write(1_048_575, 2, "最后一行的问题没有人看到")
    book.close()
    rows, _ = read(tmp_path / "a.xlsx")
    assert [row.row for row in rows] == [2, 3, 1_048_576]


_words = st.text("河道管护责任没有落实到人员经费超支", min_size=6, max_size=20)
_line = st.one_of(
    st.tuples(st.integers(1, 99), st.just("县水利局"), _words, _words, st.just("2025-06-30"), st.just("已完成")),
    st.just(("合计", "", "3", "", "", "")),
    st.tuples(st.integers(1, 99), st.just(""), st.just(""), _words, st.just(""), st.just("")),
    st.just(("", "", "", "", "", "")),
)


@settings(max_examples=25, deadline=None)
@given(lines=st.lists(_line, max_size=12))
def test_every_filled_line_is_a_row_part_of_one_or_skipped(lines: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.xlsx", ("台账", [HEADS, *ROWS, *lines]))
        rows, found = read(path)
    filled = [number for number, line in enumerate(lines, start=4) if any(str(cell).strip() for cell in line)]
    held = {number for row in rows for number in range(row.row, row.last_row + 1)}
    skipped = {skipped.row for skipped in found.skipped_rows}
    assert held.isdisjoint(skipped)
    assert set(filled) <= held | skipped
