"""The findings of an old ledger, one after the other, each with what could not be used of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.readers.workbooks import Workbook, open_workbook
from xuncha.extraction.ledger.old.cells import Entry, Group, Left, SheetReader
from xuncha.extraction.ledger.old.faults import Fault
from xuncha.extraction.ledger.old.known import Known
from xuncha.extraction.ledger.old.meaning import RowReader
from xuncha.extraction.ledger.old.plan import MappingPlan, SheetPlan

MAX_SKIPPED: Final = 500
"""Skipped rows that are named; all of them are counted."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row left out: ``blank``, ``total``, ``note``, ``head`` (repeated on a new page) or ``group`` (a heading)."""

    sheet: str
    row: int
    reason: str
    words: str

    def as_json(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "row": self.row, "reason": self.reason, "words": self.words}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Skipped:
        return cls(**data)


@dataclass(slots=True)
class LedgerRow:
    """A finding of an old ledger. ``row`` to ``last_row`` as Excel numbers them, for it may reach over several.

    ``values`` by field, only those that say something: ``number``, ``finding``, ``leader``, ``department``,
    ``person``, ``progress_text``, ``evidence``, ``remark``, ``group``: words; ``manifestations``, ``measure``: lists
    of words; ``unit``: list of keys (names where none are known), ``category``, ``round``: key; ``nature``,
    ``origin``, ``severity``, ``status``: codes; ``immediate``: bool; ``due``, ``feedback_date``: ISO date, with the
    words as written in ``due_words`` and ``status_words``. ``texts`` holds the cells as written, by column letter.
    """

    sheet: str
    row: int
    last_row: int
    values: dict[str, Any]
    texts: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def may_be_entered(self) -> bool:
        return not any(fault.is_serious for fault in self.faults)

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "last_row": self.last_row,
            "values": self.values,
            "texts": self.texts,
            "faults": [fault.as_json() for fault in self.faults],
        }

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> LedgerRow:
        return cls(**{**data, "faults": [Fault.of_json(fault) for fault in data["faults"]]})


class LedgerRows:
    """The rows of a file, to be gone through once; what was skipped is known when they are at an end."""

    def __init__(self, rows: Iterator[LedgerRow | Skipped]) -> None:
        self._rows = rows
        self.count = 0
        self.skipped: Counter[str] = Counter()
        """Skipped rows by reason."""
        self.skipped_rows: list[Skipped] = []

    def __iter__(self) -> Iterator[LedgerRow]:
        return (part for part in self.parts() if isinstance(part, LedgerRow))

    def parts(self) -> Iterator[LedgerRow | Skipped]:
        """Findings and skipped rows in the order of the file."""
        for part in self._rows:
            if isinstance(part, LedgerRow):
                self.count += 1
            else:
                self.skipped[part.reason] += 1
                if len(self.skipped_rows) < MAX_SKIPPED:
                    self.skipped_rows.append(part)
            yield part


def rows(
    path: Path,
    plan: MappingPlan,
    *,
    known_units: Known | None = None,
    known_categories: Known | None = None,
    known_rounds: Known | None = None,
    unit_wanted: bool = False,
) -> LedgerRows:
    """The findings of a file by a plan, read row by row; raises `DocumentError` where the file cannot be read.

    Without ``known_units`` and the like names stay names. ``unit_wanted``: a row without a unit is a fault.
    """
    return LedgerRows(_rows(path, plan, RowReader(plan.year, known_units, known_categories, known_rounds, unit_wanted)))


def _rows(path: Path, plan: MappingPlan, reader: RowReader) -> Iterator[LedgerRow | Skipped]:
    with open_workbook(path) as book:
        for sheet in plan.sheets:
            if sheet.is_taken:
                yield from _sheet(book, _number(book, sheet, path), sheet, reader)


def _sheet(book: Workbook, number: int, plan: SheetPlan, reader: RowReader) -> Iterator[LedgerRow | Skipped]:
    reader.begin(plan)
    for part in SheetReader(plan, book.spans(number)).parts(book.rows(number)):
        if isinstance(part, Left):
            yield Skipped(plan.name, part.row + 1, part.reason, part.words[:60])
        elif isinstance(part, Group):
            reader.group(part)
            yield Skipped(plan.name, part.row + 1, "group", part.words[:60])
        else:
            yield _row(plan, part, reader)


def _row(plan: SheetPlan, entry: Entry, reader: RowReader) -> LedgerRow:
    values, faults = reader.read(entry)
    return LedgerRow(plan.name, entry.row + 1, entry.last_row + 1, values, entry.texts(), faults)


def _number(book: Workbook, sheet: SheetPlan, path: Path) -> int:
    """Which sheet of the file is meant: the one of that name, the one at that place for a file without names."""
    names = [known.name for known in book.sheets]
    if sheet.number < len(names) and names[sheet.number] == sheet.name:
        return sheet.number
    if sheet.name in names:
        return names.index(sheet.name)
    raise DocumentError(
        "missing_sheet",
        path,
        place=f"工作表“{sheet.name}”",
        found="文件里没有这张工作表",
        expected="与列对应一致的台账",
        advice="请重新核对列对应",
    )
