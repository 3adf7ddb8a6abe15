"""A workbook of tables as offices print them: title, frozen head, thin grid, page numbers, rows high enough.

Every text is written as text: a cell that begins with ``=``, ``+``, ``-`` or ``@`` never becomes a formula,
a link or a number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from xuncha.documents.writers.files import replacing

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Align = Literal["left", "center", "right"]
Value = str | int | float | tuple[str, ...] | None
"""Of a tuple each piece begins a line; a cell too high for a row is parted between its pieces."""

BODY_FONT: Final = "宋体"
TITLE_FONT: Final = "方正小标宋简体"
HEAD_FONT: Final = "黑体"
LINE_POINTS: Final = 14.5
"""Height of a line of 10.5 pt Song with its leading, as Excel and WPS set it."""
MAX_ROW_POINTS: Final = 405.0
"""Excel allows 409; a higher row is made of several, joined."""
PART_POINTS: Final = 200.0
"""Height of the rows that a higher one is parted into, so that a page has little left over."""
MAX_CELL: Final = 32_000
"""Excel allows 32,767 characters in a cell."""
CUT: Final = "……（余下内容过长，见原文）"
# Control characters cannot stand in XML, and a lone surrogate in no file.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: head, width in characters (a Chinese one counts two), and how its cells stand."""

    heading: str
    width: float
    align: Align = "left"
    choices: tuple[str, ...] = ()
    number_format: str = ""
    merged: bool = False
    """Equal neighbours become one cell, if `Row.group` is equal as well."""
    printed: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells, one a column. Merged columns join rows of the same ``group``; an empty one joins nothing."""

    cells: tuple[Value, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table on a sheet of its own; ``printed`` columns come first, the others stand to the right of the paper."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    subtitle: str = ""
    landscape: bool = True
    filtered: bool = False
    frozen_columns: int = 0
    blank: str = "无"
    """What stands in the first row of a table without rows."""
    mark: str = ""
    """Words in the foot of every printed page."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself in its document properties; no time, so that equal content gives equal bytes."""

    title: str = ""
    application: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)


def write_workbook(path: Path, sheets: Sequence[Sheet], *, properties: Properties) -> None:
    """Write the sheets to ``path``, whole or not at all. Raises `OSError` when the place cannot be written."""
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxFileError

    with replacing(path) as place:
        book = xlsxwriter.Workbook(
            str(place),
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "in_memory": True,
            },
        )
        book.set_properties(
            {"title": clean(properties.title), "author": properties.application, "created": datetime(2000, 1, 1)}
        )
        for name, value in properties.custom.items():
            book.set_custom_property(name, clean(value), "text")
        drawing = _Drawing(book)
        for sheet in sheets:
            drawing.draw(sheet)
        try:
            book.close()
        except XlsxFileError as error:
            cause = error.__cause__ or error.__context__
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error


class _Drawing:
    """Puts sheets into an open workbook; keeps one format of each make."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def _format(self, **features: object) -> Any:
        features = {"font_name": BODY_FONT, "font_size": 10.5, "valign": "vcenter", **features}
        key = tuple(sorted(features.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(features)
        return self._formats[key]

    def _cell_format(self, column: Column, *, is_high: bool, top: bool = True, bottom: bool = True) -> Any:
        features: dict[str, object] = {"align": column.align, "text_wrap": True, "left": 1, "right": 1}
        features.update({"top": int(top), "bottom": int(bottom)})
        if is_high:
            features["valign"] = "top"
        if column.number_format:
            features["num_format"] = column.number_format
        return self._format(**features)

    def draw(self, sheet: Sheet) -> None:
        page = self._book.add_worksheet(_sheet_name(sheet.name))
        last = len(sheet.columns) - 1
        last_printed = max((i for i, column in enumerate(sheet.columns) if column.printed), default=last)
        head = self._head(page, sheet, last_printed)
        for i, column in enumerate(sheet.columns):
            page.set_column(i, i, column.width)
        end = self._body(page, sheet, head + 1)
        page.freeze_panes(head + 1, sheet.frozen_columns)
        if sheet.filtered and sheet.rows:
            page.autofilter(head, 0, end, last)
        for i, column in enumerate(sheet.columns):
            if column.choices and sheet.rows:
                page.data_validation(
                    head + 1,
                    i,
                    end,
                    i,
                    {
                        "validate": "list",
                        "source": list(column.choices),
                        # A word of the office's own may stand there too.
                        "error_type": "information",
                        "error_title": "提示",
                        "error_message": "不在下拉选项中，将按原样保留。",
                    },
                )
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{end + 1}"})
        self._print_setup(page, sheet, head=head, end=end, last=last_printed)

    def _head(self, page: Worksheet, sheet: Sheet, last: int) -> int:
        """Title, line below it and column heads; gives the row of the heads."""
        title = self._format(font_name=TITLE_FONT, font_size=18, align="center", text_wrap=True)
        width = sum(column.width for column in sheet.columns[: last + 1])
        lines = max(1, math.ceil(_width(sheet.title) * 18 / 10.5 / width))
        page.set_row(0, 32 * lines)
        self._across(page, 0, 0, 0, last, clean(sheet.title), title)
        row = 1
        if sheet.subtitle:
            note = self._format(align="left", text_wrap=True)
            page.set_row(row, max(18.0, LINE_POINTS * _lines(sheet.subtitle, width) + 4))
            self._across(page, row, 0, row, last, clean(sheet.subtitle), note)
            row += 1
        heading = self._format(
            font_name=HEAD_FONT, bold=True, align="center", text_wrap=True, border=1, bg_color="#F2F2F2"
        )
        high = max((_lines(column.heading, column.width) for column in sheet.columns), default=1)
        page.set_row(row, max(24.0, LINE_POINTS * high + 8))
        for i, column in enumerate(sheet.columns):
            page.write_string(row, i, clean(column.heading), heading)
        return row

    def _across(
        self, page: Worksheet, row: int, column: int, last_row: int, last_column: int, words: str, make: Any
    ) -> None:
        if (row, column) == (last_row, last_column):
            page.write_string(row, column, words, make)
        else:
            page.merge_range(row, column, last_row, last_column, "", make)
            page.write_string(row, column, words, make)

    def _body(self, page: Worksheet, sheet: Sheet, first: int) -> int:
        """The rows with their heights and joined cells; gives the last row."""
        if not sheet.rows:
            page.set_row(first, 24)
            self._across(
                page, first, 0, first, len(sheet.columns) - 1, sheet.blank, self._format(align="center", border=1)
            )
            return first
        heights = [self._height(sheet.columns, row) for row in sheet.rows]
        runs = self._runs(sheet)
        self._raise_for_merged(sheet, runs, heights)
        at, place = first, []
        for height, row in zip(heights, sheet.rows, strict=True):
            own = self._parts(sheet.columns, row, height)
            for k, part in enumerate(own):
                page.set_row(at + k, round(max(part, 20.0), 2))
            place.append((at, at + len(own) - 1))
            at += len(own)
        for i, column in enumerate(sheet.columns):
            spans = runs[i] if i in runs else [(r, r) for r in range(len(sheet.rows))]
            for top, bottom in spans:
                is_high = top == bottom and place[top][0] != place[top][1]
                make = self._cell_format(column, is_high=is_high)
                value = sheet.rows[top].cells[i]
                if is_high and isinstance(value, tuple) and len(value) > 1:
                    self._parted(page, place[top], i, column, value)
                else:
                    self._value(page, place[top][0], i, place[bottom][1], value, make)
        return at - 1

    @staticmethod
    def _parts(columns: tuple[Column, ...], row: Row, height: float) -> list[float]:
        """The heights of the sheet's rows that one row of the table takes: one, unless it is too high for it."""
        if height <= MAX_ROW_POINTS:
            return [height]
        parted = [
            [_points(portion, column.width) for portion in _portions(value, column.width)]
            for column, value in zip(columns, row.cells, strict=True)
            if isinstance(value, tuple)
        ]
        count = max(len(parts) for parts in [*parted, [0.0] * math.ceil(height / MAX_ROW_POINTS)])
        found = [max([20.0, *(parts[k] for parts in parted if k < len(parts))]) for k in range(count)]
        # What cannot be parted needs the sum of the rows all the same.
        needed = max(
            (
                _points((_text(value)[:MAX_CELL],), column.width)
                for column, value in zip(columns, row.cells, strict=True)
                if value is not None and not (isinstance(value, tuple) and len(value) > 1) and not column.merged
            ),
            default=0.0,
        )
        share = max(0.0, needed - sum(found)) / count
        return [min(points + share, MAX_ROW_POINTS) for points in found]

    def _parted(
        self, page: Worksheet, place: tuple[int, int], column: int, shape: Column, pieces: tuple[str, ...]
    ) -> None:
        """The pieces of a cell over the rows it takes, as many in each as have room; no rule between them."""
        portions = _portions(pieces, shape.width)
        first, last = place
        for k, portion in enumerate(portions):
            end = last if k == len(portions) - 1 else first + k
            make = self._cell_format(shape, is_high=True, top=k == 0, bottom=end == last)
            self._value(page, first + k, column, end, portion, make)

    def _value(self, page: Worksheet, row: int, column: int, last_row: int, value: Value, make: Any) -> None:
        if row != last_row:
            page.merge_range(row, column, last_row, column, "", make)
        if value is None or value in ("", ()):
            if row == last_row:
                page.write_blank(row, column, None, make)
        elif isinstance(value, (str, tuple)):
            words = clean(_text(value))
            page.write_string(
                row, column, words if len(words) <= MAX_CELL else words[: MAX_CELL - len(CUT)] + CUT, make
            )
        else:
            page.write_number(row, column, value, make)

    @staticmethod
    def _height(columns: tuple[Column, ...], row: Row) -> float:
        lines = 1
        for column, value in zip(columns, row.cells, strict=True):
            # A merged cell has the height of all its rows; see `_raise_for_merged`.
            if value not in (None, "", ()) and not (column.merged and row.group):
                lines = max(lines, _lines(_text(value)[:MAX_CELL], column.width))
        return lines * LINE_POINTS + 5

    @staticmethod
    def _runs(sheet: Sheet) -> dict[int, list[tuple[int, int]]]:
        """For each merged column the first and last row of every joined cell."""
        found: dict[int, list[tuple[int, int]]] = {}
        for i, column in enumerate(sheet.columns):
            if not column.merged:
                continue
            spans: list[tuple[int, int]] = []
            for r, row in enumerate(sheet.rows):
                before = sheet.rows[r - 1] if r else None
                alike = (
                    before is not None and row.group and row.group == before.group and row.cells[i] == before.cells[i]
                )
                if alike:
                    spans[-1] = (spans[-1][0], r)
                else:
                    spans.append((r, r))
            found[i] = spans
        return found

    @staticmethod
    def _raise_for_merged(sheet: Sheet, runs: dict[int, list[tuple[int, int]]], heights: list[float]) -> None:
        for i, spans in runs.items():
            for top, bottom in spans:
                value = sheet.rows[top].cells[i]
                if isinstance(value, str) and value:
                    # A heading over many rows needs no row of its own.
                    wanted = _lines(value, sheet.columns[i].width) * LINE_POINTS + 5
                    missing = wanted - sum(heights[top : bottom + 1])
                    if missing > 0:
                        for r in range(top, bottom + 1):
                            heights[r] += missing / (bottom - top + 1)

    def _print_setup(self, page: Worksheet, sheet: Sheet, *, head: int, end: int, last: int) -> None:
        page.set_paper(9)
        if sheet.landscape:
            page.set_landscape()
        else:
            page.set_portrait()
        # Left wider for the binding; inches.
        page.set_margins(left=0.6, right=0.45, top=0.6, bottom=0.65)
        page.repeat_rows(head)
        page.print_area(0, 0, end, last)
        page.fit_to_pages(1, 0)
        page.center_horizontally()
        mark = f'&L&"{BODY_FONT},Regular"&10{clean(sheet.mark).replace("&", "&&")}' if sheet.mark else ""
        page.set_footer(f'{mark}&C&"{BODY_FONT},Regular"&10第&P页 共&N页', {"margin": 0.3})


def _sheet_name(words: str) -> str:
    """The words as a name that Excel allows: 31 characters, none of []:*?/\\ and no apostrophe."""
    # Characters beyond the first plane count twice there.
    plain = " ".join(_SHEET_NAME.sub(" ", clean(words)).split())
    while len(plain.encode("utf-16-le")) > 62:
        plain = plain[:-1]
    return plain.strip() or "工作表"


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return "\n".join(value)
    return value if isinstance(value, str) else "" if value is None else f"{value:.4g}"


def _points(pieces: tuple[str, ...], width: float) -> float:
    return sum(_lines(piece, width) for piece in pieces) * LINE_POINTS + 5


def _portions(pieces: tuple[str, ...], width: float) -> list[tuple[str, ...]]:
    """The pieces put together so that each portion fits a row; a piece higher than a row is alone."""
    room = int((PART_POINTS - 5) / LINE_POINTS)
    found: list[tuple[str, ...]] = []
    used = 0
    for piece in pieces:
        lines = _lines(piece, width)
        if found and used + lines <= room:
            found[-1] = (*found[-1], piece)
            used += lines
        else:
            found.append((piece,))
            used = lines
    return found


def clean(text: str) -> str:
    """The text without what cannot stand in the file; line ends as Excel has them."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _width(text: str) -> int:
    """Columns that a text takes on paper: two for a Chinese character or sign, one for a Latin letter."""
    return sum(2 if ord(character) > 0x2E7F or 0x2010 <= ord(character) <= 0x27BF else 1 for character in text)


def _lines(text: str, width: float) -> int:
    """Lines that a text needs in a column; a little more than the sum, as no line begins with a stop."""
    room = max(width - 1.6, 2.0)
    return sum(max(1, math.ceil(_width(line) * 1.03 / room)) for line in text.split("\n"))
