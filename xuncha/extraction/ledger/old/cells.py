"""The rows of a sheet put together: merged cells reach down, a finding may go on in the next row, headings stand alone.

As `xuncha.extraction.ledger.rows`, but with one row in memory at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from xuncha.documents.readers.xlsx_book import Cells, Spans
from xuncha.extraction.ledger.mapping import plain_head
from xuncha.extraction.ledger.old.plan import MAX_COLUMNS, SheetPlan, column_number, letters
from xuncha.extraction.ledger.old.values import is_nothing
from xuncha.extraction.ledger.rows import GROUP_NUMBER
from xuncha.extraction.ledger.words import is_note, is_total

MAX_GROUP: Final = 80
"""Longer words are no heading of a group."""
MAX_ROWS: Final = 500
"""Rows that one finding may reach over; a cell merged over a whole sheet is no finding of a thousand rows."""
_GOES_ON: Final = ("manifestations", "measure", "progress_text", "evidence")
_CARRIED: Final = ("unit", "group")
_WORDED = re.compile(r"[一-龥]{4}")
_GROUP_MARK = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?")


class Cell(NamedTuple):
    """A filled cell where it begins; rows and columns count from 0."""

    row: int
    column: int
    words: str


@dataclass(slots=True)
class Entry:
    """The cells of a finding by field, over all its rows."""

    row: int
    last_row: int
    cells: dict[str, list[Cell]]
    others: list[Cell] = field(default_factory=list)

    def words(self, name: str) -> str:
        cells = self.cells.get(name)
        return cells[0].words if cells else ""

    def add(self, name: str, cell: Cell) -> None:
        held = self.cells.setdefault(name, [])
        if cell not in held:
            held.append(cell)

    def texts(self) -> dict[str, str]:
        """The cells as written, by column letter."""
        found: dict[str, str] = {}
        kept = dict.fromkeys(cell for cells in (*self.cells.values(), self.others) for cell in cells)
        for cell in sorted(kept):
            letter = letters(cell.column)
            found[letter] = f"{found[letter]}\n{cell.words}" if letter in found else cell.words
        return found


@dataclass(frozen=True, slots=True)
class Group:
    """A row that names the group of those below it."""

    row: int
    words: str


@dataclass(frozen=True, slots=True)
class Left:
    """A row that is no finding, with the reason."""

    row: int
    reason: str
    words: str


class SheetReader:
    """Goes through one sheet from top to bottom."""

    def __init__(self, plan: SheetPlan, spans: Spans) -> None:
        self._plan, self._spans = plan, spans
        columns = {column_number(letter): name for letter, name in plan.columns.items()}
        self._columns = sorted((c, name) for c, name in columns.items() if 0 <= c < MAX_COLUMNS and name != "ignore")
        self._named = dict(self._columns)
        self._finding = next((c for c, name in self._columns if name == "finding"), -1)
        self._width = max(len(plan.columns), 1)
        self._heads = {plain_head(part) for head in plan.heads.values() for part in (head, *head.split())}
        self._covering: dict[int, tuple[Cell, int]] = {}
        self._last: Entry | None = None
        self._carried: dict[str, list[Cell]] = {}

    def parts(self, rows: Iterable[tuple[int, Cells]]) -> Iterator[Entry | Group | Left]:
        """Findings, headings and rows left out, in order; what stands above the head is none of them."""
        for row, filled in rows:
            if self._spans:
                self._cover(row, filled)
            if row >= self._plan.last_head_row:
                yield from self._part(row, filled)
        yield from self._close()

    def _cover(self, row: int, filled: Cells) -> None:
        """Note how far the merged cells that begin in this row reach."""
        for column, words in filled.items():
            span = self._spans.get((row, column))
            if span is None:
                continue
            cell = Cell(row, column, words)
            for covered in range(column, min(column + span[1], MAX_COLUMNS)):
                self._covering[covered] = (cell, row + span[0] - 1)

    def _close(self) -> Iterator[Entry]:
        if self._last is not None:
            yield self._last
            self._last = None

    def _part(self, row: int, filled: Cells) -> Iterator[Entry | Group | Left]:
        apart = self._apart(row, filled)
        if apart is not None:
            yield from self._close()
            if isinstance(apart, Group):
                self._carried.clear()
            yield apart
            return
        cells = self._cells(row, filled)
        finding = cells.get("finding")
        last = self._last
        if last is not None and self._goes_on(last, cells, finding) and row - last.row < MAX_ROWS:
            last.last_row = row
            for name, held in cells.items():
                for cell in held:
                    if cell.row == row:
                        last.add(name, cell)
            last.others += self._ignored(row, filled)
            return
        yield from self._close()
        said = [
            name for name, held in cells.items() if any(not is_nothing(cell.words) for cell in held if cell.row == row)
        ]
        if finding is None and not set(said) - {"number", "unit", "group", "round", "feedback_date", "remark"}:
            yield Left(row, "blank", " ".join(words for words in list(filled.values())[:6]))
            return
        if self._plan.fills_down:
            self._carry(cells)
        self._last = Entry(row, row, cells, self._ignored(row, filled))

    def _cells(self, row: int, filled: Cells) -> dict[str, list[Cell]]:
        cells: dict[str, list[Cell]] = {}
        for column, name in self._columns:
            words = filled.get(column)
            if words is not None:
                cell = Cell(row, column, words)
            else:
                covering = self._covering.get(column)
                if covering is None or covering[1] < row:
                    continue
                cell = covering[0]
            held = cells.setdefault(name, [])
            if cell not in held:
                held.append(cell)
        return cells

    def _ignored(self, row: int, filled: Cells) -> list[Cell]:
        return [
            Cell(row, column, words)
            for column, words in filled.items()
            if column not in self._named and column < MAX_COLUMNS
        ]

    def _goes_on(self, last: Entry, cells: dict[str, list[Cell]], finding: list[Cell] | None) -> bool:
        """Whether a row belongs to the finding above: its cell reaches down here, or here stands more of its facts."""
        if finding:
            return finding[0] in last.cells.get("finding", ())
        number = cells.get("number")
        if "finding" not in last.cells or (number and number[0] not in last.cells.get("number", ())):
            return False
        return any(name in cells for name in _GOES_ON)

    def _carry(self, cells: dict[str, list[Cell]]) -> None:
        for name in _CARRIED:
            if name in cells:
                if name == "group" and "unit" not in cells:
                    self._carried.pop("unit", None)
                self._carried[name] = cells[name]
            elif name in self._carried:
                cells[name] = self._carried[name]

    def _apart(self, row: int, filled: Cells) -> Group | Left | None:
        """A total, a note of the form, a repeated head or a heading; null for a row of content."""
        begun = sorted(filled)
        opening, words = begun[0], filled[begun[0]].strip()
        second = filled[begun[1]].strip() if len(begun) > 1 else ""
        if is_total(words) or (second and len(second) <= 6 and is_total(second)):
            return Left(row, "total", words)
        if len(begun) > 1 and len(self._heads) > 1 and all(plain_head(filled[c]) in self._heads for c in begun):
            return Left(row, "head", words)
        down, across = self._spans.get((row, opening), (1, 1)) if self._spans else (1, 1)
        wide = across > 1 and across * 2 >= self._width
        alone = len(begun) == 1 or len({filled[c].strip() for c in begun}) == 1
        if is_note(words) and (alone or wide or self._finding not in filled):
            return Left(row, "note", words)
        if alone and len(words) <= MAX_GROUP and self._is_heading(opening, words, down=down, wide=wide):
            return Group(row, words)
        if len(begun) == 2 and begun[1] == self._finding and down == 1 and _GROUP_MARK.fullmatch(words):
            return Group(row, f"{words}{'' if words[-1] in '、.．)）' else '、'}{second}")
        return None

    def _is_heading(self, column: int, words: str, *, down: int, wide: bool) -> bool:
        """Whether the only words of a row name a group: over many columns, numbered, or in the column of numbers."""
        if wide:
            return True
        if column == self._finding or down > 1:
            return False
        in_margin = self._named.get(column) in ("number", None) and _WORDED.search(words) is not None
        return GROUP_NUMBER.match(words) is not None or in_margin
