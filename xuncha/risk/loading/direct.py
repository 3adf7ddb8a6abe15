"""Rows whose every cell is written so plainly that one cast reads it: most rows of most files.

DuckDB reads a csv and casts in one pass, and such rows are in their table at once. Whatever is written in another way,
or breaks a rule, is left in ``raw`` to the careful expressions of `cells` and `rows`. A cell counts as plain only where
the careful way would read the same value, so that a file gives the same tables either way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import duckdb

from xuncha.risk.loading import cells
from xuncha.risk.loading.cells import name, quoted
from xuncha.risk.schema import ORDERS, Column, Table

if TYPE_CHECKING:
    from xuncha.risk.loading.heads import Placed
    from xuncha.risk.loading.raw import Survey

LAID: Final = "direct_rows"
_LONGEST_EMPTY: Final = max(len(word.encode()) for word in cells.EMPTY_WORDS)
# Between these no word for nothing begins: most texts need no look at the list.
_SAYING: Final = (("0", "N"), ("O", "n"), ("o", "—"), ("―", "\U0010ffff"))
_UNSEEN: Final = "\u00a0\u3000\ufeff"
_SPAN: Final = ("1800-01-01", "2200-12-31")


@dataclass(frozen=True, slots=True)
class Direct:
    """How rows of one table may come in directly. ``limits``: first and last day that the rules let pass."""

    table: Table
    limits: tuple[dt.date, dt.date]
    looked_at: int
    """In how many cells at the front 合计 may stand."""

    def lay(
        self, connection: duckdb.DuckDBPyConnection, reader: str, seen: Survey, placed: Placed, line: int
    ) -> tuple[int, int]:
        """Read every row into ``direct_rows``; those that are not plain stay there marked, and in ``raw`` as text.

        ``reader``: the call that reads the file; ``line``: lines before its first row. Gives the rows, and how many are
        in ``raw``. Raises DuckDB's errors.
        """
        of = {column: at for at, column in placed.columns.items()}
        values = ", ".join(
            f"{_value(column, f'c{of[column.name]}', placed.scales.get(column.name, 1))} AS {name(column.name)}"
            if column.name in of
            else f"NULL::{cells.SQL_TYPES[column.type]} AS {name(column.name)}"
            for column in self.table.columns.values()
        )
        read = f"SELECT *, {values} FROM {reader}"
        verdict = self._verdict(seen, placed)
        columns = ", ".join(name(column) for column in self.table.columns)
        connection.execute(f"DROP TABLE IF EXISTS {LAID}")
        # Zeros that are filled in after: filling in nulls takes DuckDB as long as reading the file.
        connection.execute(
            f"CREATE TABLE {LAID} AS SELECT {columns}, 0::INTEGER AS source_file, 0::BIGINT AS source_line, "
            f"{verdict} AS is_plain FROM ({read})"
        )
        row = connection.execute(f"SELECT count(*), count(*) FILTER (WHERE NOT is_plain) FROM {LAID}").fetchone()
        rows, rest = row or (0, 0)
        connection.execute(f"UPDATE {LAID} SET source_line = rowid + {line + 1}")
        if rest:
            # A file is read in its order: the nth row that is not plain is the nth that was marked.
            cells_ = ", ".join(f"c{at}" for at in range(placed.width))
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE raw AS SELECT {cells_}, NULL::VARCHAR AS extra FROM ({read}) WHERE NOT ({verdict})"
            )
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE raw_places AS SELECT source_line AS line FROM {LAID} WHERE NOT is_plain ORDER BY line"
            )
            connection.execute(
                "CREATE OR REPLACE TEMP VIEW raw_lines AS SELECT p.line, r.* FROM raw r JOIN raw_places p ON p.rowid = r.rowid"
            )
            connection.execute(f"DELETE FROM {LAID} WHERE NOT is_plain")
        return rows, rest

    def _verdict(self, seen: Survey, placed: Placed) -> str:
        """True for a row that is read and breaks no rule; never null. Over the cells ``c0`` … and the values."""
        first = min(placed.columns)
        # A row that repeats the heads repeats the first of them, too.
        found = [f"c{first} IS DISTINCT FROM {quoted(placed.words[first])}"]
        if not seen.is_ascii:
            fronts = range(min(self.looked_at, placed.width))
            found += [f"(c{at} IS NULL OR NOT contains(c{at}, '计'))" for at in fronts]
        for at, column_name in placed.columns.items():
            column, cell, value = self.table.columns[column_name], f"c{at}", name(column_name)
            tests = [_is_plain(column, cell, value, seen), *self._kept_rules(column, value)]
            whole = f"coalesce({' AND '.join(tests)}, false)"
            found.append(whole if column.is_required else f"({cell} IS NULL OR {whole})")
        there = set(placed.columns.values())
        for of_table, earlier, later in ORDERS:
            if of_table == self.table.name and earlier in there and later in there:
                found.append(f"coalesce({name(later)} >= {name(earlier)}, true)")
        return " AND ".join(found)

    def _kept_rules(self, column: Column, value: str) -> list[str]:
        tests = []
        if column.type in ("m", "n", "i", "long") and not column.may_be_negative:
            tests.append(f"{value} >= 0")
        if column.is_share:
            tests.append(f"{value} <= 1")
        if column.is_date and not column.is_free:
            first, last = self.limits
            sort = "TIMESTAMP" if column.type == "t" else "DATE"
            tests.append(f"{value} >= {sort} '{first}' AND {value} < {sort} '{last + dt.timedelta(days=1)}'")
        return tests


def hand_over(connection: duckdb.DuckDBPyConnection, table: Table, number: int) -> None:
    """The plain rows become rows of their table; ``number``: of the file."""
    connection.execute(f"UPDATE {LAID} SET source_file = {number}")
    connection.execute(f"ALTER TABLE {LAID} DROP COLUMN is_plain")
    row = connection.execute(f"SELECT count(*) FROM {name(table.name)}").fetchone()
    if row is not None and row[0]:
        connection.execute(f"INSERT INTO {name(table.name)} SELECT * FROM {LAID}")
        connection.execute(f"DROP TABLE {LAID}")
    else:
        connection.execute(f"DROP TABLE {name(table.name)}")
        connection.execute(f"ALTER TABLE {LAID} RENAME TO {name(table.name)}")


def _value(column: Column, cell: str, scale: int) -> str:
    match column.type:
        case "s":
            return cell
        case "enum":
            return _chosen(cell, column.choices)
        case "b":
            return _chosen(cell, {"true": "true", "1": "true", "是": "true", "false": "", "0": "", "否": ""}) + " <> ''"
        case "d":
            return f"try_cast({cell} AS DATE)"
        case "month":
            return f"date_trunc('month', try_cast({cell} AS DATE))::DATE"
        case "t":
            return f"try_cast({cell} AS TIMESTAMP)"
        case "m" if scale != 1:
            return f"try_cast(try_cast({cell} AS DECIMAL(28,8)) * {scale} AS DECIMAL(18,2))"
        case "m" | "n":
            return f"try_cast({cell} AS {cells.SQL_TYPES[column.type]})"
        case _:
            return cells.typed(column, cell, cell)


def _chosen(cell: str, choices: Mapping[str, str]) -> str:
    cases = " ".join(f"WHEN {quoted(word)} THEN {quoted(value)}" for word, value in choices.items())
    return f"CASE {cell} {cases} END"


def _is_plain(column: Column, cell: str, value: str, seen: Survey) -> str:
    """Whether the value of a filled cell is what the careful way would read; null counts as no."""
    starts = f"{cell} >= '0' AND {cell} < ':'"
    match column.type:
        case "s":
            return _says_itself(cell, seen)
        case "d":
            return f"{starts} AND {value} BETWEEN DATE '{_SPAN[0]}' AND DATE '{_SPAN[1]}'"
        case "month":
            return f"{starts} AND strlen({cell}) = 10 AND {value} BETWEEN DATE '{_SPAN[0]}' AND DATE '{_SPAN[1]}'"
        case "t":
            # 2024-03-05 10:00 or 2024-03-05 10:00:00, with no offset behind it.
            full = f"strlen({cell}) = 19 AND {cell}[14] = ':' AND {cell}[17] = ':' AND {cell}[19] BETWEEN '0' AND '9'"
            span = f"BETWEEN TIMESTAMP '{_SPAN[0]}' AND TIMESTAMP '{_SPAN[1]}'"
            return f"{starts} AND (strlen({cell}) <= 16 OR ({full})) AND {value} {span}"
        case _:
            return f"{value} IS NOT NULL"


def _says_itself(cell: str, seen: Survey) -> str:
    """Whether a text has no blanks around it, no full-width signs, and is none of the words for nothing."""
    words = ", ".join(quoted(word) for word in ("", *cells.EMPTY_WORDS))
    # Not IN: of a long list DuckDB makes a join, after which rows do not lie in the order of the file.
    is_none = f"list_contains([{words}], {cell})"
    ranges = " OR ".join(f"({cell} >= {quoted(low)} AND {cell} < {quoted(high)})" for low, high in _SAYING)
    says = f"CASE WHEN strlen({cell}) > {_LONGEST_EMPTY} OR {ranges} THEN true ELSE NOT {is_none} END"
    tests = [f"{cell} >= '!'", says]
    tests += [f"NOT ends_with({cell}, chr({ord(blank)}))" for blank in seen.blanks]
    if not seen.is_ascii:
        for blank in map(quoted, _UNSEEN):
            tests.append(f"NOT starts_with({cell}, {blank}) AND NOT ends_with({cell}, {blank})")
    if seen.has_wide:
        bare = cells.bare(cell, has_wide=True)
        tests.append(f"CASE WHEN strlen({cell}) = length({cell}) THEN true ELSE {cell} = {bare} END")
    return " AND ".join(tests)
