"""What taking in a folder gives: tables, and an account of every row that was read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

Ids = Literal["hmac", "as-is"]

RULES: Final = {
    "V01": ("缺少必需的列", "required column missing"),
    "V02": ("必填单元格为空", "required cell empty"),
    "V03": ("不能读成该类型的值", "value not readable as its type"),
    "V04": ("主键相同而内容不同", "same key, different content"),
    "V05": ("所指的行不存在", "points to a row that is not there"),
    "V06": ("不在可选值之内", "value outside its enumeration"),
    "V07": ("金额、数量为负，或比例不在 0 到 1", "negative money or quantity, or a share outside 0 to 1"),
    "V08": ("先后次序颠倒", "order of dates broken"),
    "V09": (
        "证件号码或信用代码的校验位不符，或与性别、出生日期不符",
        "check digit of a card or code wrong, or its sex or birth differs",
    ),
    "V10": (
        "金额中位数与别的数据相差千倍以上，疑为万元与元混用",
        "median money 1,000 times off other imports: 万元 or 元?",
    ),
    "V11": ("小计、空行、重复表头等非数据行，已去掉", "subtotals, blank lines and repeated heads, removed"),
    "V12": ("日期晚于截止日或早于 1990 年", "date after the cut-off date or before 1990"),
    "V13": ("某月行数不足平常的一半", "a month with less than half of the usual rows"),
    "V14": ("金额前后不符", "amounts or parties contradict one another"),
}
"""The rules of validation, in Chinese and English."""


@dataclass(slots=True)
class FileReport:
    """A file, or one sheet of it: what became of its rows. rows = used + skipped + quarantined."""

    number: int
    table: str
    name: str
    sheet: str = ""
    rows: int = 0
    used: int = 0
    skipped: int = 0
    quarantined: int = 0
    heads: dict[str, str] = field(default_factory=dict)
    """Head in the file → column."""
    unused: tuple[str, ...] = ()
    scaled: dict[str, int] = field(default_factory=dict)
    """Columns of money whose head says 万元 or the like → factor."""
    refused: tuple[str, str] | None = None
    """Why the whole file was left out, Chinese and English."""


@dataclass(frozen=True, slots=True)
class Warning:
    """Something that does not fit but stays in: rule, where, how many rows, the first few places."""

    rule: str
    table: str
    column: str
    rows: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell for which its row went to quarantine; `value` as read, identities masked."""

    table: str
    file: str
    line: int
    rule: str
    column: str
    value: str | None


@dataclass(slots=True)
class Loaded:
    """Tables taken in, on a DuckDB connection of Ibis.

    Each table has all its columns, and ``source_file``, ``source_line``; `columns` names those that some file had.
    Faulty rows are in table ``quarantine``, removed ones in ``removed``.
    """

    backend: Any
    folder: Path
    as_of: dt.date
    ids: Ids
    columns: dict[str, set[str]] = field(default_factory=dict)
    files: list[FileReport] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    medians: dict[str, dict[str, float]] = field(default_factory=dict)
    version: str = ""
    """SHA-256 over the names and contents of all files taken in."""

    @property
    def connection(self) -> Any:
        return self.backend.con

    def faults(self, limit: int | None = None) -> list[Fault]:
        """The faulty cells in order of table, file and line."""
        cut = f" LIMIT {limit}" if limit is not None else ""
        rows = self.connection.execute(
            f"SELECT table_name, file, line, rule, column_name, value FROM quarantine ORDER BY ALL{cut}"
        ).fetchall()
        return [Fault(*row) for row in rows]

    def counts(self) -> dict[str, dict[str, int]]:
        """Rule → table → faulty or removed rows."""
        found: dict[str, dict[str, int]] = {}
        for source in ("quarantine", "removed"):
            query = f"SELECT rule, table_name, sum(rows)::BIGINT FROM (SELECT rule, table_name, file, line, max(rows) AS rows FROM {source} GROUP BY ALL) GROUP BY ALL ORDER BY ALL"
            for rule, table, rows in self.connection.execute(query).fetchall():
                of_rule = found.setdefault(rule, {})
                of_rule[table] = of_rule.get(table, 0) + rows
        return found
