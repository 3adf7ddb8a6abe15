"""Workbooks and tables: xlsx, xls and csv; every sheet is a table, every filled cell a block.

xlsx is read from its XML and not by a library: a library lays out a full grid in memory, and two cells at
opposite corners of a sheet would ask for it all; and numbers must come out as people see them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

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
    iterate_xml,
    parse_xml,
    read_bytes,
    sha256_of,
)
from xuncha.documents.model import Cell, Document, Line
from xuncha.documents.readers.xlsx_formats import BUILT_IN, plain_number, shown

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
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_DELIMITERS: Final = (",", "\t", ";", "，", "|")

Filled = tuple[int, int, str]
"""A filled cell: row and column from 0, and its words."""
Spans = dict[tuple[int, int], tuple[int, int]]
"""Merged cells: how many rows and columns the one at (row, column) covers."""


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
        book = _Book(container)
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


class _Book:
    """The parts of an xlsx file: sheets in order, shared strings, number formats."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._path = container.path
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
        data = self._container.read(name)
        return data.replace(_STRICT, _LOOSE) if data is not None and _STRICT in data[:4096] else data

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

    def filled(self, part: str, spans: Spans) -> Iterator[Filled]:
        """The filled cells of a sheet in reading order; merged cells are put into ``spans``."""
        data = self._data(part)
        if data is None:
            return
        row = -1
        tags = (f"{_S}row", f"{_S}mergeCell")
        count = 0
        for element in iterate_xml(data, tags, path=self._path, place=part, form="xlsx"):
            if element.tag == f"{_S}mergeCell":
                _add_span(element.get("ref", ""), spans)
                continue
            stated = element.get("r")
            row = min(_number(stated) - 1, 1_048_575) if stated else row + 1
            column = -1
            for cell in element.iterchildren(f"{_S}c"):
                place = _REFERENCE.fullmatch(cell.get("r", ""))
                column = _column(place[1]) if place else column + 1
                words = self._words(cell)
                if words.strip():
                    count += 1
                    if count > MAX_CELLS:
                        return
                    yield row, column, words

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
