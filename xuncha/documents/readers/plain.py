"""Plain text and Markdown, in whichever encoding an office saved it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.layout import arrange
from xuncha.documents.limits import check_text, content_of, read_bytes
from xuncha.documents.model import Document, Line

_MARKDOWN: Final = frozenset((".md", ".markdown"))
_BREAK = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")
_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+")
_LEAST_CONFIDENCE: Final = 0.5


def read(path: Path) -> Document:
    """The document in a txt or md file; raises `DocumentError` and nothing else."""
    data = read_bytes(path)
    _check_content(path, data)
    source = decode(data, path)
    check_text(len(source), path)
    is_markdown = path.suffix.lower() in _MARKDOWN
    document = arrange(
        path,
        format="md" if is_markdown else "txt",
        sha256=hashlib.sha256(data).hexdigest(),
        source=source,
        lines=list(_lines(source, is_markdown=is_markdown)),
    )
    if not document.text:
        raise DocumentError("empty", path, found="文件里没有文字", expected="有文字的文件", advice="请重新取得该文件")
    return document


def decode(data: bytes, path: Path) -> str:
    """The text of ``data``: by its mark, else UTF-8, UTF-16, GB18030, else what a detector finds.

    Raises `DocumentError` ``undecodable`` with the offset of the first byte that no reading explains.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return _checked(_strict(data[len(mark) :], encoding, path, shift=len(mark)), path)
    wide = _unmarked_utf16(data)
    if wide is not None:
        return _checked(wide, path)
    try:
        return _checked(data.decode("utf-8"), path)
    except UnicodeDecodeError as error:
        first = error
    try:
        return _checked(data.decode("gb18030"), path)
    except UnicodeDecodeError as error:
        # The reading that got further shows where the damage is.
        first = max(first, error, key=lambda failure: failure.start)
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is not None and best.chaos < 0.1 and best.coherence > _LEAST_CONFIDENCE:
        try:
            return _checked(data.decode(best.encoding), path)
        except (UnicodeDecodeError, LookupError):
            pass
    raise _undecodable(path, first.start)


def _strict(data: bytes, encoding: str, path: Path, *, shift: int) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(path, error.start + shift) from None


def _unmarked_utf16(data: bytes) -> str | None:
    """The text of UTF-16 without a mark; null if this is not it."""
    if len(data) < 4 or len(data) % 2:
        return None
    sample = data[:4096]
    # Line ends, digits and half-width points show as zero bytes on one side only.
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if not even + odd or min(even, odd) * 4 > max(even, odd):
        return None
    try:
        return data.decode("utf-16-le" if odd > even else "utf-16-be")
    except UnicodeDecodeError:
        return None


def _checked(text: str, path: Path) -> str:
    at = text.find("\0")
    if at >= 0:
        line = text.count("\n", 0, at) + 1
        raise DocumentError(
            "damaged",
            path,
            place=f"第 {line} 行",
            found="含有空字符（NUL），不是文本或已损坏",
            expected="纯文本",
            advice="请重新取得该文件，或用记事本/WPS 打开后另存为 UTF-8 文本",
        )
    return text


def _undecodable(path: Path, offset: int) -> DocumentError:
    return DocumentError(
        "undecodable",
        path,
        place=f"第 {offset + 1} 个字节（偏移 {offset}）",
        found="文字编码无法识别",
        expected="UTF-8、GB18030 或 UTF-16 文本",
        advice="请用记事本/WPS 打开后另存为 UTF-8 文本",
    )


def _check_content(path: Path, data: bytes) -> None:
    content = content_of(data[:4096])
    # "BM" alone may begin a text; a picture has a zero byte soon after.
    if not content or content == "网页" or (content == "图片" and b"\0" not in data[:64]):
        return
    raise DocumentError(
        "wrong_extension",
        path,
        found=f"内容其实是{content}",
        expected="纯文本",
        advice="请改回原来的扩展名，或用 Word/WPS 打开后另存",
    )


def _lines(source: str, *, is_markdown: bool) -> Iterator[Line]:
    paged = "\f" in source
    page = 1
    start = 0
    for end, following in _breaks(source):
        yield _line(source[start:end], start, page if paged else None, is_markdown=is_markdown)
        if source[end:following] == "\f":
            page += 1
        start = following


def _breaks(source: str) -> Iterator[tuple[int, int]]:
    for found in _BREAK.finditer(source):
        yield found.span()
    yield len(source), len(source)


def _line(text: str, start: int, page: int | None, *, is_markdown: bool) -> Line:
    heading = _HEADING.match(text) if is_markdown else None
    if heading is None:
        return Line(text=text, start=start, page=page)
    end = heading.end()
    return Line(text=text[end:], start=start + end, page=page, kind="heading", level=len(heading[1]))
