"""Workbooks and csv: every sheet a table, numbers and dates as people see them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.samples import ledger_xlsx
from xuncha.documents.errors import DocumentError
from xuncha.documents.model import Document
from xuncha.documents.readers import sheet
from xuncha.documents.readers.xlsx_formats import plain_number, shown


def cells(document: Document) -> list[tuple[int, int, str]]:
    return [(b.cell.row, b.cell.column, document.block_text(b)) for b in document.blocks if b.cell]


def csv_of(path: Path, text: str, encoding: str = "utf-8") -> Document:
    path.write_bytes(text.encode(encoding))
    return sheet.read(path)


def test_a_ledger_comes_out_as_people_see_it(tmp_path: Path) -> None:
    document = sheet.read(ledger_xlsx(tmp_path / "台账.xlsx"))
    assert cells(document) == [
        (0, 0, "青禾县虚构局问题台账"),
        (1, 0, "序号"), (1, 1, "问题"), (1, 2, "金额"), (1, 3, "时限"), (1, 4, "进度"),
        (2, 0, "1"), (2, 1, "学习不深入"), (2, 1, "记录不完整"), (2, 2, "1,234.50万元"), (2, 3, "2025-06-12"),
        (2, 4, "85.5%"),
        (3, 0, "2"), (3, 2, "0.3"),
    ]  # fmt: skip
    spans = {(b.cell.row, b.cell.column): (b.cell.rows, b.cell.columns) for b in document.blocks if b.cell}
    assert spans[0, 0] == (1, 5) and spans[3, 0] == (2, 1) and spans[2, 1] == (1, 1)


def test_a_hidden_sheet_is_left_out_and_named(tmp_path: Path) -> None:
    document = sheet.read(ledger_xlsx(tmp_path / "台账.xlsx"))
    assert "看不见的内容" not in document.source
    assert any("备查" in warning for warning in document.warnings)


def test_a_workbook_of_another_program_is_read(tmp_path: Path) -> None:
    import datetime as dt

    import openpyxl

    book = openpyxl.Workbook()
    first = book.active
    first.title = "局机关"
    first.append(["时限", dt.date(2025, 6, 12), True, 3.0])
    book.create_sheet("Sheet2").append(["另一表"])
    book.save(tmp_path / "a.xlsx")
    document = sheet.read(tmp_path / "a.xlsx")
    assert [text for _, _, text in cells(document)] == ["时限", "2025-06-12", "TRUE", "3", "另一表"]
    # The name of a sheet is said where there are several and it means something.
    assert [document.block_text(b) for b in document.blocks if b.kind == "heading"] == ["局机关"]


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (1.0, "General", "1"),
        (12.50, "0.00", "12.50"),
        (7.5, "0.##", "7.5"),
        (7.0, "0.##", "7"),
        (3, "000", "003"),
        (-1234.5, "#,##0.0", "-1,234.5"),
        (0.5, "0%", "50%"),
        (45820, 'yyyy"年"m"月"d"日"', "2025-06-12"),
        (45820.5, "yyyy/m/d h:mm", "2025-06-12 12:00"),
        (45809, 'yyyy"年"m"月"', "2025-06"),
        (0.75, "h:mm", "18:00"),
        (45820, "[$-804]yyyy-mm-dd;@", "2025-06-12"),
        (60_000_000, '#,##0,"千元"', "60,000千元"),
        (1e300, "yyyy-mm-dd", plain_number(1e300)),
    ],
)
def test_a_number_shows_in_its_format(value: float, code: str, expected: str) -> None:
    assert shown(value, code) == expected


@given(st.floats(), st.text(max_size=30))
def test_no_format_breaks_a_number(value: float, code: str) -> None:
    assert isinstance(shown(value, code), str)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_csv_is_read_in_its_encoding_with_its_delimiter(tmp_path: Path, encoding: str, sign: str) -> None:
    rows = [["序号", "问题", "责任单位"], ["1", "学习不深入，落实有差距", "局党组"], ["2", "台账缺页", "办公室"]]
    document = csv_of(tmp_path / "台账.csv", "\r\n".join(sign.join(row) for row in rows), encoding)
    assert [text for _, _, text in cells(document)] == [text for row in rows for text in row]


def test_a_quoted_cell_may_hold_line_ends_and_delimiters(tmp_path: Path) -> None:
    document = csv_of(tmp_path / "a.csv", '序号,问题\n1,"甲,乙\n丙""丁"""\n')
    assert cells(document)[2:] == [(1, 0, "1"), (1, 1, "甲,乙"), (1, 1, '丙"丁"')]


def test_a_workbook_without_content_is_called_empty(tmp_path: Path) -> None:
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(DocumentError) as caught:
        sheet.read(tmp_path / "a.xlsx")
    assert caught.value.code == "empty"
