"""Word documents (docx): paragraphs, headings, tables and text boxes in the order of the text.

Source of the element names: ISO/IEC 29500-1, 17 (WordprocessingML), both namespaces.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.layout import arrange
from xuncha.documents.limits import MAX_DEPTH, Container, check_text, parse_xml, sha256_of
from xuncha.documents.model import Cell, Document, Line, LineKind
from xuncha.documents.readers.docx_numbering import Numbering, W, symbol

if TYPE_CHECKING:
    from lxml import etree

_VAL: Final = f"{W}val"
_STRICT: Final = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_LOOSE: Final = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_COMPATIBILITY: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ALTERNATE: Final = f"{_COMPATIBILITY}AlternateContent"
_P, _TBL, _BOX = f"{W}p", f"{W}tbl", f"{W}txbxContent"
# Struck out, moved away, or words about the text: none of it is what the paper says.
_SKIPPED: Final = frozenset(
    f"{W}{name}"
    for name in (
        "del", "moveFrom", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sdtPr", "sdtEndPr", "instrText",
        "delText", "delInstrText", "rt", "rubyPr", "fldData", "footnoteReference", "endnoteReference",
        "commentReference", "annotationRef", "tblGrid", "sectPr", "softHyphen",
    )
)  # fmt: skip
_TEXT: Final = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_MATH_TEXT: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_OFF: Final = ("0", "false", "off", "none")


def read(path: Path) -> Document:
    """The document in a docx (or docm, dotx) file; raises `DocumentError` and nothing else."""
    return read_as(path, original=path, format="docx")


def read_as(path: Path, *, original: Path, format: str, warnings: tuple[str, ...] = ()) -> Document:
    """The document in the docx file ``path`` in the name of ``original``, from which it was made."""
    with Container(path, form="docx") as container:
        body = _Body(container)
        body.walk()
        if not body.lines:
            raise _without_words(original, has_pictures=any("/media/" in name for name in container.names()))
    return arrange(
        original,
        format=format,
        sha256=sha256_of(original),
        source="".join(body.parts),
        lines=body.lines,
        warnings=[*warnings, *body.warnings],
    )


def _without_words(path: Path, *, has_pictures: bool) -> DocumentError:
    if has_pictures:
        return DocumentError(
            "scanned",
            path,
            found="只有图片，没有文字",
            expected="有文字的 docx 文件",
            advice="请先做文字识别（OCR），或索取可编辑的原稿",
        )
    return DocumentError("empty", path, found="没有任何文字", expected="有文字的 docx 文件", advice="请核对文件")


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says of headings and numbers; None where it says nothing."""

    name: str
    base: str
    outline: int | None
    number_id: str | None
    level: int | None


class _Body:
    """One walk through the main part of a docx, gathering lines."""

    def __init__(self, container: Container) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.lines: list[Line] = []
        self.warnings: list[str] = []
        self._container = container
        self._path = container.path
        self._tables = 0
        self._boxes: list[etree._Element] = []
        main = self._main_part()
        root = self._xml(main)
        if root is None or root.tag != f"{W}document":
            raise self._not_word(main)
        self._root = root
        related = self._relations(main)
        self._numbering = Numbering(self._xml(related.get("numbering", "word/numbering.xml")))
        self._styles, self._default_style = self._load_styles(related.get("styles", "word/styles.xml"))
        self._resolved: dict[str, _Style] = {}

    def _xml(self, name: str) -> etree._Element | None:
        data = self._container.read(name)
        if data is None:
            return None
        if _STRICT in data:
            data = data.replace(_STRICT, _LOOSE)
        return parse_xml(data, path=self._path, place=name, form="docx")

    def _main_part(self) -> str:
        for name in (self._relations("").get("officeDocument", ""), "word/document.xml"):
            if name and name in self._container:
                return name
        raise self._not_word("word/document.xml")

    def _not_word(self, place: str) -> DocumentError:
        for mark, form in (("xl/workbook.xml", "xlsx 表格"), ("ppt/presentation.xml", "pptx"), ("ofd.xml", "ofd 文件")):
            if mark in self._container:
                return DocumentError(
                    "wrong_extension",
                    self._path,
                    found=f"内容其实是 {form}",
                    expected="docx 文件",
                    advice="请改回原来的扩展名",
                )
        return self._container.damaged(place=place, found="缺少 Word 正文")

    def _relations(self, part: str) -> dict[str, str]:
        """Parts that a part refers to, by the last word of the relation's type."""
        folder, name = posixpath.split(part)
        root = self._container.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        targets: dict[str, str] = {}
        for relation in root.iterchildren(_RELATION) if root is not None else ():
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
                targets.setdefault(relation.get("Type", "").rpartition("/")[2], target)
        return targets

    def _load_styles(self, part: str) -> tuple[dict[str, _Style], str]:
        styles: dict[str, _Style] = {}
        default = ""
        root = self._xml(part)
        for element in root.iterchildren(f"{W}style") if root is not None else ():
            if element.get(f"{W}type") != "paragraph":
                continue
            style_id = element.get(f"{W}styleId", "")
            name = _value(element.find(f"{W}name")).lower()
            properties = element.find(f"{W}pPr")
            outline, number_id, level = _paragraph_numbers(properties)
            if outline is None and name.startswith("heading ") and name[8:].strip() in tuple("123456789"):
                outline = int(name[8:]) - 1
            styles[style_id] = _Style(name, _value(element.find(f"{W}basedOn")), outline, number_id, level)
            if element.get(f"{W}default") in ("1", "true", "on"):
                default = style_id
        return styles, default

    def _style(self, style_id: str) -> _Style:
        """A style with what it inherits."""
        known = self._resolved.get(style_id)
        if known is not None:
            return known
        name, outline, number_id, level = "", None, None, None
        seen: set[str] = set()
        current = style_id
        # A style may (in a damaged file) be based on itself.
        while current in self._styles and current not in seen:
            seen.add(current)
            style = self._styles[current]
            name = name or style.name
            outline = style.outline if outline is None else outline
            if number_id is None and style.number_id is not None:
                number_id = style.number_id
                level = style.level if style.level is not None else level
                if level is None:
                    level = self._numbering.level_of_style(number_id, current)
            elif level is None:
                level = style.level
            current = style.base
        resolved = _Style(name, "", outline, number_id, level)
        self._resolved[style_id] = resolved
        return resolved

    def walk(self) -> None:
        body = self._root.find(f"{W}body")
        if body is None:
            raise self._container.damaged(place="word/document.xml", found="缺少 Word 正文")
        self._blocks(body, cell=None, depth=0)

    def _blocks(self, parent: etree._Element, *, cell: Cell | None, depth: int) -> None:
        """Paragraphs and tables below an element, in order, wrappers looked through."""
        if depth > MAX_DEPTH:
            raise self._container.damaged(place="word/document.xml", found="元素嵌套过深")
        for child in parent:
            tag = child.tag
            if tag == _P:
                self._paragraph(child, cell=cell, depth=depth)
            elif tag == _TBL:
                self._table(child, cell=cell, depth=depth)
            elif tag == f"{W}altChunk":
                self.warnings.append("文中嵌入了另一个文件，其内容未读取")
            elif tag == _ALTERNATE:
                chosen = _chosen(child)
                if chosen is not None:
                    self._blocks(chosen, cell=cell, depth=depth + 1)
            elif tag not in _SKIPPED and not self._is_contents(child):
                self._blocks(child, cell=cell, depth=depth + 1)

    @staticmethod
    def _is_contents(element: etree._Element) -> bool:
        """Whether a content control holds a table of contents (目录), which would repeat every heading."""
        gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
        return gallery is not None and _value(gallery) == "Table of Contents"

    def _paragraph(self, paragraph: etree._Element, *, cell: Cell | None, depth: int) -> None:
        properties = paragraph.find(f"{W}pPr")
        style_id = self._default_style
        outline = number_id = level = None
        if properties is not None:
            style_id = _value(properties.find(f"{W}pStyle")) or style_id
            outline, number_id, level = _paragraph_numbers(properties)
        style = self._style(style_id)
        outline = style.outline if outline is None else outline
        if number_id is None:
            number_id = style.number_id
            level = style.level if level is None else level
        pieces: list[str] = []
        outer, self._boxes = self._boxes, []
        self._runs(paragraph, pieces, depth)
        boxes, self._boxes = self._boxes, outer
        text = "".join(pieces)
        # Word numbers an empty paragraph too, so the counter moves in any case.
        if number_id not in (None, "0") and not _is_struck(properties):
            number = self._numbering.next_number(number_id or "", level or 0)
            if text.strip():
                text = _numbered(number, text.lstrip())
        if not style.name.startswith("toc "):
            kind: LineKind = "paragraph"
            if cell is not None:
                kind = "cell"
            elif outline is not None and 0 <= outline < 9:
                kind = "heading"
            for line in text.split("\n"):
                self._line(line, kind, outline + 1 if kind == "heading" and outline is not None else None, cell)
        for box in boxes:
            self._blocks(box, cell=cell, depth=depth + 1)

    def _runs(self, parent: etree._Element, pieces: list[str], depth: int) -> None:
        """The text below a paragraph; text boxes are put aside for after it."""
        if depth > MAX_DEPTH:
            raise self._container.damaged(place="word/document.xml", found="元素嵌套过深")
        for child in parent:
            tag = child.tag
            if tag == f"{W}r":
                if _is_hidden(child):
                    continue
                self._runs(child, pieces, depth + 1)
            elif tag == f"{W}t" or tag == _MATH_TEXT:
                pieces.append((child.text or "").replace("\n", " "))
            elif tag in _TEXT:
                page_break = tag == f"{W}br" and child.get(f"{W}type") == "column"
                pieces.append("" if page_break else _TEXT[tag])
            elif tag == f"{W}sym":
                pieces.append(_sign(child.get(f"{W}char", "")))
            elif tag == _BOX:
                self._boxes.append(child)
            elif tag == _ALTERNATE:
                chosen = _chosen(child)
                if chosen is not None:
                    self._runs(chosen, pieces, depth + 1)
            elif tag not in _SKIPPED and len(child):
                self._runs(child, pieces, depth + 1)

    def _table(self, table: etree._Element, *, cell: Cell | None, depth: int) -> None:
        rows = [_cells_of(row) for row in _below(table, f"{W}tr")]
        if not rows:
            return
        # One cell drawn round a text is a frame, no table.
        if len(rows) == 1 and len(rows[0]) == 1:
            self._blocks(rows[0][0].element, cell=cell, depth=depth + 1)
            return
        number = self._tables
        self._tables += 1
        continued = [{place.column for place in row if place.merged == "continue"} for row in rows]
        for r, row in enumerate(rows):
            for place in row:
                if place.merged == "continue" and r > 0:
                    continue
                height = 1
                if place.merged == "restart":
                    while r + height < len(rows) and place.column in continued[r + height]:
                        height += 1
                here = Cell(number, r, place.column, rows=height, columns=place.columns)
                self._blocks(place.element, cell=here, depth=depth + 1)

    def _line(self, text: str, kind: LineKind, level: int | None, cell: Cell | None) -> None:
        if not text.strip():
            return
        if self.lines:
            # Cells of a row are set apart by a tab, everything else by a line end.
            last = self.lines[-1].cell
            beside = cell and last and (cell.table, cell.row) == (last.table, last.row) and cell.column != last.column
            self._put("\t" if beside else "\n")
        self.lines.append(Line(text=text, start=self.length, kind=kind, level=level, cell=cell))
        self._put(text)
        check_text(self.length, self._path)

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


@dataclass(frozen=True, slots=True)
class _Place:
    """A w:tc with its place in the row; ``merged`` is restart, continue or empty."""

    element: etree._Element
    column: int
    columns: int
    merged: str


def _below(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """The rows of a table or cells of a row, content controls and the like looked through."""
    waiting = [iter(parent)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        elif child.tag == wanted:
            yield child
        elif child.tag not in _SKIPPED and child.tag not in (f"{W}tr", f"{W}tc", _P, _TBL) and len(waiting) < 20:
            waiting.append(iter(child))


def _cells_of(row: etree._Element) -> list[_Place]:
    properties = row.find(f"{W}trPr")
    if properties is not None and properties.find(f"{W}del") is not None:
        return []
    column = _count(properties.find(f"{W}gridBefore"), 0) if properties is not None else 0
    places: list[_Place] = []
    for element in _below(row, f"{W}tc"):
        own = element.find(f"{W}tcPr")
        columns, merged = 1, ""
        if own is not None:
            columns = max(_count(own.find(f"{W}gridSpan"), 1), 1)
            mark = own.find(f"{W}vMerge")
            if mark is not None:
                merged = "restart" if _value(mark) == "restart" else "continue"
        places.append(_Place(element, column, columns, merged))
        column += columns
    return places


def _value(element: etree._Element | None) -> str:
    return "" if element is None else element.get(_VAL, "")


def _count(element: etree._Element | None, default: int) -> int:
    """A small number in w:val; ``default`` for anything else."""
    text = _value(element)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else default


def _paragraph_numbers(properties: etree._Element | None) -> tuple[int | None, str | None, int | None]:
    """Outline level, list and list level that a w:pPr states itself."""
    if properties is None:
        return None, None, None
    outline = properties.find(f"{W}outlineLvl")
    numbers = properties.find(f"{W}numPr")
    number_id = level = None
    if numbers is not None:
        stated, own = numbers.find(f"{W}numId"), numbers.find(f"{W}ilvl")
        number_id = _value(stated) if stated is not None else None
        level = _count(own, 0) if own is not None else None
    return (None if outline is None else _count(outline, 9)), number_id, level


def _is_struck(properties: etree._Element | None) -> bool:
    """Whether the paragraph itself was deleted under tracked changes, so that it counts no more."""
    return properties is not None and properties.find(f"{W}rPr/{W}del") is not None


def _is_hidden(run: etree._Element) -> bool:
    hidden = run.find(f"{W}rPr/{W}vanish")
    return hidden is not None and hidden.get(_VAL, "1") not in _OFF


def _sign(code: str) -> str:
    """The character of a w:sym."""
    try:
        value = int(code, 16)
    except ValueError:
        return ""
    return symbol(chr(value)) if 0x20 <= value < 0xD800 or 0xE000 <= value <= 0xFFFD else ""


def _chosen(alternate: etree._Element) -> etree._Element | None:
    """One of the alternatives, never two: the first choice that holds anything, else the fallback."""
    for choice in alternate.iterchildren(f"{_COMPATIBILITY}Choice"):
        if len(choice):
            return choice
    return alternate.find(f"{_COMPATIBILITY}Fallback")


def _numbered(number: str, text: str) -> str:
    """A number before its text, apart only where the two would run into one number or word."""
    last, first = number[-1:], text[:1]
    runs_on = first.isascii() and first.isalnum() and (last.isascii() and (last.isalnum() or last == "."))
    return f"{number} {text}" if runs_on and last != " " else f"{number}{text}"
