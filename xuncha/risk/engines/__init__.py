"""Where indicators run: DuckDB embedded, or the same expressions on Spark or PostgreSQL.

Files are always taken in by DuckDB; another engine gets the tables that came of it. All engines give the same leads.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlglot.expressions as sge

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from xuncha.risk.loading import Loaded

NAMES: Final = ("duckdb", "spark", "postgres")


class EngineFault(Exception):
    """An engine that cannot be had; `chinese` and `english` say why."""

    def __init__(self, chinese: str, english: str) -> None:
        self.chinese, self.english = chinese, english
        super().__init__(english)


class Engine:
    """Tables on an engine, by its Ibis backend. As it stands: DuckDB."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend

    def fetch(self, rows: ir.Table) -> pa.Table:
        """The rows of an expression."""
        return self.backend.to_pyarrow(rows)

    def sql(self, rows: ir.Table) -> str:
        """An expression as the engine's SQL, where 0.1 is a float: it is a decimal to Spark and PostgreSQL."""
        tree = self.backend.compiler.to_sqlglot(rows)
        for literal in list(tree.find_all(sge.Literal)):
            if not literal.is_string and not literal.this.isdigit():
                literal.replace(sge.Cast(this=literal.copy(), to=sge.DataType.build("double")))
        return str(tree.sql(dialect=self.backend.dialect))

    def hold(self, name: str, rows: pa.Table) -> ir.Table:
        """Rows laid beside the tables under a name, in the place of what had it."""
        self.backend.create_table(name, rows, temp=True, overwrite=True)
        return self.backend.table(name)


@contextlib.contextmanager
def opened(name: str, loaded: Loaded, *, at: str | None, folder: Path) -> Iterator[Engine]:
    """An engine of that name with the tables taken in.

    ``at``: the master of Spark, by default all cores of this machine, or the address of a PostgreSQL database.
    ``folder``: where tables lie for Spark, seen under the same path by its workers. Raises `EngineFault`.
    """
    if name == "spark":
        from xuncha.risk.engines.spark import on_spark

        with on_spark(loaded, master=at or "local[*]", folder=folder) as engine:
            yield engine
    elif name == "postgres":
        from xuncha.risk.engines.postgres import on_postgres

        with on_postgres(loaded, at or "") as engine:
            yield engine
    else:
        yield Engine(loaded.backend)
