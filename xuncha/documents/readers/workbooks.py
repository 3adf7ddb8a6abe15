"""Workbooks row by row: the sheets of an xlsx, xls or csv file, one row in memory at a time."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from xuncha.documents.errors import DocumentError
from xuncha.documents.limits import (
    MAX_CELLS,
    Container,
    check_text,
    content_of,
    damaged,
    head_of,
    is_encrypted_office,
    is_ole,
    read_bytes,
)
from xuncha.documents.readers.xlsx_book import Book, Cells, Spans
from xuncha.documents.readers.xlsx_formats import plain_number

_DELIMITERS: Final = (",", "\t", ";", "，", "|")


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet of a workbook, in the order of the tabs; that of a csv file has no name."""

    name: str
    is_hidden: bool = False


class Workbook(Protocol):
    """An open workbook. Rows and columns count from 0; words are what people see in the cell."""

    format: str
    sheets: list[SheetName]

    def spans(self, sheet: int) -> Spans:
        """The merged cells of a sheet."""

    def rows(self, sheet: int) -> Iterator[tuple[int, Cells]]:
        """The rows of a sheet that hold something, each with its filled cells by column."""


@contextlib.contextmanager
def open_workbook(path: Path, *, original: Path | None = None) -> Iterator[Workbook]:
    """The workbook in a file; raises `DocumentError`, at the opening or at the row that cannot be read.

    Errors bear the name of ``original``, from which ``path`` may have been made.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        yield _Bounded(path, _Csv(path))
        return
    if is_ole(head_of(path)) and not is_encrypted_office(path):
        if suffix != ".xls":
            raise DocumentError(
                "wrong_extension",
                path,
                found="内容其实是 Excel 97-2003 格式",
                expected="xlsx 文件",
                advice="请把扩展名改为 .xls，或用 Excel/WPS 另存为 .xlsx",
            )
        yield _Bounded(path, _Xls(path))
        return
    with Container(path, form="xlsx") as container:
        yield _Bounded(original or path, _Xlsx(container))


class _Bounded:
    """A workbook of which no more comes than a ledger can hold."""

    def __init__(self, path: Path, book: Workbook) -> None:
        self._path, self._book = path, book
        self.format, self.sheets = book.format, book.sheets
        self.spans = book.spans

    def rows(self, sheet: int) -> Iterator[tuple[int, Cells]]:
        cells = length = 0
        for row, filled in self._book.rows(sheet):
            cells += len(filled)
            length += sum(map(len, filled.values()))
            check_text(length, self._path)
            if cells > MAX_CELLS:
                raise DocumentError(
                    "too_large",
                    self._path,
                    found=f"超过 {MAX_CELLS // 10_000} 万个单元格",
                    expected="一本台账",
                    advice="请拆分后再试",
                )
            yield row, filled


class _Xlsx:
    format = "xlsx"

    def __init__(self, container: Container) -> None:
        self._book = Book(container)
        self.sheets = [SheetName(name, is_hidden) for name, _, is_hidden in self._book.sheets]

    def spans(self, sheet: int) -> Spans:
        return self._book.spans(self._book.sheets[sheet][1])

    def rows(self, sheet: int) -> Iterator[tuple[int, Cells]]:
        return self._book.rows(self._book.sheets[sheet][1])


class _Xls:
    format = "xls"

    def __init__(self, path: Path) -> None:
        import python_calamine

        read_bytes(path)
        self._path = path
        with self._failing_well():
            self._book: Any = python_calamine.CalamineWorkbook.from_path(path)
            self.sheets = [
                SheetName(sheet.name, sheet.visible != python_calamine.SheetVisibleEnum.Visible)
                for sheet in self._book.sheets_metadata
            ]

    def spans(self, sheet: int) -> Spans:
        spans: Spans = {}
        with self._failing_well():
            merged = self._book.get_sheet_by_name(self.sheets[sheet].name).merged_cell_ranges or ()
            for (row, column), (last_row, last_column) in merged:
                spans[row, column] = (last_row - row + 1, last_column - column + 1)
        return spans

    def rows(self, sheet: int) -> Iterator[tuple[int, Cells]]:
        with self._failing_well():
            rows = iter(self._book.get_sheet_by_name(self.sheets[sheet].name).iter_rows())
        number = -1
        while True:
            with self._failing_well():
                row = next(rows, None)
            if row is None:
                return
            number += 1
            filled = {
                column: words
                for column, value in enumerate(row)
                if value not in ("", None) and (words := _xls_words(value)).strip()
            }
            if filled:
                yield number, filled

    @contextlib.contextmanager
    def _failing_well(self) -> Iterator[None]:
        import python_calamine

        try:
            yield
        except python_calamine.PasswordError:
            raise DocumentError(
                "encrypted", self._path, found="文件设有打开口令", expected="未加密的文件", advice="请清除口令后另存"
            ) from None
        except BaseException as error:
            # The library is Rust: what it does not foresee arrives as a PanicException, which is no Exception.
            if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
                raise
            raise damaged(self._path, found="工作簿的结构已损坏或不完整", form="xls") from None


def _xls_words(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return plain_number(float(value))
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}" if value.hour or value.minute else value.date().isoformat()
    return str(value)


class _Csv:
    format = "csv"

    def __init__(self, path: Path) -> None:
        head = head_of(path)
        found = content_of(head)
        # "BM" alone may begin a text; a picture has zero bytes.
        if found and (found != "图片" or b"\0" in head):
            raise DocumentError(
                "wrong_extension",
                path,
                found=f"内容其实是{found}",
                expected="csv 文本",
                advice="请改回原来的扩展名，或用 Excel/WPS 另存为 csv",
            )
        from xuncha.documents.readers.plain import decode

        self._path = path
        self._text = decode(read_bytes(path), path)
        self.sheets = [SheetName("")]

    def spans(self, sheet: int) -> Spans:
        return {}

    def rows(self, sheet: int) -> Iterator[tuple[int, Cells]]:
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=_delimiter(self._text))
        number = -1
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                raise DocumentError(
                    "damaged",
                    self._path,
                    place=f"第 {reader.line_num} 行",
                    found="引号不配对或单元格过长",
                    expected="规范的 csv 表格",
                    advice=f"请用 Excel/WPS 打开后重新另存（{error}）",
                ) from None
            if row is None:
                return
            number += 1
            filled = {column: words for column, words in enumerate(row) if words.strip()}
            if filled:
                yield number, filled


def _delimiter(text: str) -> str:
    """The sign that parts the cells: the one that divides the first lines most evenly."""
    lines = [line for line in text[:20_000].splitlines()[:30] if line.strip()]
    best, best_score = ",", 0.0
    for sign in _DELIMITERS:
        counts = sorted(_outside_quotes(line, sign) for line in lines)
        middle = counts[len(counts) // 2] if counts else 0
        if middle:
            score = sum(count == middle for count in counts) / len(counts) + (sign in ",\t;") + min(middle, 20) / 100
            if score > best_score:
                best, best_score = sign, score
    return best


def _outside_quotes(line: str, sign: str) -> int:
    return sum(part.count(sign) for part in line.split('"')[::2])
