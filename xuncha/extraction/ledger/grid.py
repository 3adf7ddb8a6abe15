"""A table of a document as rows and columns, merged cells known; every cell a span of the canonical text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from xuncha.documents.model import Document

MAX_COVERED = 1_000_000
"""Places that merged cells may cover in all; no ledger comes near, and overlapping merges ask for no more."""


@dataclass(frozen=True, slots=True)
class Box:
    """A filled cell: where it stands, how far it reaches, and its span of the canonical text."""

    row: int
    column: int
    rows: int
    columns: int
    start: int
    end: int
    words: str

    @property
    def last_row(self) -> int:
        return self.row + self.rows - 1

    @property
    def last_column(self) -> int:
        return self.column + self.columns - 1


class Grid:
    """The filled cells of one table. Rows are those in which a cell begins, ascending; gaps stay gaps."""

    def __init__(self, document: Document, number: int, boxes: list[Box], *, first_block: int) -> None:
        self.document, self.number, self.first_block = document, number, first_block
        self._rows: dict[int, dict[int, Box]] = {}
        for box in boxes:
            self._rows.setdefault(box.row, {})[box.column] = box
        self.rows = sorted(self._rows)
        self._covered: dict[tuple[int, int], Box] = {}
        for box in boxes:
            self._covered[box.row, box.column] = box
        room = MAX_COVERED
        for box in boxes:
            if box.rows == box.columns == 1 or room <= 0:
                continue
            # A merge may claim a million rows; only those that hold something count.
            for row in self.rows[bisect_left(self.rows, box.row) :] if box.rows > 1 else (box.row,):
                if row > box.last_row:
                    break
                for column in range(box.column, min(box.last_column, box.column + 200) + 1):
                    self._covered.setdefault((row, column), box)
                    room -= 1
                if room <= 0:
                    break

    def row(self, row: int) -> list[Box]:
        """The cells that begin in a row, from the left."""
        return [box for _, box in sorted(self._rows.get(row, {}).items())]

    def at(self, row: int, column: int) -> Box | None:
        """The cell that covers a place, begun there or merged over it."""
        return self._covered.get((row, column))

    def characters(self) -> int:
        return sum(len(box.words) for cells in self._rows.values() for box in cells.values())

    def width(self) -> int:
        return 1 + max((box.last_column for row in self.rows for box in self.row(row)), default=-1)


def grids(document: Document) -> Iterator[Grid]:
    """The tables of a document in order; the lines of a cell are one span."""
    found: dict[int, dict[tuple[int, int], list[int]]] = {}
    sizes: dict[tuple[int, int, int], tuple[int, int]] = {}
    firsts: dict[int, int] = {}
    for index, block in enumerate(document.blocks):
        cell = block.cell
        if cell is None:
            continue
        firsts.setdefault(cell.table, index)
        span = found.setdefault(cell.table, {}).setdefault((cell.row, cell.column), [block.start, block.end])
        span[1] = max(span[1], block.end)
        sizes.setdefault((cell.table, cell.row, cell.column), (cell.rows, cell.columns))
    for number, cells in found.items():
        boxes = [
            Box(row, column, *sizes[number, row, column], start, end, document.text[start:end])
            for (row, column), (start, end) in cells.items()
        ]
        yield Grid(document, number, boxes, first_block=firsts[number])
