"""Which column of a file is which of the table: by name, by Chinese head, or as an office settled it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from xuncha.risk.schema import Table, tables

LOOKED_AT: Final = 30
"""Rows at the top of a sheet among which the heads are looked for: titles, dates and units stand above them."""
_UNIT: Final = re.compile(r"[（(\[]([^（）()\[\]]*)[)）\]]\s*$")
_ABOVE: Final = re.compile(r"单位\s*[:：]\s*(亿元|万元|千元|百元|元)")
_SCALES: Final = {"亿元": 100_000_000, "万元": 10_000, "千元": 1_000, "百元": 100, "元": 1}


class MappingFault(ValueError):
    """A mapping that cannot be used; `chinese` and `english` say why."""

    def __init__(self, chinese: str, english: str) -> None:
        self.chinese, self.english = chinese, english
        super().__init__(english)


@dataclass(frozen=True, slots=True)
class Placed:
    """The heads of a file: where they stand, the column by position, the scale of money by column."""

    row: int
    columns: dict[int, str]
    scales: dict[str, int]
    unused: tuple[str, ...]
    width: int
    words: tuple[str, ...]

    def missing(self, table: Table) -> list[str]:
        """Required columns that have no head (V01)."""
        there = set(self.columns.values())
        return [name for name, column in table.columns.items() if column.is_required and name not in there]


@dataclass(slots=True)
class HeadMapping:
    """Column by head and table, as an office settled it. An empty column: the head is not used."""

    tables: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> HeadMapping:
        """From a file as `toml` writes it. Raises `MappingFault`."""
        try:
            content = tomllib.loads(path.read_text("utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise MappingFault(
                f"“{path.name}”不是可用的列对应文件：{fault}", f'"{path.name}" is no mapping file: {fault}'
            ) from None
        known = tables()
        for table, heads in content.items():
            if table not in known or not isinstance(heads, dict):
                raise MappingFault(f"“{path.name}”：没有表 {table}", f'"{path.name}": there is no table {table}')
            for head, column in heads.items():
                if column and column not in known[table].columns:
                    raise MappingFault(
                        f"“{path.name}”：表 {table} 没有列 {column}（对应“{head}”）",
                        f'"{path.name}": table {table} has no column {column} (for "{head}")',
                    )
        return cls(
            {table: {plain_head(head): column for head, column in heads.items()} for table, heads in content.items()}
        )

    def toml(self) -> str:
        """The mapping as a file that people can read and change."""
        lines = ["# 表头与列的对应：右边是列名，空着表示不采用。"]
        for table, heads in self.tables.items():
            shown = " ".join(f"{name}（{column.label}）" for name, column in tables()[table].columns.items())
            lines += ["", f"# {tables()[table].zh}：{shown}", f"[{table}]"]
            lines += [
                f"{json.dumps(head, ensure_ascii=False)} = {json.dumps(column)}" for head, column in heads.items()
            ]
        return "\n".join(lines) + "\n"


def plain_head(words: str) -> str:
    """A head without blanks and without a unit in brackets behind it."""
    bare = "".join(words.split()).replace("\ufeff", "").strip("*＊")
    return _UNIT.sub("", bare) or bare


def place(table: Table, rows: Sequence[Sequence[str]], settled: Mapping[str, str]) -> Placed | None:
    """The heads among the first rows of a file: the row that names most columns; null where none names any."""
    known = {head: name for name, column in reversed(table.columns.items()) for head in column.heads}
    known |= {name: name for name in table.columns}
    best: tuple[int, int, dict[int, str]] | None = None
    for number, row in enumerate(rows[:LOOKED_AT]):
        columns: dict[int, str] = {}
        for position, cell in enumerate(row):
            head = plain_head(cell)
            column = settled.get(head, known.get(head) or known.get(head.lower()))
            if column and column not in columns.values():
                columns[position] = column
        if columns and (best is None or len(columns) > best[0]):
            best = (len(columns), number, columns)
    if best is None:
        return None
    _, number, columns = best
    row = rows[number]
    general = next((_SCALES[m[1]] for above in rows[:number] for cell in above if (m := _ABOVE.search(cell))), 1)
    scales = {
        name: _scale(row[position], general) for position, name in columns.items() if table.columns[name].type == "m"
    }
    unused = tuple(cell.strip() for position, cell in enumerate(row) if position not in columns and cell.strip())
    return Placed(number, columns, scales, unused, len(row), tuple(row))


def _scale(head: str, general: int) -> int:
    unit = _UNIT.search("".join(head.split()))
    return _SCALES.get(unit[1].removeprefix("单位:").removeprefix("单位："), general) if unit else general
