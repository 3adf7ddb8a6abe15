"""Which column of an old ledger says what, as it was settled for one file or kept for the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from xuncha.extraction.ledger.mapping import plain_head

if TYPE_CHECKING:
    from xuncha.extraction.ledger.old.survey import Survey

FIELDS: Final = (
    "number",
    "unit",
    "finding",
    "manifestations",
    "category",
    "nature",
    "origin",
    "severity",
    "immediate",
    "measure",
    "leader",
    "department",
    "person",
    "due",
    "status",
    "progress_text",
    "evidence",
    "round",
    "feedback_date",
    "group",
    "remark",
    "ignore",
)
"""The fields that a column may hold. ``finding`` is the statement; ``evidence`` what bears out the rectification."""
REPEATABLE: Final = frozenset({"unit", "manifestations", "measure", "progress_text", "evidence", "remark", "ignore"})
"""Fields that several columns may hold together."""
MAX_COLUMNS: Final = 200
"""Columns of a sheet that are looked at; no ledger is wider."""


def letters(column: int) -> str:
    """The name of a column counted from 0, as workbooks show it: A, B, … Z, AA."""
    found = ""
    column += 1
    while column > 0:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def column_number(name: str) -> int:
    """The reverse of `letters`; -1 for what is no name of a column."""
    number = 0
    for letter in name.upper():
        if not "A" <= letter <= "Z":
            return -1
        number = number * 26 + ord(letter) - 64
    return number - 1 if len(name) <= 3 else -1


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """How a sheet is read. Rows are numbered as Excel shows them; ``last_head_row`` 0: the sheet has no head.

    ``columns`` gives the field by column letter, ``heads`` the words above each. With ``fills_down`` an empty cell of
    unit or group means the one above it, as where a csv file has lost its merged cells.
    """

    name: str
    number: int
    is_taken: bool
    last_head_row: int
    columns: Mapping[str, str]
    heads: Mapping[str, str] = field(default_factory=dict)
    fills_down: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "number": self.number,
            "is_taken": self.is_taken,
            "last_head_row": self.last_head_row,
            "columns": dict(self.columns),
            "heads": dict(self.heads),
            "fills_down": self.fills_down,
        }

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> SheetPlan:
        return cls(**{**data, "columns": dict(data["columns"]), "heads": dict(data["heads"])})

    def problems(self) -> list[tuple[str, tuple[str, ...]]]:
        """Why the sheet cannot be read so: a code, and the columns meant.

        ``no_finding`` (no column holds the findings), ``twice`` (a field in several columns that can stand in one
        only), ``unknown_field``, ``unknown_column``.
        """
        if not self.is_taken:
            return []
        found: list[tuple[str, tuple[str, ...]]] = []
        by_field: dict[str, list[str]] = {}
        for letter, name in self.columns.items():
            by_field.setdefault(name, []).append(letter)
            if not 0 <= column_number(letter) < MAX_COLUMNS:
                found.append(("unknown_column", (letter,)))
        found += [("unknown_field", tuple(held)) for name, held in by_field.items() if name not in FIELDS]
        found += [("twice", tuple(held)) for name, held in by_field.items() if len(held) > 1 and name not in REPEATABLE]
        if "finding" not in by_field:
            found.append(("no_finding", ()))
        return found


@dataclass(frozen=True, slots=True)
class MappingPlan:
    """How a file is read. ``year`` is that of dates that name none (6月底前)."""

    sheets: tuple[SheetPlan, ...]
    year: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {"sheets": [sheet.as_json() for sheet in self.sheets], "year": self.year}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> MappingPlan:
        return cls(tuple(SheetPlan.of_json(sheet) for sheet in data["sheets"]), data.get("year"))

    def settled(self) -> dict[str, str]:
        """Field by head, to keep under a name and use on the next file with such heads."""
        return {
            plain_head(sheet.heads[letter]): name
            for sheet in self.sheets
            if sheet.is_taken
            for letter, name in sheet.columns.items()
            if plain_head(sheet.heads.get(letter, ""))
        }


def plan_of(survey: Survey, *, settled: Mapping[str, str] | None = None, year: int | None = None) -> MappingPlan:
    """The plan that a survey suggests; what is ``settled`` (field by head, see `MappingPlan.settled`) goes first."""
    known = settled or {}
    sheets = []
    for sheet in survey.sheets:
        columns: dict[str, str] = {}
        for column in sheet.columns:
            name = known.get(plain_head(column.header), "")
            if name in FIELDS and (name in REPEATABLE or name not in columns.values()):
                columns[column.letter] = name
        for column in sheet.columns:
            is_free = column.field in REPEATABLE or column.field not in columns.values()
            columns.setdefault(column.letter, column.field if is_free else "ignore")
        sheets.append(
            SheetPlan(
                name=sheet.name,
                number=sheet.number,
                is_taken=(sheet.is_ledger or bool(settled and "finding" in columns.values() and sheet.role == "other"))
                and not sheet.is_hidden
                and "finding" in columns.values(),
                last_head_row=max(sheet.header_rows, default=0),
                columns={column.letter: columns[column.letter] for column in sheet.columns},
                heads={column.letter: column.header for column in sheet.columns},
                fills_down=sheet.fills_down,
            )
        )
    return MappingPlan(tuple(sheets), year)
