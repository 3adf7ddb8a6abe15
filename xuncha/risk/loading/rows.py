"""The rows of one part of a file: each goes into its table, to quarantine, or is removed with a note."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass
from typing import Final

import duckdb

from xuncha.risk.loading import cells, direct
from xuncha.risk.loading.cells import name, quoted
from xuncha.risk.loading.direct import Direct
from xuncha.risk.loading.heads import Placed
from xuncha.risk.loading.identities import masked
from xuncha.risk.loading.raw import Part
from xuncha.risk.loading.results import FileReport
from xuncha.risk.schema import ORDERS, Column, Table

EARLIEST: Final = dt.date(1990, 1, 1)
_SUBTOTAL: Final = r"[（(]?\s*(本页|本月|本季|本年|全年|分类|以上)?\s*(合\s*计|小\s*计|总\s*计|累\s*计|共\s*计)(数|金额)?\s*[)）]?\s*[:：]?"
_KEPT: Final = 200_000
_LOOKED_AT: Final = 3
"""The first cells of a row, where 合计 stands."""


@dataclass(frozen=True, slots=True)
class Door:
    """How identities pass: hidden by the function ``hide`` of the connection, or as they are."""

    hides: bool

    def value(self, column: Column, value: str) -> str:
        return f"hide({quoted(column.identity)}, {value})" if self.hides and column.identity else value

    def shown(self, column: Column, words: str) -> str:
        return masked(words) if self.hides and column.identity else words


def make_table(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    columns = ", ".join(f"{name(c.name)} {cells.SQL_TYPES[c.type]}" for c in table.columns.values())
    connection.execute(f"CREATE TABLE {name(table.name)} ({columns}, source_file INTEGER, source_line BIGINT)")


def make_accounts(connection: duckdb.DuckDBPyConnection) -> None:
    """The tables of what did not go in. ``rows``: how many rows an entry stands for, 1 but for a refused file."""
    for account in ("quarantine", "removed"):
        connection.execute(
            f"CREATE TABLE {account} (table_name VARCHAR, file VARCHAR, line BIGINT, rule VARCHAR, column_name VARCHAR, "
            "value VARCHAR, rows BIGINT)"
        )


def take(
    connection: duckdb.DuckDBPyConnection, part: Part, table: Table, report: FileReport, as_of: dt.date, door: Door
) -> None:
    """Share out the rows of a part; fills in the report's counts. `direct` has those that need no care."""
    placed = part.placed
    assert placed is not None
    before = _count(connection, table.name)
    if part.direct:
        direct.hand_over(connection, table, report.number)
    if part.careful:
        _take_carefully(connection, part, table, report, as_of, door)
    report.used = _count(connection, table.name) - before
    report.quarantined = report.rows - report.used - report.skipped


def direct_way(table: Table, placed: Placed, as_of: dt.date, door: Door) -> Direct | None:
    """How plain rows come in directly; null where cells must be hidden, and seen before they are."""
    columns = [table.columns[column] for column in placed.columns.values()]
    if placed.missing(table) or (door.hides and any(column.identity for column in columns)):
        return None
    return Direct(table, (EARLIEST, as_of), _LOOKED_AT)


def _take_carefully(
    connection: duckdb.DuckDBPyConnection, part: Part, table: Table, report: FileReport, as_of: dt.date, door: Door
) -> None:
    """Share out the rows of ``raw_lines``."""
    placed = part.placed
    assert placed is not None
    columns = {column: table.columns[column] for column in placed.columns.values()}
    _stage(connection, part, table)
    faults = _faults(columns, table, as_of, door)
    bad = " OR ".join(f"({condition})" for condition, *_ in faults)
    values = ", ".join(f"{door.value(c, f'v_{c.name}')} AS {name(c.name)}" for c in columns.values())
    before = _count(connection, table.name)
    connection.execute(
        f"INSERT INTO {name(table.name)} BY NAME SELECT {values}, {report.number} AS source_file, line AS source_line "
        f"FROM staged WHERE kind IS NULL AND NOT coalesce({bad}, false)"
    )
    if _count(connection, table.name) - before < part.careful:
        place = f"{quoted(table.name)}, {quoted(report.name)}, line"
        connection.execute(
            f"INSERT INTO removed SELECT {place}, 'V11', kind, said, 1 FROM staged WHERE kind IS NOT NULL"
        )
        entries = ", ".join(
            f"CASE WHEN {condition} THEN {{'rule': {quoted(rule)}, 'col': {quoted(column)}, 'value': {value}}} END"
            for condition, rule, column, value in faults
        )
        connection.execute(
            f"INSERT INTO quarantine SELECT {place}, fault.rule, fault.col, fault.value, 1 FROM (SELECT line, "
            f"unnest(list_filter([{entries}], lambda x: x IS NOT NULL)) AS fault FROM staged WHERE kind IS NULL AND coalesce({bad}, false))"
        )
        row = connection.execute("SELECT count(*) FROM staged WHERE kind IS NOT NULL").fetchone()
        report.skipped = int(row[0]) if row else 0


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {name(table)}").fetchone()
    return int(row[0]) if row else 0


def _stage(connection: duckdb.DuckDBPyConnection, part: Part, table: Table) -> None:
    """The view ``staged``: line, plain words ``p_``, values ``v_``, and ``kind`` of a row that is none of the data."""
    placed = part.placed
    assert placed is not None
    columns = [table.columns[column] for column in placed.columns.values()]
    bare = ", ".join(f"{cells.bare(f'c{i}', has_wide=part.has_wide)} AS b_{c}" for i, c in placed.columns.items())
    plain = ", ".join(f"{cells.plain(f'b_{c.name}')} AS p_{c.name}" for c in columns)
    numbers = "".join(f", {cells.cleaned(f'p_{c.name}')} AS n_{c.name}" for c in columns if c.type in ("m", "n", "i"))
    values = ", ".join(
        f"{cells.typed(c, f'p_{c.name}', f'n_{c.name}', placed.scales.get(c.name, 1))} AS v_{c.name}" for c in columns
    )
    kind, said = _kind(part, table)
    # Of few rows the values are worked out once and kept; of many they pass through.
    made = "TEMP TABLE" if part.careful <= _KEPT else "TEMP VIEW"
    for other in ("TABLE", "VIEW"):
        with contextlib.suppress(duckdb.CatalogException):
            connection.execute(f"DROP {other} IF EXISTS staged")
    connection.execute(
        f"CREATE {made} staged AS SELECT *, {values} FROM (SELECT *{numbers} FROM (SELECT line, extra, kind, said, {plain} "
        f"FROM (SELECT line, extra, {bare}, {kind} AS kind, {said} AS said FROM raw_lines)))"
    )


def _kind(part: Part, table: Table) -> tuple[str, str]:
    placed = part.placed
    assert placed is not None
    filled = [f"nullif(trim(c{i}, {quoted(cells.BLANKS)}), '')" for i in range(placed.width)]
    first = list(range(placed.width))[:_LOOKED_AT]
    blank = f"coalesce({', '.join(filled)}, extra) IS NULL"
    subtotal = " OR ".join(
        f"(c{i} LIKE '%计%' AND regexp_full_match(trim(c{i}, {quoted(cells.BLANKS)}), {quoted(_SUBTOTAL)}))"
        for i in first
    )
    repeated = " AND ".join(f"c{i} = {quoted(placed.words[i])}" for i in placed.columns)
    cases = [
        f"WHEN {blank} THEN 'blank'",
        f"WHEN {subtotal} THEN 'subtotal'",
        f"WHEN {repeated} THEN 'head'",
    ]
    if part.is_sheet and sum(column.is_required for column in table.columns.values()) > 1 and placed.width > 2:
        alone = " + ".join(f"({words} IS NOT NULL)::INTEGER" for words in filled)
        cases.append(f"WHEN {alone} = 1 THEN 'note'")
    return f"CASE {' '.join(cases)} END", f"coalesce({', '.join(filled)})"


def _faults(columns: dict[str, Column], table: Table, as_of: dt.date, door: Door) -> list[tuple[str, str, str, str]]:
    """Condition, rule, column and value as read of each way in which a row can be wrong."""
    found = [("extra IS NOT NULL", "V03", "", "extra")]
    for column in columns.values():
        words, value = f"p_{column.name}", f"v_{column.name}"
        shown = door.shown(column, words)
        if column.is_required:
            found.append((f"{words} IS NULL", "V02", column.name, "NULL::VARCHAR"))
        if column.type != "s":
            rule = "V06" if column.type == "enum" else "V03"
            found.append((f"{words} IS NOT NULL AND {value} IS NULL", rule, column.name, shown))
        if column.type in ("m", "n", "i", "long") and not column.may_be_negative:
            found.append((f"{value} < 0", "V07", column.name, shown))
        if column.is_share:
            found.append((f"{value} > 1", "V07", column.name, shown))
        if column.is_date and not column.is_free:
            day = f"{value}::DATE"
            limits = f"{day} > DATE {quoted(as_of.isoformat())} OR {day} < DATE {quoted(EARLIEST.isoformat())}"
            found.append((limits, "V12", column.name, shown))
    for of_table, earlier, later in ORDERS:
        if of_table == table.name and earlier in columns and later in columns:
            found.append((f"v_{later} < v_{earlier}", "V08", later, f"p_{later}"))
    return found
