"""OFD files: the text objects of each page, set into lines by their place.

Source: GB/T 33190-2016, 7 (file structure), 7.7 (pages), 11 (text). Template pages, annotations, attachments
and signatures are not content.
"""

from __future__ import annotations

import math
import posixpath
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.layout import arrange
from xuncha.documents.limits import MAX_DEPTH, MAX_PAGES, Container, check_text, sha256_of
from xuncha.documents.model import Document, Line

if TYPE_CHECKING:
    from lxml import etree

_GAP_CHARACTERS: Final = 6
"""Text this many characters to the right of the last is set apart by a blank (a column, a signature)."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text with its place in millimetres: left end, right end, base line from above, size."""

    text: str
    left: float
    right: float
    base: float
    size: float


def read(path: Path) -> Document:
    """The document in an OFD file; raises `DocumentError` and nothing else."""
    with Container(path, form="ofd") as container:
        pages, bare = _pages(container)
    if not any(pages):
        if bare:
            raise DocumentError(
                "scanned",
                path,
                place=f"共 {len(pages)} 页",
                found="只有图像，没有文字（扫描件）",
                expected="有文字的 ofd 文件",
                advice="请先做文字识别（OCR），或索取 Word 原稿",
            )
        raise DocumentError(
            "empty", path, place=f"共 {len(pages)} 页", found="没有任何文字", expected="有文字的 ofd 文件"
        )
    lines: list[Line] = []
    parts: list[str] = []
    length = 0
    for number, page in enumerate(pages, 1):
        for text in page:
            if lines:
                parts.append("\n")
                length += 1
            lines.append(Line(text, length, page=number))
            parts.append(text)
            length += len(text)
        check_text(length, path)
    warnings = [f"第 {'、'.join(map(str, bare[:50]))} 页只有图像，没有文字，未读取"] if bare else []
    return arrange(path, format="ofd", sha256=sha256_of(path), source="".join(parts), lines=lines, warnings=warnings)


def _local(element: etree._Element) -> str:
    """The element's name without namespace: early writers use other ones than the standard's."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if _local(child) == name]


def _text_of(element: etree._Element, *names: str) -> str:
    """The words of the element at the end of a path of names."""
    for name in names:
        found = _children(element, name)
        if not found:
            return ""
        element = found[0]
    return (element.text or "").strip()


def _resolve(place: str, base: str) -> str:
    """A location (ST_Loc): from the root if it begins with a slash, else from the folder of ``base``."""
    folder = "" if place.startswith("/") else posixpath.dirname(base)
    return posixpath.normpath(posixpath.join("/", folder, place.lstrip("/"))).lstrip("/")


def _pages(container: Container) -> tuple[list[list[str]], list[int]]:
    """The lines of each page, and the numbers of pages with pictures only."""
    root = container.xml("OFD.xml")
    if root is None:
        raise _not_ofd(container)
    pages: list[list[str]] = []
    bare: list[int] = []
    length = 0
    for body in _children(root, "DocBody"):
        main = _resolve(_text_of(body, "DocRoot"), "OFD.xml")
        document = container.xml(main)
        if document is None:
            raise container.damaged(place=main, found="缺少文档根节点文件")
        listed = [page for holder in _children(document, "Pages") for page in _children(holder, "Page")]
        if len(pages) + len(listed) > MAX_PAGES:
            raise DocumentError(
                "too_many_pages",
                container.path,
                found=f"共 {len(pages) + len(listed)} 页",
                expected=f"不超过 {MAX_PAGES} 页",
                advice="请拆分后再试",
            )
        for entry in listed:
            part = _resolve(entry.get("BaseLoc", ""), main)
            content = container.xml(part)
            if content is None and not part.lower().endswith(".xml"):
                part = posixpath.join(part, "Content.xml")
                content = container.xml(part)
            if content is None:
                raise container.damaged(place=f"第 {len(pages) + 1} 页（{part}）", found="缺少页面内容")
            pieces: list[_Piece] = []
            has_pictures = _gather(content, pieces, container, part)
            pages.append(_lines(pieces))
            if has_pictures and not pages[-1]:
                bare.append(len(pages))
            length += sum(map(len, pages[-1]))
            check_text(length, container.path)
    if not pages:
        raise container.damaged(place="OFD.xml", found="没有一页")
    return pages, bare


def _not_ofd(container: Container) -> DocumentError:
    for mark, form in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx")):
        if mark in container:
            return DocumentError(
                "wrong_extension",
                container.path,
                found=f"内容其实是 {form} 文件",
                expected="ofd 文件",
                advice="请改回原来的扩展名",
            )
    return container.damaged(place="OFD.xml", found="缺少 OFD 主入口")


def _gather(root: etree._Element, pieces: list[_Piece], container: Container, part: str) -> bool:
    """The text pieces of a page in the order of its layers; says whether there are pictures or drawings."""
    pictures = False
    # (element, depth): a stack of our own, so that deep nesting cannot exhaust Python's.
    waiting = [(root, 0)]
    while waiting:
        element, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise container.damaged(place=part, found="元素嵌套过深")
        name = _local(element)
        if name == "TextObject":
            if element.get("Visible", "true") != "false":
                _add_text(element, pieces)
        elif name in ("ImageObject", "PathObject", "CompositeObject"):
            pictures = True
        elif name != "Template":
            waiting.extend((child, depth + 1) for child in reversed(element))
    return pictures


def _add_text(element: etree._Element, pieces: list[_Piece]) -> None:
    x, y, _, _ = _numbers(element.get("Boundary", ""), (0.0, 0.0, 0.0, 0.0))
    size = _numbers(element.get("Size", ""), (0.0,))[0] or 4.0
    a, b, c, d, e, f = _numbers(element.get("CTM", ""), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))
    inner_x = inner_y = 0.0
    for code in _children(element, "TextCode"):
        # A missing X or Y goes on from the last one (11.3).
        inner_x = _numbers(code.get("X", ""), (inner_x,))[0]
        inner_y = _numbers(code.get("Y", ""), (inner_y,))[0]
        text = " ".join((code.text or "").split("\n")).replace("\r", "")
        if not text.strip():
            continue
        left = x + a * inner_x + c * inner_y + e
        base = y + b * inner_x + d * inner_y + f
        scale = math.hypot(a, b) or 1.0
        shown = size * scale
        width = sum(1.0 if ord(sign) > 0x2E7F else 0.5 for sign in text) * shown
        pieces.append(_Piece(text, left, left + width, base, shown))


def _numbers(text: str, default: tuple[float, ...]) -> tuple[float, ...]:
    """Numbers parted by blanks; ``default`` unless there are as many and each is finite."""
    fields = text.split(maxsplit=len(default))
    try:
        values = tuple(float(field) for field in fields[: len(default)])
    except ValueError:
        return default
    if len(values) != len(default) or not all(math.isfinite(value) and abs(value) < 1e6 for value in values):
        return default
    return values


def _lines(pieces: list[_Piece]) -> list[str]:
    """The pieces set into lines: from above, and from the left within a line."""
    ordered = sorted(pieces, key=lambda piece: piece.base)
    rows: list[list[_Piece]] = []
    for piece in ordered:
        # A line holds what stands within half a character of its first piece.
        if rows and piece.base - rows[-1][0].base <= 0.5 * min(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    # A lone sign in the margin (a page number, a binding mark) is not the edge of the text.
    lefts = [min(piece.left for piece in row) for row in rows if sum(len(piece.text) for piece in row) > 3]
    edge = min(lefts, default=min((piece.left for piece in pieces), default=0.0))
    return [line for line in (_joined(row, edge) for row in rows) if line.strip()]


def _joined(row: list[_Piece], edge: float) -> str:
    row.sort(key=lambda piece: piece.left)
    indent = round((row[0].left - edge) / row[0].size) if row[0].size else 0
    text = "\u3000" * max(min(indent, 20), 0)
    right = row[0].left
    for piece in row:
        if text.strip() and piece.left - right > _GAP_CHARACTERS * piece.size:
            text += "\u3000"
        text += piece.text
        right = max(right, piece.right)
    return text.rstrip()
