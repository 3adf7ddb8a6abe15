"""A line with its measures: indent, width, marker."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xuncha.documents.model import Cell, Line, LineKind
from xuncha.documents.values.numbering import Marker, marker_at

FINAL = frozenset("。！？；：!?;:…")
"""What ends a sentence or hands over to a list."""
CLOSING = frozenset("”’）)》】」』〕\"'")
# “…。” and …。（已完成） end a sentence too.
_CLOSED = re.compile(r"[。！？；：!?;:…](?:[（(【\[][^（(）)]{1,22})?[”’）)》】」』〕\]\"']{1,2}$")
_COLUMN_GAP = re.compile(r"\t|[ \u3000\xa0]{2}")
_MARKED = frozenset("一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾第（(问反首其再最此") | frozenset(
    "0123456789０１２３４５６７８９"
)
_OTHER_MARKS = range(0x2460, 0x32B0)


def cells(text: str) -> int:
    """The width in half-width cells: ASCII takes one, all else two."""
    return 2 * len(text) - len(text.encode("ascii", "ignore"))


@dataclass(slots=True)
class Strip:
    """A line without the white space at its ends.

    ``start`` is where ``text`` begins in the source, ``indent`` and ``width`` are in cells.
    """

    text: str
    start: int
    indent: int
    page: int | None
    kind: LineKind
    level: int | None
    cell: Cell | None
    is_blank_before: bool

    @classmethod
    def of(cls, line: Line, *, is_blank_before: bool) -> Strip | None:
        """The strip of ``line``; null where it holds white space only."""
        text = line.text.strip()
        if not text:
            return None
        lead = 0
        indent = 0
        if text is not line.text and line.text[0].isspace():
            lead = len(line.text) - len(line.text.lstrip())
            before = line.text[:lead].expandtabs(4)
            indent = cells(before)
        return cls(text, line.start + lead, indent, line.page, line.kind, line.level, line.cell, is_blank_before)

    @property
    def width(self) -> int:
        return cells(self.text)

    def marker(self) -> Marker | None:
        first = self.text[0]
        if first not in _MARKED and ord(first) not in _OTHER_MARKS:
            return None
        return marker_at(self.text[:40])

    @property
    def is_row(self) -> bool:
        """Whether the line is a table row whose columns are set off by gaps."""
        return _COLUMN_GAP.search(self.text) is not None and len(_columns(self.text)) >= 3

    def extent(self, *, by_characters: bool) -> int:
        """How far the line reaches to the right, its indent included."""
        if by_characters:
            return len(self.text) + self.indent // 2
        return self.width + self.indent

    @property
    def ends_sentence(self) -> bool:
        last = self.text[-1]
        return last in FINAL or (last in CLOSING and _CLOSED.search(self.text[-30:]) is not None)


def _columns(text: str) -> list[str]:
    return [column for column in re.split(r"\t|[ \u3000\xa0]{2,}", text) if column.strip()]
