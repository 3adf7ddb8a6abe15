"""The tables as indicators see them: money in whole fen, numbers in millionths, nulls left out and counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import ibis

from xuncha.risk.engines import Engine
from xuncha.risk.schema import Column, tables

if TYPE_CHECKING:
    import ibis.expr.types as ir

MILLION: Final = 1_000_000
# Engines join subqueries into one by themselves, and much faster.
ibis.options.sql.fuse_selects = False


class Data:
    """Tables on one engine, and how many rows an indicator had to leave out.

    ``engine``: one of `xuncha.risk.engines`, or a backend of Ibis with DuckDB. ``columns``: which columns some file
    had; the others are null throughout.
    """

    def __init__(self, engine: Any, columns: dict[str, set[str]], as_of: dt.date) -> None:
        self.engine = engine if isinstance(engine, Engine) else Engine(engine)
        self.backend, self.columns, self.as_of = self.engine.backend, columns, as_of
        self.skips: list[tuple[str, ir.IntegerScalar]] = []
        self._tables: dict[str, ir.Table] = {}

    def has(self, table: str, *columns: str) -> bool:
        """Whether a table is there, and some file had those columns."""
        return table in self.columns and set(columns) <= self.columns[table]

    def table(self, name: str) -> ir.Table:
        """A table, whole: money (m) as whole fen, numbers (n) as millionths. Empty where there is none."""
        if name not in self._tables:
            is_there = name in self.columns
            columns = ", ".join(_exact(column, is_there=is_there) for column in tables()[name].columns.values())
            places = f"source_file, source_line FROM {name}" if is_there else f"{_NO_PLACE} WHERE false"
            self.backend.raw_sql(f"CREATE OR REPLACE TEMPORARY VIEW exact_{name} AS SELECT {columns}, {places}")
            self._tables[name] = self.backend.table(f"exact_{name}")
        return self._tables[name]

    def rows(
        self, name: str, *needed: str, where: Callable[[ir.Table], Any] | None = None, source: ir.Table | None = None
    ) -> ir.Table:
        """Rows of a table that have all the needed fields; the others are counted as skipped.

        ``where`` is asked first: rows that are none of the formula's business are not skipped.
        """
        table = self.table(name) if source is None else source
        if where is not None:
            table = table.filter(where(table))
        if needed:
            self.skip(name, table.filter(ibis.or_(*(table[column].isnull() for column in needed))))
            table = table.filter(*(table[column].notnull() for column in needed))
        return table

    def skip(self, name: str, rows: ir.Table) -> None:
        """Count rows as skipped for want of a field."""
        self.skips.append((name, rows.count()))


_NO_PLACE: Final = "CAST(0 AS INT) AS source_file, CAST(0 AS BIGINT) AS source_line"


def _exact(column: Column, *, is_there: bool) -> str:
    """A column of the view by which indicators see a table; the same SQL for every engine."""
    kind = {"m": "BIGINT", "n": "BIGINT", "i": "BIGINT", "d": "DATE", "month": "DATE", "t": "TIMESTAMP", "b": "BOOLEAN"}
    if not is_there:
        sort = "DECIMAL(20,0)" if column.type == "long" else kind.get(column.type, "VARCHAR(64)")
        return f"CAST(NULL AS {sort}) AS {column.name}"
    factor = {"m": 100, "n": MILLION}.get(column.type)
    return f"CAST({column.name} * {factor} AS BIGINT) AS {column.name}" if factor else column.name
