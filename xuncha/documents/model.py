"""What a file says, in order, with the way back to the file's own characters."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

BlockKind = Literal["paragraph", "heading", "cell"]
LineKind = Literal["line", "paragraph", "heading", "cell"]


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a table cell stands: table, row and column count from 0 within the file."""

    table: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of the file's own text, as a reader hands it to `layout.arrange`.

    ``start`` is its offset in the file's own text (`Document.source`), so that
    ``source[start:start + len(text)] == text``. Kind ``line`` may be one line of a
    hard-wrapped paragraph and may be joined to its neighbours; the other kinds are whole.
    """

    text: str
    start: int
    page: int | None = None
    kind: LineKind = "line"
    level: int | None = None
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or table cell: a span of the canonical text, white space trimmed.

    ``start``/``end`` are code points into `Document.text`; ``page`` counts from 1 and is
    null where the format has no pages; ``paragraph`` counts the blocks of the file from 1;
    ``level`` is the heading level that the file states (1 is outermost), else null.
    """

    kind: BlockKind
    start: int
    end: int
    paragraph: int
    page: int | None = None
    level: int | None = None
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A stretch of the file's own text that is not content: page number, running head, site boilerplate."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Origins:
    """The piecewise map from canonical text to the file's own text.

    ``canonical[i]`` (ascending) is the offset where the i-th copied run starts in the canonical
    text, ``source[i]`` where it starts in the file's own text, ``length[i]`` how many code points
    it copies unchanged. Characters between runs (a newline between blocks) have no origin.
    """

    canonical: tuple[int, ...]
    source: tuple[int, ...]
    length: tuple[int, ...]

    def trace(self, start: int, end: int) -> list[tuple[int, int]]:
        """The spans of the file's own text that the canonical span ``start:end`` was copied from."""
        spans: list[tuple[int, int]] = []
        i = max(bisect_right(self.canonical, start) - 1, 0)
        while i < len(self.canonical) and self.canonical[i] < end:
            first = max(start, self.canonical[i])
            last = min(end, self.canonical[i] + self.length[i])
            if first < last:
                shift = self.source[i] - self.canonical[i]
                spans.append((first + shift, last + shift))
            i += 1
        return spans


@dataclass(frozen=True)
class Document:
    """A file as read: the canonical text, its blocks in order, and the way back.

    ``text`` is canonical: one block a line (``\\n`` between), hard-wrapped lines joined, stray
    spaces between Chinese characters and page furniture gone. ``source`` is the file's own text
    as decoded or taken out of the file. ``page_starts`` holds (canonical offset, page) ascending.
    ``truncated`` says that the text breaks off in mid-sentence.
    """

    path: Path
    format: str
    sha256: str
    text: str
    blocks: tuple[Block, ...]
    source: str
    origins: Origins
    dropped: tuple[Dropped, ...] = ()
    page_starts: tuple[tuple[int, int], ...] = ()
    truncated: bool = False
    warnings: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def text_sha256(self) -> str:
        """Digest of the canonical text in UTF-8, hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @cached_property
    def _page_offsets(self) -> list[int]:
        return [offset for offset, _ in self.page_starts]

    def page_at(self, offset: int) -> int | None:
        """The page on which the canonical character ``offset`` stands; null without pages."""
        i = bisect_right(self._page_offsets, offset) - 1
        return self.page_starts[i][1] if i >= 0 else None

    def block_text(self, block: Block) -> str:
        return self.text[block.start : block.end]

    def tables(self) -> Iterator[tuple[int, list[Block]]]:
        """Each table's number with its cells in reading order."""
        cells: dict[int, list[Block]] = {}
        for block in self.blocks:
            if block.cell is not None:
                cells.setdefault(block.cell.table, []).append(block)
        yield from cells.items()
