"""The paper as it reads, with what was found in it marked: blocks, tables, pages, and a number before each finding."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from xuncha.web.findings.review.rows import Row

# Marks between two stretches of one finding belong to it.
_BETWEEN: Final = re.compile(r"[\s，,；;、。：:！？]{0,3}")
# A heading of the paper has little beside its words: a marker, a full stop.
_MARKER_LENGTH: Final = 8


class Span(NamedTuple):
    """A stretch of the text that belongs to a draft; ``is_first``: its number stands before it."""

    start: int
    end: int
    row: Row
    is_first: bool


@dataclass
class Piece:
    """A paragraph, heading or table as the page lays it out.

    ``tag`` is the element; ``key`` the block's place in the paper; ``rows`` hold the cells of a table.
    """

    tag: str
    key: int = 0
    start: int = 0
    html: SafeString = field(default_factory=SafeString)
    rows: list[list[CellPiece]] = field(default_factory=list)
    is_title: bool = False


@dataclass
class CellPiece:
    """One cell of a table of the paper."""

    key: int
    start: int
    html: SafeString
    rows: int = 1
    columns: int = 1


@dataclass
class Sheet:
    """What stands on one page; ``number`` is null where the format has no pages."""

    number: int | None
    pieces: list[Piece] = field(default_factory=list)


class Source:
    """The text of a paper with the spans of its drafts."""

    def __init__(self, text: str, reading: Mapping[str, Any], rows: Sequence[Row]) -> None:
        self.text = text
        self.blocks: list[Mapping[str, Any]] = list(reading.get("blocks", ()))
        self.page_starts: list[Sequence[int]] = list(reading.get("page_starts", ()))
        self.title = (reading.get("facts") or {}).get("title") or ""
        self._spans = sorted(_spans(text, rows), key=lambda span: (span.start, -span.end))
        self._starts = [span.start for span in self._spans]
        self._longest = max((span.end - span.start for span in self._spans), default=0)
        self._headings = {row.start: min(row.depth, 2) for row in rows if row.kind == "group" and row.start is not None}
        self._heading_starts = sorted(self._headings)

    @property
    def pages(self) -> int | None:
        """How many pages the paper has; null where its format has none."""
        return max((start[1] for start in self.page_starts), default=None)

    def sheets(self) -> list[Sheet]:
        """The whole paper, page by page."""
        sheets: list[Sheet] = []
        table: int | None = None
        for key, block in enumerate(self.blocks):
            page = block.get("page")
            cell = block.get("cell")
            if not sheets or (page != sheets[-1].number and not (cell and cell["table"] == table)):
                sheets.append(Sheet(page))
            pieces = sheets[-1].pieces
            if cell is None:
                table = None
                tag = self._tag(block)
                is_title = key < 4 and tag == "p" and self._is_title(block)
                pieces.append(Piece("h2" if is_title else tag, key, block["start"], self.block(key), is_title=is_title))
                continue
            if cell["table"] != table or not pieces or pieces[-1].tag != "table":
                table = cell["table"]
                pieces.append(Piece("table", key, block["start"]))
                line = -1
            rows = pieces[-1].rows
            if cell["row"] != line or not rows:
                rows.append([])
                line = cell["row"]
            rows[-1].append(
                CellPiece(key, block["start"], self.block(key), cell.get("rows", 1), cell.get("columns", 1))
            )
        return sheets

    def _tag(self, block: Mapping[str, Any]) -> str:
        start, end = block["start"], block["end"]
        place = bisect_left(self._heading_starts, start)
        if place < len(self._heading_starts) and self._heading_starts[place] < end:
            at = self._heading_starts[place]
            said = next((s.end for s in self._spans_in(at, end) if s.start == at), at)
            if at - start <= _MARKER_LENGTH and end - said <= 2:
                return f"h{3 + self._headings[at]}"
        if block["kind"] == "heading":
            return f"h{min(max(block.get('level') or 2, 1), 3) + 2}"
        return "p"

    def _is_title(self, block: Mapping[str, Any]) -> bool:
        words = self.text[block["start"] : block["end"]]
        return bool(words) and (words == self.title or (len(words) > 4 and words in self.title))

    def blocks_of(self, places: Iterable[tuple[int, int]]) -> list[int]:
        """The keys of the blocks that stretches of the text stand in."""
        starts = [block["start"] for block in self.blocks]
        found: set[int] = set()
        for start, end in places:
            first = max(bisect_right(starts, start) - 1, 0)
            found.update(range(first, min(bisect_left(starts, end), len(starts))))
        return sorted(found)

    def block(self, key: int) -> SafeString:
        """The words of a block with what was found in it marked."""
        start, end = self.blocks[key]["start"], self.blocks[key]["end"]
        spans = self._spans_in(start, end)
        edges = sorted({start, end, *(max(s.start, start) for s in spans), *(min(s.end, end) for s in spans)})
        parts: list[str] = []
        for left, right in itertools.pairwise(edges):
            over = [span for span in spans if span.start <= left and right <= span.end]
            words = str(escape(self.text[left:right]))
            if not over:
                parts.append(words)
                continue
            # Where two findings share words, the shorter one is shown: the other shows around it.
            span = min(over, key=lambda each: each.end - each.start)
            numbers = "".join(
                f'<a class="said-no" href="?draft={each.row.pk}" tabindex="-1" data-no="{each.row.pk}">'
                f"{escape(each.row.label)}</a>"
                for each in over
                if each.is_first and each.start == left and each.row.label
            )
            parts.append(
                f'{numbers}<span class="{span.row.said}" data-draft="{span.row.pk}">{words}</span>'
                if span.row.said
                else words
            )
        return mark_safe("".join(parts))

    def _spans_in(self, start: int, end: int) -> list[Span]:
        first = bisect_left(self._starts, start - self._longest)
        last = bisect_left(self._starts, end)
        return [span for span in self._spans[first:last] if span.end > start]


def _spans(text: str, rows: Iterable[Row]) -> Iterator[Span]:
    for row in rows:
        places = sorted(row.places)
        joined: list[list[int]] = []
        for start, end in places:
            if joined and start <= joined[-1][1]:
                joined[-1][1] = max(end, joined[-1][1])
            elif joined and _BETWEEN.fullmatch(text, joined[-1][1], start) and "\n" not in text[joined[-1][1] : start]:
                joined[-1][1] = end
            else:
                joined.append([start, end])
        for place, (start, end) in enumerate(joined):
            yield Span(start, end, row, place == 0)
