"""Old ledgers as files, for the tests of survey, rows and marking."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

HEADS = ("序号", "单位", "存在问题", "整改措施", "整改时限", "整改状态")
ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "县水利局", "河道管护责任没有落实到人", "明确河长", "2025年6月底", "已完成"),
    (2, "县教育局", "校园食堂采购未经比价", "制定比价办法", "2025-09-30", "进行中"),
)


def write(path: Path, *sheets: tuple[str, Sequence[Sequence[Any]]], hidden: str = "") -> Path:
    """A workbook of sheets, each a name and its rows from the top."""
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if name == hidden:
            sheet.hide()
    book.close()
    return path
