"""PDF files with a text layer: lines in reading order with their page, ruled tables as cells."""

from __future__ import annotations

import ctypes
import threading
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.layout import arrange
from xuncha.documents.limits import (
    MAX_PAGES,
    Container,
    check_text,
    content_of,
    damaged,
    head_of,
    is_encrypted_office,
    is_ole,
    is_pdf,
    is_zip,
    sha256_of,
)
from xuncha.documents.model import Cell, Document, Line

if TYPE_CHECKING:
    import pypdfium2

MAX_SECONDS: Final = 120.0
"""Between two pages the reader looks at the clock; a paper of 5,000 pages takes about 10 s."""
MAX_PAGE_CHARACTERS: Final = 200_000
_MARGIN: Final = 0.09
"""Share of the page's height in which heads and page numbers stand (GB/T 9704: 37 of 297 mm above the text)."""
_PASSWORD_ERROR: Final = 4
_LEAST_INDENT: Final = 0.8
"""Characters; less is the play of justified type."""
# PDFium is not made for several threads at once.
_LOCK = threading.Lock()

# Radicals (U+2F00…) and the supplement (U+2E80…) stand for ordinary characters in the text of some
# PDF writers; one code point becomes one, so that no offset moves. Source: Unicode, EquivalentUnifiedIdeograph.
_SUPPLEMENT: Final = (
    "⺁厂⺇几⺌小⺎兀⺏尣⺒巳⺓幺⺗心⺛旡⺝月⺞歹⺟母⺠民⺡氵⺢水⺣灬⺥爪⺧牛⺨犭⺩王⺫目⺬示⺭礻⺮竹⺯糸⺰纟⺱罓⺲罒⺳网⺶羊⺷羊"
    "⺹老⺻聿⺼肉⺽臼⺾艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风"
    "⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)


def _plain_forms() -> dict[int, str]:
    import unicodedata

    forms = {ord(_SUPPLEMENT[i]): _SUPPLEMENT[i + 1] for i in range(0, len(_SUPPLEMENT), 2)}
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFB00)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1:
            forms[code] = plain
    # What PDFium puts for a broken word or an unknown sign is no text.
    forms.update(dict.fromkeys((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF, 0x7F), " "))
    return forms


_forms: dict[int, str] = {}


def plain_characters(text: str) -> str:
    """The text with radicals and compatibility ideographs as ordinary characters, one for one."""
    if not _forms:
        _forms.update(_plain_forms())
    return text.translate(_forms)


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line with its place on the page in points, from below and from the left."""

    text: str
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    top: float = 0.0
    cell: Cell | None = None

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """The lines of a page in reading order; ``has_marks`` says that something is drawn or pictured on it."""

    lines: list[PlacedLine]
    has_marks: bool = False


def read(path: Path) -> Document:
    """The document in a PDF file with a text layer; raises `DocumentError` and nothing else."""
    head = head_of(path)
    if not is_pdf(head):
        raise _not_pdf(path, head)
    with _LOCK:
        pages = _pages(path)
    warnings = _check_text_layer(path, pages)
    lines: list[Line] = []
    parts: list[str] = []
    length = 0
    edge = _common_left(pages)
    for number, page in enumerate(pages, 1):
        left = _left_of(page.lines, edge)
        for line in page.lines:
            text = line.text if line.cell else _indented(line, left)
            if lines:
                last = lines[-1].cell
                cell = line.cell
                beside = cell and last and (cell.table, cell.row) == (last.table, last.row) and cell != last
                parts.append("\t" if beside else "\n")
                length += 1
            kind = "cell" if line.cell else "line"
            lines.append(Line(text=text, start=length, page=number, kind=kind, cell=line.cell))  # type: ignore[arg-type]
            parts.append(text)
            length += len(text)
        check_text(length, path)
    return arrange(path, format="pdf", sha256=sha256_of(path), source="".join(parts), lines=lines, warnings=warnings)


def _not_pdf(path: Path, head: bytes) -> DocumentError:
    if is_zip(head):
        Container(path, form="pdf").close()
    encrypted = is_ole(head) and is_encrypted_office(path)
    found = "加密的 Office 文件" if encrypted else content_of(head)
    if found:
        return DocumentError(
            "wrong_extension",
            path,
            found=f"内容其实是{found}",
            expected="pdf 文件",
            advice="请改回原来的扩展名",
        )
    return damaged(path, found="开头没有 PDF 的标志", form="pdf")


def _pages(path: Path) -> list[PlacedPage]:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_ERROR:
            raise DocumentError(
                "encrypted",
                path,
                found="文件设有打开口令",
                expected="未加密的 pdf 文件",
                advice="请用能打开它的软件另存为不加密的 PDF",
            ) from None
        raise damaged(path, found="PDF 的结构已损坏或不完整", form="pdf") from None
    try:
        count = len(pdf)
        if count > MAX_PAGES:
            raise DocumentError(
                "too_many_pages",
                path,
                found=f"共 {count} 页",
                expected=f"不超过 {MAX_PAGES} 页",
                advice="请拆分后再试",
            )
        if count == 0:
            raise damaged(path, found="没有一页", form="pdf")
        return _all_pages(pdf, count, path)
    finally:
        pdf.close()


def _all_pages(pdf: pypdfium2.PdfDocument, count: int, path: Path) -> list[PlacedPage]:
    import pypdfium2

    pages: list[PlacedPage] = []
    length = tables = 0
    until = time.monotonic() + MAX_SECONDS
    for index in range(count):
        if time.monotonic() > until:
            raise DocumentError(
                "too_large",
                path,
                place=f"第 {index + 1} 页",
                found=f"读取超过 {MAX_SECONDS:.0f} 秒",
                expected="普通公文",
                advice="请拆分后再试",
            )
        try:
            page = pdf[index]
        except pypdfium2.PdfiumError:
            raise damaged(path, place=f"第 {index + 1} 页", found="这一页无法读取", form="pdf") from None
        try:
            textpage = page.get_textpage()
            try:
                placed, tables = _page(page, textpage, path, index + 1, tables)
            finally:
                textpage.close()
        except pypdfium2.PdfiumError:
            raise damaged(path, place=f"第 {index + 1} 页", found="这一页的文字无法读取", form="pdf") from None
        finally:
            page.close()
        pages.append(placed)
        length += sum(len(line.text) for line in placed.lines)
        check_text(length, path)
    return pages


def _page(page: Any, textpage: Any, path: Path, number: int, tables: int) -> tuple[PlacedPage, int]:
    """A page's lines in reading order, and the number of tables seen so far."""
    count = textpage.count_chars()
    if count > MAX_PAGE_CHARACTERS:
        raise DocumentError(
            "bomb",
            path,
            place=f"第 {number} 页",
            found=f"一页上有 {count} 个字符",
            expected="一页公文",
            advice="文件可能被恶意构造，请勿打开，并向来源核实",
        )
    if count <= 0:
        return PlacedPage([], has_marks=_has_marks(page)), tables
    lines = _placed_lines(textpage, count)
    if not lines:
        return PlacedPage([], has_marks=_has_marks(page)), tables
    _, bottom, _, top = page.get_bbox()
    if page.get_rotation():
        return PlacedPage(lines), tables
    lines = in_reading_order(lines, bottom=bottom, top=top)
    from xuncha.documents.readers.pdf_tables import with_tables

    lines, tables = with_tables(page, textpage, lines, first_table=tables)
    return PlacedPage(lines), tables


def _placed_lines(textpage: Any, count: int) -> list[PlacedLine]:
    """The lines that PDFium makes of a page's characters, each with the box of its ends."""
    from pypdfium2 import raw

    text = textpage.get_text_range()
    direct = len(text) == count
    box = tuple(ctypes.c_double() for _ in range(4))
    left, right, bottom, top = box
    x, y = ctypes.c_double(), ctypes.c_double()
    loose = raw.FS_RECTF()
    lines: list[PlacedLine] = []
    offset = 0
    for line in text.split("\n"):
        start, offset = offset, offset + len(line) + 1
        first = len(line) - len(line.lstrip())
        words = plain_characters(line).strip()
        if not words:
            continue
        last = len(line.rstrip()) - 1
        ends: list[tuple[float, float, float, float]] = []
        for position in (start + first, start + last):
            index = position if direct else raw.FPDFText_GetCharIndexFromTextIndex(textpage, position)
            if index < 0 or not raw.FPDFText_GetCharBox(textpage, index, *box):
                continue
            # The ink of a full-width “ or 。 fills half its square: across, its place and advance count.
            if raw.FPDFText_GetCharOrigin(textpage, index, x, y):
                left.value = x.value
            if raw.FPDFText_GetLooseCharBox(textpage, index, loose) and loose.right > left.value:
                right.value = loose.right
            ends.append((left.value, right.value, bottom.value, top.value))
        if ends:
            lines.append(
                PlacedLine(
                    words,
                    min(e[0] for e in ends),
                    max(e[1] for e in ends),
                    min(e[2] for e in ends),
                    max(e[3] for e in ends),
                )
            )
        else:
            lines.append(PlacedLine(words))
    return lines


def in_reading_order(lines: list[PlacedLine], *, bottom: float, top: float) -> list[PlacedLine]:
    """Lines as one reads them: running head, body, foot; the file may hold them in any order.

    The body is sorted by height only where no two lines stand side by side; columns and the cells of a table
    keep the order in which they were written, which is nearly always the order of reading.
    """
    margin = (top - bottom) * _MARGIN
    heads = [line for line in lines if line.middle > top - margin]
    feet = [line for line in lines if line.middle < bottom + margin]
    body = [line for line in lines if bottom + margin <= line.middle <= top - margin]
    if len(heads) + len(feet) + len(body) != len(lines):
        return lines
    ordered = sorted(body, key=lambda line: -line.middle)
    beside = any(
        above.bottom < below.middle and (above.right < below.left or below.right < above.left)
        for above, below in pairwise(ordered)
    )
    return (
        sorted(heads, key=lambda line: (-round(line.middle), line.left))
        + (body if beside else ordered)
        + sorted(feet, key=lambda line: (-round(line.middle), line.left))
    )


def _has_marks(page: Any) -> bool:
    from pypdfium2 import raw

    return bool(raw.FPDFPage_CountObjects(page) > 0)


def _check_text_layer(path: Path, pages: list[PlacedPage]) -> list[str]:
    """Refuse a file without usable text; the warnings for single pages without."""
    bare = [number for number, page in enumerate(pages, 1) if not page.lines and page.has_marks]
    if not any(page.lines for page in pages):
        if bare:
            raise DocumentError(
                "scanned",
                path,
                place=f"共 {len(pages)} 页",
                found="只有图像，没有文字层（扫描件）",
                expected="带文字层的 pdf 文件",
                advice="请先做文字识别（OCR），或索取 Word 原稿",
            )
        raise DocumentError("empty", path, place=f"共 {len(pages)} 页", found="没有任何文字", expected="有文字的 pdf")
    unknown = total = 0
    for page in pages:
        for line in page.lines:
            total += len(line.text)
            unknown += sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" for c in line.text)
    if unknown * 2 > total:
        raise DocumentError(
            "undecodable",
            path,
            found="文字层的字体没有编码对照，取出的不是汉字",
            expected="文字可以复制的 pdf 文件",
            advice="请索取 Word 原稿，或先做文字识别（OCR）",
        )
    if bare:
        return [f"第 {_ranges(bare)} 页只有图像，没有文字，未读取"]
    return []


def _ranges(numbers: list[int]) -> str:
    """Page numbers in short: 2、5-7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs)


def _size(line: PlacedLine) -> float:
    """The width of one character, from the line's own length; half-width signs count half."""
    width = sum(1.0 if ord(c) > 0x2E7F else 0.5 for c in line.text)
    return (line.right - line.left) / width if width else 0.0


def _common_left(pages: list[PlacedPage]) -> float | None:
    """Where most pages begin their lines; None without any."""
    lefts = Counter(
        round(min(line.left for line in page.lines if len(line.text) > 8))
        for page in pages
        if any(len(line.text) > 8 and not line.cell for line in page.lines)
    )
    return float(min(left for left, times in lefts.items() if times == max(lefts.values()))) if lefts else None


def _left_of(lines: list[PlacedLine], common: float | None) -> float:
    """The left edge of a page's text; a page of nothing but indented lines takes that of the others."""
    own = min((line.left for line in lines if len(line.text) > 8), default=common or 0.0)
    size = max((_size(line) for line in lines), default=0.0)
    return common if common is not None and own - 3 * size < common < own else own


def _indented(line: PlacedLine, left: float) -> str:
    """The line with its indent as ideographic spaces, by which a paragraph's first line is known."""
    size = _size(line)
    indent = (line.left - left) / size if size > 1 else 0.0
    return "\u3000" * min(round(indent), 20) + line.text if indent >= _LEAST_INDENT else line.text
