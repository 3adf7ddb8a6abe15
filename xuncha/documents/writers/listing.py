"""A long list as a file, written row by row: csv for other programs, xlsx for reading; memory does not grow with it.

No cell ever becomes a formula: in xlsx every text is written as text; in csv a cell that a spreadsheet would take for
a formula gets an apostrophe before it (OWASP, CSV Injection).
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, Final

from xlsxwriter import Workbook

from xuncha.documents.writers.workbook import BODY_FONT, HEAD_FONT, MAX_CELL, clean

Cell = str | int | datetime.date | None
MOST_ROWS: Final = 1_000_000
"""Rows of a sheet; Excel allows 1,048,576. More go to a further sheet."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_LINES_AT_ONCE: Final = 200


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """A csv file in pieces of text, with the mark by which spreadsheets know UTF-8; lines end as RFC 4180 has it."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow([safe(heading) for heading in headings])
    for number, row in enumerate(rows, start=1):
        writer.writerow([safe("" if cell is None else str(cell)) for cell in row])
        if number % _LINES_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def safe(text: str) -> str:
    """Text of a csv cell that no spreadsheet takes for a formula, whatever white space stands before it."""
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def write_listing(
    file: IO[bytes],
    *,
    title: str,
    note: str,
    headings: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[Cell]],
    most: int = MOST_ROWS,
) -> int:
    """Write an xlsx to ``file``: title, a note, a frozen head with filters, the rows; how many they were."""
    book = Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "title": book.add_format({"bold": True, "font_name": HEAD_FONT, "font_size": 16}),
        "note": book.add_format({"font_name": BODY_FONT, "font_color": "#666662"}),
        "head": book.add_format(
            {"bold": True, "font_name": HEAD_FONT, "border": 1, "align": "center", "valign": "vcenter"}
        ),
        "cell": book.add_format({"font_name": BODY_FONT, "border": 1, "text_wrap": True, "valign": "top"}),
        "date": book.add_format({"font_name": BODY_FONT, "border": 1, "num_format": "yyyy-mm-dd", "valign": "top"}),
    }
    total, line, sheet = 0, 0, None
    for row in rows:
        if sheet is None or line - _FIRST >= most:
            if sheet is not None:
                sheet.autofilter(_FIRST - 1, 0, line - 1, len(headings) - 1)
            sheet, line = _begun(book, formats, title, note, headings, widths), _FIRST
        for place, cell in enumerate(row):
            if isinstance(cell, datetime.date):
                sheet.write_datetime(line, place, cell, formats["date"])
            else:
                text = "" if cell is None else clean(str(cell))[:MAX_CELL]
                sheet.write_string(line, place, text, formats["cell"])
        line += 1
        total += 1
    if sheet is None:
        sheet, line = _begun(book, formats, title, note, headings, widths), _FIRST
    sheet.autofilter(_FIRST - 1, 0, max(line - 1, _FIRST - 1), len(headings) - 1)
    book.close()
    return total


_FIRST: Final = 3


def _begun(
    book: Any, formats: dict[str, Any], title: str, note: str, headings: Sequence[str], widths: Sequence[int]
) -> Any:
    sheet = book.add_worksheet()
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_FIRST - 1)
    sheet.set_footer("&C&P / &N")
    sheet.freeze_panes(_FIRST, 0)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, clean(title), formats["title"])
    sheet.write_string(1, 0, clean(note)[:MAX_CELL], formats["note"])
    for place, heading in enumerate(headings):
        sheet.write_string(_FIRST - 1, place, clean(heading), formats["head"])
    return sheet
