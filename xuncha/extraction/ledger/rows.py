"""The rows of a ledger's table, told apart: findings with all their rows, group headings, and what is neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from xuncha.extraction.ledger.grid import Box
from xuncha.extraction.ledger.tables import LedgerTable
from xuncha.extraction.ledger.words import is_note, is_total

GROUP_NUMBER = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[部类方个])"
)
_CARRIED_IN_CSV = ("unit", "group")


@dataclass(slots=True)
class FindingRow:
    """A finding's cells by field, gathered over all the rows that its cell reaches over."""

    row: int
    cells: dict[str, list[Box]] = field(default_factory=dict)

    def add(self, name: str, box: Box) -> None:
        kept = self.cells.setdefault(name, [])
        if box not in kept:
            kept.append(box)

    def boxes(self, name: str) -> list[Box]:
        return self.cells.get(name, [])

    def box(self, name: str) -> Box | None:
        return next(iter(self.cells.get(name, [])), None)

    def words(self, name: str) -> str:
        """The words of the first cell of a field, empty if there is none."""
        box = self.box(name)
        return "" if box is None else box.words

    def all_words(self, name: str) -> str:
        """The different words of a field's cells, parted by semicolons."""
        return "；".join(dict.fromkeys(box.words for box in self.boxes(name)))

    def first(self) -> Box:
        return min((box for boxes in self.cells.values() for box in boxes), key=lambda box: (box.row, box.column))


@dataclass(frozen=True, slots=True)
class Heading:
    """A row that names the group of those below it."""

    box: Box


@dataclass(frozen=True, slots=True)
class Left:
    """A row left out, with the reason, for people to know."""

    row: int
    words: str
    reason: str

    def told(self) -> str:
        shown = self.words if len(self.words) <= 20 else f"{self.words[:20]}…"
        return f"第 {self.row + 1} 行“{shown}”{self.reason}，未计入"


Part = FindingRow | Heading | Left


def finding_rows(table: LedgerTable) -> Iterator[Part]:
    """The parts of a table in order."""
    last: FindingRow | None = None
    carried: dict[str, Box] = {}
    for row in table.body():
        begun = table.grid.row(row)
        if table.is_own and len(begun) == 1 and begun[0].columns > 2:
            # "未发现问题", over all columns.
            continue
        apart = _neither(table, row, begun)
        if apart is not None:
            if last is not None:
                yield last
                last = None
            yield apart
            continue
        cells = _cells(table, row)
        title = cells.get("title", [])
        if last is not None and _continues(table, last, cells, title):
            for name, boxes in cells.items():
                for box in boxes:
                    if box.row == row:
                        last.add(name, box)
            continue
        if not any(name not in ("number", "before") for name in cells):
            continue
        if not title and not cells.get("evidence") and not cells.get("duties"):
            if last is not None:
                yield last
                last = None
            yield Left(row, begun[0].words, "没有写明问题")
            continue
        if last is not None:
            yield last
        last = FindingRow(row)
        _carry(table, cells, carried)
        for name, boxes in cells.items():
            for box in boxes:
                last.add(name, box)
    if last is not None:
        yield last


def _cells(table: LedgerTable, row: int) -> dict[str, list[Box]]:
    cells: dict[str, list[Box]] = {}
    for column, name in table.columns.items():
        box = table.grid.at(row, column)
        if box is not None and name != "ignored" and box not in cells.setdefault(name, []):
            cells[name].append(box)
    return {name: boxes for name, boxes in cells.items() if boxes}


def _continues(table: LedgerTable, last: FindingRow, cells: dict[str, list[Box]], title: list[Box]) -> bool:
    """Whether a row belongs to the finding above: its cell reaches down here, or here is only more of its content."""
    if title:
        return title[0] in last.boxes("title")
    if table.is_own and table.role != "findings":
        return False
    number = cells.get("number", [])
    fresh_number = bool(number) and number[0] not in last.boxes("number")
    more = any(cells.get(name) for name in ("evidence", "measures", "progress"))
    return bool(last.boxes("title")) and not fresh_number and more


def _carry(table: LedgerTable, cells: dict[str, list[Box]], carried: dict[str, Box]) -> None:
    """Group and unit hold on where a csv lost its merged cells."""
    if table.is_own or table.grid.document.format != "csv":
        return
    for name in _CARRIED_IN_CSV:
        if cells.get(name):
            carried[name] = cells[name][0]
            if name == "group":
                carried.pop("unit", None) if not cells.get("unit") and table.columns_of("unit") else None
        elif name in carried and table.columns_of(name):
            cells[name] = [carried[name]]


def _neither(table: LedgerTable, row: int, begun: list[Box]) -> Part | None:
    """A total, a note of the form or a group heading; null for a row of content."""
    if not begun:
        return None
    opening = begun[0]
    title_column = table.column_of("title")
    in_title = title_column is not None and any(box.column == title_column for box in begun)
    if is_total(opening.words) or (len(begun) > 1 and is_total(begun[1].words) and len(begun[1].words) <= 6):
        return Left(row, opening.words, "是合计行")
    if table.role != "findings":
        return None
    alone = len({box.words for box in begun}) == 1
    wide = opening.columns > 1 and opening.columns * 2 >= len(table.heads)
    if is_note(opening.words) and (alone or wide or not in_title):
        return Left(row, opening.words, "是表尾说明")
    if alone and not table.is_own and len(opening.words) <= 80:
        numbered = GROUP_NUMBER.match(opening.words) is not None
        reaches = any(table.grid.at(other, opening.column) is opening for other in table.grid.rows if other > row)
        if wide or (numbered and not reaches and opening.column != title_column):
            return Heading(opening)
    # A group's number in the column of numbers, its words in that of findings, nothing else in the row.
    if not table.is_own and len(begun) == 2 and in_title:
        number = begun[0]
        if (
            re.fullmatch(r"[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?", number.words.strip())
            and begun[1].rows == 1
        ):
            return Heading(begun[1])
    return None
