"""What an old ledger holds, and what its columns seem to say."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from tests.extraction.old_ledger_files import HEADS, ROWS, write
from xuncha.documents.errors import DocumentError
from xuncha.extraction.ledger import old


def fields(path: Path) -> list[str]:
    return list(old.plan_of(old.survey(path)).sheets[0].columns.values())


def test_columns_are_guessed_by_their_heads(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", ("台账", [HEADS, *ROWS]))
    survey = old.survey(path)
    assert fields(path) == ["number", "unit", "finding", "measure", "due", "status"]
    assert {column.reason for column in survey.sheets[0].columns} == {"header"}
    assert survey.sheets[0].columns[2].samples == (ROWS[0][2], ROWS[1][2])
    assert survey.sheets[0].header_rows == (1,) and survey.sheets[0].data_rows == 2


def test_a_survey_comes_back_from_json(tmp_path: Path) -> None:
    survey = old.survey(write(tmp_path / "a.xlsx", ("台账", [HEADS, *ROWS])))
    assert old.Survey.of_json(survey.as_json()) == survey
    plan = old.plan_of(survey, year=2025)
    assert old.MappingPlan.of_json(plan.as_json()) == plan


def test_a_head_of_two_rows_with_merged_cells_is_one_head(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("台账")
    sheet.merge_range(0, 0, 0, 4, "县委巡察反馈问题整改台账")
    for column, words in enumerate(("序号", "单位", "存在问题")):
        sheet.merge_range(1, column, 2, column, words)
    sheet.merge_range(1, 3, 1, 4, "整改情况")
    sheet.write_row(2, 3, ("整改措施", "完成时限"))
    for number, row in enumerate(ROWS, start=3):
        sheet.write_row(number, 0, row[:5])
    book.close()
    survey = old.survey(tmp_path / "a.xlsx")
    assert max(survey.sheets[0].header_rows) == 3
    assert "整改台账" in survey.sheets[0].above
    assert fields(tmp_path / "a.xlsx") == ["number", "unit", "finding", "measure", "due"]


def test_hidden_and_empty_sheets_are_not_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", ("台账", [HEADS, *ROWS]), ("旧", [HEADS, *ROWS]), ("空", []), hidden="旧")
    plan = old.plan_of(old.survey(path))
    assert [sheet.is_taken for sheet in plan.sheets] == [True, False, False]


def test_what_was_settled_goes_before_the_guess(tmp_path: Path) -> None:
    survey = old.survey(write(tmp_path / "a.xlsx", ("台账", [HEADS, *ROWS])))
    plan = old.plan_of(survey, settled={"整改措施": "remark"})
    assert plan.sheets[0].columns["D"] == "remark"
    assert plan.settled()["整改措施"] == "remark"


def test_csv_in_gb18030_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(",".join(map(str, row)) for row in (HEADS, *ROWS)).encode("gb18030"))
    assert fields(path) == ["number", "unit", "finding", "measure", "due", "status"]
    found = old.rows(path, old.plan_of(old.survey(path)))
    assert [row.values["finding"] for row in found] == [ROWS[0][2], ROWS[1][2]]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", b"%PDF-1.7"]
)
def test_what_is_no_workbook_ends_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(DocumentError) as error:
        old.survey(path)
    assert error.value.code and "a.xlsx" in str(error.value)
