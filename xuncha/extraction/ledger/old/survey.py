"""What an old ledger holds: its sheets, where their heads stand, and what each column seems to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from xuncha.documents.model import Document, Origins
from xuncha.documents.readers.workbooks import Workbook, open_workbook
from xuncha.documents.readers.xlsx_book import Cells, Spans
from xuncha.extraction.ledger.grid import Box, Grid
from xuncha.extraction.ledger.mapping import plain_head
from xuncha.extraction.ledger.old.guessing import Guess, guesses
from xuncha.extraction.ledger.old.known import Known
from xuncha.extraction.ledger.old.plan import MAX_COLUMNS, letters
from xuncha.extraction.ledger.tables import HEAD_WITHIN, table_of
from xuncha.extraction.ledger.words import could_be_head

LOOKED_AT: Final = 300
"""Rows from which head and columns are guessed; the others are only counted."""
SAMPLES: Final = 3
LONGEST_SAMPLE: Final = 60
FAULT_SHEET: Final = "导入核对"
"""The sheet that `mark` puts in front; when the corrected file comes back, it is no ledger."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its letter, the words above it, a few of its cells, and the field it seems to hold.

    ``confidence`` is 0–1; ``reason`` is ``header`` (its head names the field), ``content`` (head and cells together),
    ``cells`` (the cells alone), ``longest`` (the longest words), ``double`` (another column holds that field),
    ``unknown`` or ``empty``. ``filled`` counts its filled cells among the rows looked at.
    """

    letter: str
    header: str
    samples: tuple[str, ...]
    field: str
    confidence: float
    reason: str
    filled: int


@dataclass(frozen=True, slots=True)
class SheetSurvey:
    """A sheet: rows numbered as Excel shows them. ``header_rows`` is empty where no head was found.

    ``role`` is ``findings``, ``groups``, ``requirements`` or ``facts`` (of this product's own ledger), ``faults`` (our
    list of faults), ``other`` or ``empty``; ``is_ledger`` says that it looks like a list of findings.
    """

    name: str
    number: int
    is_hidden: bool
    role: str
    header_rows: tuple[int, ...]
    columns: tuple[Column, ...]
    data_rows: int
    above: str = ""
    fills_down: bool = False

    @property
    def is_ledger(self) -> bool:
        return self.role == "findings"


@dataclass(frozen=True, slots=True)
class Survey:
    """The sheets of a file in the order of their tabs."""

    format: str
    sheets: tuple[SheetSurvey, ...]

    def headers(self) -> list[str]:
        """The heads of all ledgers in it, by which a mapping that was kept is found again."""
        heads = (plain_head(column.header) for sheet in self.sheets if sheet.is_ledger for column in sheet.columns)
        return [head for head in dict.fromkeys(heads) if head]

    def as_json(self) -> dict[str, Any]:
        from dataclasses import asdict

        return asdict(self)

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Survey:
        sheets = tuple(
            SheetSurvey(
                **{
                    **sheet,
                    "header_rows": tuple(sheet["header_rows"]),
                    "columns": tuple(
                        Column(**{**column, "samples": tuple(column["samples"])}) for column in sheet["columns"]
                    ),
                }
            )
            for sheet in data["sheets"]
        )
        return cls(str(data["format"]), sheets)


def survey(path: Path, *, units: Known | None = None, categories: Known | None = None) -> Survey:
    """Look through a workbook; raises `DocumentError`. Known names help where a head says nothing."""
    with open_workbook(path) as book:
        sheets = tuple(
            _sheet(path, book, number, units=units, categories=categories) for number in range(len(book.sheets))
        )
        return Survey(book.format, sheets)


def _sheet(path: Path, book: Workbook, number: int, *, units: Known | None, categories: Known | None) -> SheetSurvey:
    name, is_hidden = book.sheets[number].name, book.sheets[number].is_hidden
    spans = book.spans(number)
    first: list[tuple[int, Cells]] = []
    rows: list[int] = []
    count = 0
    for row, cells in book.rows(number):
        if len(first) < LOOKED_AT:
            first.append((row, {column: words for column, words in cells.items() if column < MAX_COLUMNS}))
            rows.append(row)
        count += 1
    if not first or name == FAULT_SHEET:
        return SheetSurvey(name, number, is_hidden, "faults" if first else "empty", (), (), 0)
    head = _head(path, first, spans)
    body = [cells for row, cells in first if row > head.last]
    width = 1 + max((max(cells, default=-1) for _, cells in first), default=-1)
    values = {column: [cells[column] for cells in body if column in cells] for column in range(width)}
    # A sheet with titles far to the right of everything is no reason for two hundred empty columns.
    used = [column for column in range(width) if values[column] or column in head.heads]
    guessed = guesses(
        {column: head.heads.get(column, ()) for column in used},
        head.fields,
        values,
        units=units,
        categories=categories,
        is_list=head.role in ("findings", "other"),
    )
    return SheetSurvey(
        name,
        number,
        is_hidden,
        head.role,
        tuple(range(head.first + 1, head.last + 2)) if head.last >= 0 else (),
        tuple(_column(column, head.heads.get(column, ()), values[column], guessed[column]) for column in used),
        count - sum(row <= head.last for row in rows),
        head.above,
        _fills_down(book.format, guessed, body),
    )


@dataclass(slots=True)
class _Head:
    role: str
    first: int
    last: int
    heads: dict[int, tuple[str, ...]]
    fields: dict[int, str]
    above: str = ""


def _head(path: Path, first: list[tuple[int, Cells]], spans: Spans) -> _Head:
    boxes = [
        Box(row, column, *spans.get((row, column), (1, 1)), 0, 0, words.strip())
        for row, cells in first
        for column, words in cells.items()
    ]
    nothing = Document(path, "", "", "", (), "", Origins((), (), ()))
    table = table_of(Grid(nothing, 0, boxes, first_block=0))
    if table is not None:
        above = " ".join(dict.fromkeys(" ".join(box.words.split()) for box in table.above))
        return _Head(table.role, table.first_row, table.last_head_row, table.heads, table.columns, above[:200])
    return _unknown_head(first)


def _unknown_head(first: list[tuple[int, Cells]]) -> _Head:
    """The first row of short, different words over longer or fuller ones; without one the sheet has no head."""
    for i, (row, cells) in enumerate(first[:HEAD_WITHIN]):
        words = [plain_head(words) for words in cells.values()]
        below = first[i + 1 :]
        if (
            len(words) >= 3
            and len(set(words)) == len(words)
            and all(could_be_head(each) and not each.replace(".", "").isdigit() for each in words)
            and below
        ):
            longer = sum(sum(map(len, cells.values())) > 1.5 * sum(map(len, words)) for _, cells in below[:20])
            if longer * 2 >= len(below[:20]):
                heads: dict[int, tuple[str, ...]] = {column: (plain_head(words),) for column, words in cells.items()}
                return _Head("other", row, row, heads, {})
    return _Head("other", -1, -1, {}, {})


def _column(column: int, head: tuple[str, ...], values: list[str], guess: Guess) -> Column:
    samples: dict[str, None] = {}
    for words in values:
        if len(samples) == SAMPLES:
            break
        plain = " ".join(words.split())
        samples[plain if len(plain) <= LONGEST_SAMPLE else f"{plain[:LONGEST_SAMPLE]}…"] = None
    return Column(
        letters(column), " ".join(head), tuple(samples), guess.field, guess.confidence, guess.reason, len(values)
    )


def _fills_down(form: str, guessed: Mapping[int, Guess], body: list[Cells]) -> bool:
    """Whether empty cells of unit or group stand for the one above: a csv file in which most of them are empty."""
    columns = [column for column, guess in guessed.items() if guess.field in ("unit", "group")]
    return form == "csv" and any(
        0 < sum(column in cells for cells in body) < len(body) and column in body[0] for column in columns
    )
