"""Workbooks and tables: xlsx, xls and csv; every sheet is a table, every filled cell a block."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.layout import arrange
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
    sha256_of,
)
from xuncha.documents.model import Cell, Document, Line
from xuncha.documents.readers.xlsx_book import Book, Filled, Spans
from xuncha.documents.readers.xlsx_formats import plain_number

_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_DELIMITERS: Final = (",", "\t", ";", "，", "|")


def read(path: Path) -> Document:
    """The tables of a workbook or csv file; raises `DocumentError` and nothing else."""
    if path.suffix.lower() == ".csv":
        return _read_csv(path)
    head = head_of(path)
    if is_ole(head) and not is_encrypted_office(path):
        if path.suffix.lower() != ".xls":
            raise DocumentError(
                "wrong_extension",
                path,
                found="内容其实是 Excel 97-2003 格式",
                expected="xlsx 文件",
                advice="请把扩展名改为 .xls，或用 Excel/WPS 另存为 .xlsx",
            )
        return _read_xls(path)
    return read_as(path, original=path, format="xlsx")


def read_as(path: Path, *, original: Path, format: str, warnings: tuple[str, ...] = ()) -> Document:
    """The document in the xlsx file ``path`` in the name of ``original``, from which it was made."""
    with Container(path, form="xlsx") as container:
        book = Book(container)
        gathered = _Tables(original)
        visible = [sheet for sheet in book.sheets if not sheet[2]]
        for name, part, _ in visible:
            spans: Spans = {}
            filled = list(book.filled(part, spans))
            gathered.add(filled, spans, name=name if len(visible) > 1 else "")
        hidden = [name for name, _, is_hidden in book.sheets if is_hidden]
    notes = [*warnings]
    if hidden:
        notes.append(f"隐藏的工作表未读取：{'、'.join(hidden[:20])}")
    return gathered.document(format=format, warnings=notes)


class _Tables:
    """Lines and source text of the tables gathered so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parts: list[str] = []
        self._length = 0
        self._lines: list[Line] = []
        self._number = 0

    def add(self, filled: Iterable[Filled], spans: Spans, *, name: str = "") -> None:
        """One table from its filled cells in reading order; ``name`` stands above it as a heading."""
        last: tuple[int, int] | None = None
        for row, column, words in filled:
            if last is None and name and not _DEFAULT_NAME.fullmatch(name.strip()):
                self._put(name.strip(), "\n", Line(name.strip(), 0, kind="heading", level=1))
            rows, columns = spans.get((row, column), (1, 1))
            where = Cell(self._number, row, column, rows=rows, columns=columns)
            for text in words.splitlines():
                if text.strip():
                    gap = "\t" if last and last[0] == row and last[1] != column else "\n"
                    self._put(text, gap, Line(text, 0, kind="cell", cell=where))
                    last = (row, column)
        self._number += last is not None

    def _put(self, text: str, gap: str, line: Line) -> None:
        if self._lines:
            self._parts.append(gap)
            self._length += 1
        self._lines.append(Line(text, self._length, kind=line.kind, level=line.level, cell=line.cell))
        self._parts.append(text)
        self._length += len(text)
        check_text(self._length, self._path)
        if len(self._lines) > MAX_CELLS:
            raise DocumentError(
                "too_large",
                self._path,
                found=f"超过 {MAX_CELLS // 10_000} 万个单元格",
                expected="一本台账",
                advice="请拆分后再试",
            )

    def document(self, *, format: str, warnings: list[str]) -> Document:
        if not self._lines:
            raise DocumentError(
                "empty", self._path, found="没有任何内容", expected="有内容的工作表", advice="请核对文件"
            )
        return arrange(
            self._path,
            format=format,
            sha256=sha256_of(self._path),
            source="".join(self._parts),
            lines=self._lines,
            warnings=warnings,
        )


def _read_xls(path: Path) -> Document:
    import python_calamine

    read_bytes(path)
    tables = _Tables(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        visible, hidden = _visible(book)
        for name in visible:
            sheet: Any = book.get_sheet_by_name(name)
            spans: Spans = {}
            for (row, column), (last_row, last_column) in sheet.merged_cell_ranges or ():
                spans[row, column] = (last_row - row + 1, last_column - column + 1)
            rows = sheet.iter_rows()
            filled = (
                (r, c, _xls_words(value))
                for r, row in enumerate(rows)
                for c, value in enumerate(row)
                if value not in ("", None)
            )
            tables.add(filled, spans, name=name if len(visible) > 1 else "")
    except DocumentError:
        raise
    except python_calamine.PasswordError:
        raise DocumentError(
            "encrypted", path, found="文件设有打开密码", expected="未加密的文件", advice="请清除密码后另存"
        ) from None
    except BaseException as error:
        # The library is Rust: what it does not foresee arrives as a PanicException, which is no Exception.
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise damaged(path, found="工作簿的结构已损坏或不完整", form="xls") from None
    notes = [f"隐藏的工作表未读取：{'、'.join(hidden[:20])}"] if hidden else []
    return tables.document(format="xls", warnings=notes)


def _visible(book: Any) -> tuple[list[str], list[str]]:
    from python_calamine import SheetVisibleEnum

    visible: list[str] = []
    hidden: list[str] = []
    for sheet in book.sheets_metadata:
        (visible if sheet.visible == SheetVisibleEnum.Visible else hidden).append(sheet.name)
    return visible, hidden


def _xls_words(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return plain_number(float(value))
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}" if value.hour or value.minute else value.date().isoformat()
    return str(value)


def _read_csv(path: Path) -> Document:
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

    text = decode(read_bytes(path), path)
    tables = _Tables(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        filled = ((r, c, words) for r, row in enumerate(reader) for c, words in enumerate(row) if words.strip())
        tables.add(filled, {})
    except csv.Error as error:
        raise DocumentError(
            "damaged",
            path,
            place=f"第 {reader.line_num} 行",
            found="引号不配对或单元格过长",
            expected="规范的 csv 表格",
            advice=f"请用 Excel/WPS 打开后重新另存（{error}）",
        ) from None
    return tables.document(format="csv", warnings=[])


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
