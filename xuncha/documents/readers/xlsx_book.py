"""An xlsx file read from its XML and not by a library.

A library lays out a full grid in memory, and two cells at opposite corners of a sheet would ask for it all; and
numbers must come out as people see them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.limits import MAX_CELLS, Container, check_text, iterate_xml, parse_xml
from xuncha.documents.readers.xlsx_formats import BUILT_IN, shown

if TYPE_CHECKING:
    from lxml import etree

_S: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT: Final = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_LOOSE: Final = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R_IDS: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ROW: Final = f"{_S}row"
_CELL: Final = f"{_S}c"
_MERGED: Final = f"{_S}mergeCell"
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")

Cells = dict[int, str]
"""The filled cells of a row: words by column from 0."""
Spans = dict[tuple[int, int], tuple[int, int]]
"""Merged cells: how many rows and columns the one at (row, column) covers."""


class Book:
    """The parts of an xlsx file: sheets in order, shared strings, number formats."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._path = container.path
        self._unpacked: tuple[str, bytes | None] | None = None
        main = self._main()
        root = self._xml(main)
        if root is None or root.tag != f"{_S}workbook":
            raise self._not_a_book()
        properties = root.find(f"{_S}workbookPr")
        self._base_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        relations = self._relations(main)
        self.sheets: list[tuple[str, str, bool]] = []
        """Name, part and whether it is hidden, in the order of the tabs."""
        for sheet in root.iterfind(f"{_S}sheets/{_S}sheet"):
            reference = next((sheet.get(key) for key in _R_IDS if sheet.get(key)), "") or ""
            part = relations.get(reference, ("", ""))[1]
            if part:
                hidden = sheet.get("state", "visible") != "visible"
                self.sheets.append((sheet.get("name", ""), part, hidden))
        by_type = dict(relations.values())
        self._strings = self._shared_strings(by_type.get("sharedStrings", "xl/sharedStrings.xml"))
        self._formats = self._cell_formats(by_type.get("styles", "xl/styles.xml"))

    def _main(self) -> str:
        for kind, target in self._relations("").values():
            if kind == "officeDocument" and target in self._container:
                return target
        return "xl/workbook.xml"

    def _not_a_book(self) -> DocumentError:
        for mark, form in (("word/document.xml", "docx"), ("ofd.xml", "ofd"), ("ppt/presentation.xml", "pptx")):
            if mark in self._container:
                return DocumentError(
                    "wrong_extension",
                    self._path,
                    found=f"内容其实是 {form} 文件",
                    expected="xlsx 文件",
                    advice="请改回原来的扩展名",
                )
        return self._container.damaged(place="xl/workbook.xml", found="缺少工作簿")

    def _data(self, name: str) -> bytes | None:
        # A sheet is gone through twice, for its merged cells and for its rows; unpacked once.
        if self._unpacked is None or self._unpacked[0] != name:
            data = self._container.read(name)
            if data is not None and _STRICT in data[:4096]:
                data = data.replace(_STRICT, _LOOSE)
            self._unpacked = (name, data)
        return self._unpacked[1]

    def _xml(self, name: str) -> etree._Element | None:
        data = self._data(name)
        return None if data is None else parse_xml(data, path=self._path, place=name, form="xlsx")

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Kind and target by relation id."""
        folder, name = posixpath.split(part)
        root = self._container.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, tuple[str, str]] = {}
        for relation in root.iterchildren(_RELATION) if root is not None else ():
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
                found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], target)
        return found

    def _shared_strings(self, part: str) -> list[str]:
        data = self._data(part)
        if data is None:
            return []
        items = iterate_xml(data, (f"{_S}si",), path=self._path, place=part, form="xlsx")
        strings: list[str] = []
        length = 0
        for item in items:
            strings.append(_rich_text(item))
            length += len(strings[-1])
            check_text(length, self._path)
        return strings

    def _cell_formats(self, part: str) -> list[str]:
        """The format code of each cell style."""
        root = self._xml(part)
        if root is None:
            return []
        codes = dict(BUILT_IN)
        for own in root.iterfind(f"{_S}numFmts/{_S}numFmt"):
            codes[_number(own.get("numFmtId"))] = own.get("formatCode", "General")
        return [codes.get(_number(style.get("numFmtId")), "General") for style in root.iterfind(f"{_S}cellXfs/{_S}xf")]

    def rows(self, part: str) -> Iterator[tuple[int, Cells]]:
        """The rows of a sheet that hold something, in the order of the file; rows and columns count from 0."""
        data = self._data(part)
        if data is None:
            return
        row = -1
        for element in iterate_xml(data, (_ROW,), path=self._path, place=part, form="xlsx"):
            stated = element.get("r")
            row = min(_number(stated) - 1, 1_048_575) if stated else row + 1
            column = -1
            filled: Cells = {}
            for cell in element.iterchildren(_CELL):
                column = _column_of(cell.get("r"), column + 1)
                words = self._words(cell)
                if words and not words.isspace():
                    filled[column] = words
            if filled:
                yield row, filled

    def spans(self, part: str) -> Spans:
        """The merged cells of a sheet; they stand behind its rows."""
        spans: Spans = {}
        data = self._data(part)
        # Of a file in two bytes a sign the mark is not seen; it is read in any case.
        if data is None or (b"mergeCell" not in data and b"\0" not in data[:64]):
            return spans
        for element in iterate_xml(data, (_ROW, _MERGED), path=self._path, place=part, form="xlsx"):
            if element.tag == _MERGED:
                _add_span(element.get("ref", ""), spans)
        return spans

    def _words(self, cell: etree._Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(f"{_S}is")
            return "" if inline is None else _rich_text(inline)
        value = cell.findtext(f"{_S}v") or ""
        if kind == "s":
            index = _number(value, -1)
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if kind in ("str", "e", "d"):
            return _unescaped(value)
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        try:
            number = float(value)
        except ValueError:
            return value
        style = _number(cell.get("s"))
        code = self._formats[style] if 0 <= style < len(self._formats) else "General"
        return shown(number, code, base_1904=self._base_1904)


def _rich_text(item: etree._Element) -> str:
    """The text of a string with its runs; phonetic guides (rPh) are no text."""
    pieces: list[str] = []
    for child in item:
        if child.tag == f"{_S}t":
            pieces.append(child.text or "")
        elif child.tag == f"{_S}r":
            pieces.append(child.findtext(f"{_S}t") or "")
    return _unescaped("".join(pieces))


def _unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: _character(int(match[1], 16)), text)


def _character(code: int) -> str:
    return "" if 0xD800 <= code < 0xE000 or (code < 0x20 and code not in (9, 10)) else chr(code)


def _number(text: str | None, default: int = 0) -> int:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def _column_of(reference: str | None, following: int) -> int:
    """The column of a cell by its reference; without one it is the ``following``."""
    place = _REFERENCE.fullmatch(reference) if reference else None
    return _column(place[1]) if place else following


@lru_cache(maxsize=4096)
def _column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1


def _add_span(reference: str, spans: Spans) -> None:
    first, _, last = reference.partition(":")
    a, b = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
    if a and b and len(spans) < MAX_CELLS:
        row, column = int(a[2]) - 1, _column(a[1])
        spans[row, column] = (max(int(b[2]) - row, 1), max(_column(b[1]) - column + 1, 1))
