"""Workbooks and tables: xlsx, xls and csv; every sheet is a table, every filled cell a block."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from xuncha.documents.errors import DocumentError
from xuncha.documents.layout import arrange
from xuncha.documents.limits import MAX_CELLS, check_text, sha256_of
from xuncha.documents.model import Cell, Document, Line
from xuncha.documents.readers.workbooks import open_workbook
from xuncha.documents.readers.xlsx_book import Cells, Spans

_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)


def read(path: Path) -> Document:
    """The tables of a workbook or csv file; raises `DocumentError` and nothing else."""
    return read_as(path, original=path)


def read_as(path: Path, *, original: Path, format: str = "", warnings: tuple[str, ...] = ()) -> Document:
    """The document in the workbook ``path`` in the name of ``original``, from which it was made."""
    with open_workbook(path, original=original) as book:
        gathered = _Tables(original)
        hidden = [sheet.name for sheet in book.sheets if sheet.is_hidden]
        is_alone = len(book.sheets) - len(hidden) == 1
        for number, sheet in enumerate(book.sheets):
            if not sheet.is_hidden:
                gathered.add(book.rows(number), book.spans(number), name="" if is_alone else sheet.name)
        notes = [*warnings]
        if hidden:
            notes.append(f"隐藏的工作表未读取：{'、'.join(hidden[:20])}")
        return gathered.document(format=format or book.format, warnings=notes)


class _Tables:
    """Lines and source text of the tables gathered so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parts: list[str] = []
        self._length = 0
        self._lines: list[Line] = []
        self._number = 0

    def add(self, rows: Iterable[tuple[int, Cells]], spans: Spans, *, name: str = "") -> None:
        """One table from its rows in order; ``name`` stands above it as a heading."""
        last: tuple[int, int] | None = None
        for row, column, words in ((row, column, words) for row, cells in rows for column, words in cells.items()):
            if last is None and name and not _DEFAULT_NAME.fullmatch(name.strip()):
                self._put(name.strip(), "\n", Line(name.strip(), 0, kind="heading", level=1))
            down, across = spans.get((row, column), (1, 1))
            where = Cell(self._number, row, column, rows=down, columns=across)
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
