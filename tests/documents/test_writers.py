"""Workbooks are written safely, whole, and with every row high enough."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xuncha.documents.writers.files import replacing, unfinished, write_text
from xuncha.documents.writers.workbook import Column, Properties, Row, Sheet, write_workbook


def _written(path: Path, sheet: Sheet) -> openpyxl.worksheet.worksheet.Worksheet:
    write_workbook(path, [sheet], properties=Properties(title="台账", custom={"xuncha": "1"}))
    return openpyxl.load_workbook(path).active


@pytest.mark.parametrize("words", ["=1+1", "+8", "-台账", "@SUM(A1)", '=HYPERLINK("x")', "http://example.test", "001"])
def test_a_text_stays_a_text_whatever_it_begins_with(tmp_path: Path, words: str) -> None:
    page = _written(tmp_path / "a.xlsx", Sheet("表", "题", (Column("列", 10),), [Row((words,))]))
    cell = page["A3"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (words, "s", None)


@settings(max_examples=40, deadline=None)
@given(words=st.text(max_size=60))
def test_any_text_can_be_written_and_opened(tmp_path_factory: pytest.TempPathFactory, words: str) -> None:
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    _written(path, Sheet(words, words, (Column("列", 10),), [Row((words,)), Row(("末",))]))


def test_equal_neighbours_of_one_group_become_one_cell(tmp_path: Path) -> None:
    columns = (Column("类", 8, merged=True), Column("事", 20))
    rows = [Row(("甲", "1"), group="a"), Row(("甲", "2"), group="a"), Row(("甲", "3"), group="b")]
    page = _written(tmp_path / "a.xlsx", Sheet("表", "题", columns, rows))
    assert [str(span) for span in page.merged_cells.ranges if span.min_row > 2] == ["A3:A4"]


def test_a_cell_too_high_for_a_row_is_parted_and_nothing_of_it_is_lost(tmp_path: Path) -> None:
    pieces = tuple(f"{i}．{'长' * 90}" for i in range(1, 40))
    columns = (Column("序号", 6), Column("事", 20))
    page = _written(tmp_path / "a.xlsx", Sheet("表", "题", columns, [Row((1, pieces)), Row((2, "短"))]))
    words = [row[1].value for row in page.iter_rows(min_row=3) if row[1].value]
    assert "\n".join(words) == "\n".join(pieces) + "\n短"
    assert all((dimension.height or 0) <= 409 for dimension in page.row_dimensions.values())
    assert page.max_row > 6


def test_the_page_is_set_up_for_printing(tmp_path: Path) -> None:
    columns = (Column("事", 20), Column("核对", 20, printed=False))
    page = _written(tmp_path / "a.xlsx", Sheet("表", "题", columns, [Row(("a", "b"))], subtitle="注", filtered=True))
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == "$3:$3"
    assert page.print_area.endswith("$A$1:$A$4")
    assert page.freeze_panes == "A4"
    assert page.auto_filter.ref == "A3:B4"
    assert "第" in page.oddFooter.center.text


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    sheet = Sheet("表", "题", (Column("事", 20),), [Row(("甲",))])
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, [sheet], properties=Properties(title="题"))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "结果.json"
    write_text(target, "旧")

    class Stop(Exception):
        pass

    with pytest.raises(Stop), replacing(target) as place:
        place.write_text("半")
        assert place == unfinished(target)
        raise Stop
    assert target.read_text("utf-8") == "旧"
    assert [entry.name for entry in tmp_path.iterdir()] == ["结果.json"]
