"""Ledgers in a document: where the head of each table stands and which rows hold findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from xuncha.documents.model import Document
from xuncha.extraction.ledger.grid import Box, Grid, grids
from xuncha.extraction.ledger.layout import GROUP_COLUMNS, REQUIREMENT_COLUMNS
from xuncha.extraction.ledger.mapping import ColumnMapping, guess, plain_head, settle_by_content
from xuncha.extraction.ledger.words import could_be_head

HEAD_WITHIN = 25
"""The head stands among the first rows; further down no one looks for it."""
WORK_FIELDS = frozenset({"measures", "progress", "status", "due", "leader", "department", "person"})
LIST_FIELDS = WORK_FIELDS | {"number", "path", "unit", "group", "category", "evidence"}
GROUP_HEADS = ("先于序号", "分组标题")
FACT_HEADS = ("项目", "内容")
REQUIREMENT_HEADS = ("要求标题", "具体要求")
OWN_SHEETS = {"groups": GROUP_COLUMNS, "requirements": REQUIREMENT_COLUMNS}
SHEET_FORMATS = ("xlsx", "xls", "csv", "et")


@dataclass(slots=True)
class LedgerTable:
    """One table: its head, the field of each column, and what stands above it."""

    grid: Grid
    role: str
    """``findings | groups | facts | requirements``."""
    first_row: int
    last_head_row: int
    heads: dict[int, tuple[str, ...]]
    columns: dict[int, str]
    above: list[Box] = field(default_factory=list)

    def body(self) -> Iterator[int]:
        """The rows below the head, repeated heads left out."""
        for row in self.grid.rows:
            if row > self.last_head_row and not self._is_head_again(row):
                yield row

    def _is_head_again(self, row: int) -> bool:
        words = {plain_head(box.words) for box in self.grid.row(row)}
        innermost = {plain_head(parts[-1]) for parts in self.heads.values()}
        return len(words) > 1 and words <= innermost | {
            plain_head(part) for parts in self.heads.values() for part in parts
        }

    def column_of(self, name: str) -> int | None:
        return next((column for column, found in self.columns.items() if found == name), None)

    def columns_of(self, name: str) -> list[int]:
        return [column for column, found in self.columns.items() if found == name]

    def has(self, name: str) -> bool:
        return name in self.columns.values()

    @property
    def is_own(self) -> bool:
        """Whether this product wrote the table: then its cells are read as it writes them."""
        return self.role != "findings" or (self.has("path") and self.has("confidence") and self.has("stated_status"))

    def unmapped(self) -> list[str]:
        """The heads of columns that nothing is read from."""
        return [" ".join(words) for column, words in self.heads.items() if column not in self.columns]


@dataclass(slots=True)
class LedgerTables:
    """The tables of a document that are ledgers, in order."""

    tables: list[LedgerTable]

    def of(self, role: str) -> list[LedgerTable]:
        return [table for table in self.tables if table.role == role]

    def shown(self) -> list[tuple[str, str | None]]:
        """Column heads with the field found for each (null: not read), for people to check."""
        pairs: dict[str, str | None] = {}
        for table in self.of("findings"):
            for column, words in table.heads.items():
                pairs.setdefault("".join(plain_head(word) for word in words), table.columns.get(column))
        return list(pairs.items())


def recognise(document: Document, mapping: ColumnMapping | None = None) -> LedgerTables | None:
    """The ledgers that a document consists of; null where it is a paper (perhaps with some tables in it)."""
    found: list[LedgerTable] = []
    covered = 0
    for grid in grids(document):
        table = table_of(grid, mapping)
        if table is not None:
            found.append(table)
            covered += grid.characters()
    if not any(table.role == "findings" for table in found):
        return None
    if document.format not in SHEET_FORMATS and covered * 10 < len(document.text) * 6:
        return None
    return LedgerTables(found)


def table_of(grid: Grid, mapping: ColumnMapping | None = None) -> LedgerTable | None:
    """The ledger that a table is, its head among the first rows; null where it is none."""
    best: LedgerTable | None = None
    best_score = 0.0
    rows = grid.rows[:HEAD_WITHIN]
    for i, row in enumerate(rows):
        own = _own_role(grid, row)
        if own is not None:
            return own
        following = rows[i + 1] if i + 1 < len(rows) else None
        for last in (row, following) if following is not None else (row,):
            table = _candidate(grid, row, last, mapping)
            if table is not None:
                score = len(table.columns) - (0.5 if last != row else 0) - 0.01 * i
                if score > best_score:
                    best, best_score = table, score
    if best is not None:
        best.above = [box for row in grid.rows if row < best.first_row for box in grid.row(row)]
        values = {column: _values(best, column) for column in best.columns}
        settled = [c for c, words in best.heads.items() if mapping is not None and _is_settled(words, mapping)]
        best.columns = settle_by_content(best.columns, values, fixed=settled)
    return best


def _is_settled(words: tuple[str, ...], mapping: ColumnMapping) -> bool:
    return mapping.field_of("".join(words)) is not None or mapping.field_of(words[-1]) is not None


def _values(table: LedgerTable, column: int) -> list[str]:
    boxes = (table.grid.at(row, column) for row in table.grid.rows[:400] if row > table.last_head_row)
    return [box.words for box in boxes if box is not None]


def _own_role(grid: Grid, row: int) -> LedgerTable | None:
    """The further sheets of a ledger of this product, by their exact heads."""
    heads = {box.column: plain_head(box.words) for box in grid.row(row)}
    words = set(heads.values())
    known = {
        "groups": set(GROUP_HEADS) <= words,
        "requirements": set(REQUIREMENT_HEADS) <= words,
        "facts": heads.get(0) == FACT_HEADS[0] and len(heads) > 1 and min(heads) == 0,
    }
    role = next((name for name, fits in known.items() if fits), None)
    if role is None:
        return None
    shown: dict[int, tuple[str, ...]] = {column: (words,) for column, words in heads.items()}
    own = {column.heading: column.field for column in OWN_SHEETS.get(role, ())}
    columns = {column: own[words] for column, words in heads.items() if words in own}
    return LedgerTable(grid, role, row, row, shown, columns)


def _candidate(grid: Grid, first: int, last: int, mapping: ColumnMapping | None) -> LedgerTable | None:
    """The head in rows ``first`` to ``last``, if its columns are those of a list of findings."""
    if last != first and not _is_two_rows(grid, first, last):
        return None
    heads: dict[int, tuple[str, ...]] = {}
    rows = (first,) if last == first else (first, last)
    for column in range(min(grid.width(), 80)):
        parts: list[str] = []
        boxes = [box for row in rows if (box := grid.at(row, column)) is not None]
        for box in dict.fromkeys(boxes):
            if not could_be_head(box.words):
                return None
            parts.append(plain_head(box.words))
        if parts and not (len(boxes) == 1 and boxes[0].columns > 1 and last == first and column != boxes[0].column):
            heads[column] = tuple(parts)
    columns = guess(heads, mapping)
    fields = set(columns.values())
    if "title" not in fields or len(heads) < 2:
        return None
    if not fields & WORK_FIELDS and len(fields & LIST_FIELDS) < 2:
        return None
    bottom = max([last, *(box.last_row for row in rows for box in grid.row(row) if box.rows <= 3)])
    return LedgerTable(grid, "findings", first, bottom, heads, columns)


def _is_two_rows(grid: Grid, first: int, last: int) -> bool:
    """Whether the second row stands under a head that reaches over several columns, or beside one that reaches down."""
    upper = grid.row(first)
    spread = any(box.columns > 1 and box.columns < grid.width() for box in upper)
    deep = any(box.rows > 1 and box.last_row >= last for box in upper)
    # A csv has lost its merges: the columns under a wide head are empty in the first row.
    starts = {box.column for box in upper}
    lower = {box.column for box in grid.row(last)}
    lost = (
        len(upper) > 1
        and bool(lower)
        and lower - starts != set()
        and not (starts >= lower)
        and _fits_gap(starts, lower)
    )
    return (spread or deep or lost) and bool(lower)


def _fits_gap(starts: set[int], lower: set[int]) -> bool:
    """Whether the lower heads fill just the gaps of the upper row (and the column that opens each gap)."""
    gaps = set(range(max(starts | lower) + 1)) - starts
    return gaps <= lower and all(column in gaps or column + 1 in gaps for column in lower)


__all__ = ["Box", "LedgerTable", "LedgerTables", "recognise"]
