"""Indicators on PostgreSQL: in temporary tables of one connection, of which nothing stays."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import ibis
import pyarrow as pa

from xuncha.risk.engines import Engine, EngineFault
from xuncha.risk.loading.cells import name, quoted
from xuncha.risk.schema import tables

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from xuncha.risk.loading import Loaded

# Text is compared by its bytes, as the other engines do.
_TYPES: Final = {
    "s": 'TEXT COLLATE "C"',
    "enum": 'TEXT COLLATE "C"',
    "d": "DATE",
    "month": "DATE",
    "t": "TIMESTAMP",
    "m": "NUMERIC(18,2)",
    "n": "NUMERIC(18,6)",
    "i": "BIGINT",
    "long": "NUMERIC(20,0)",
    "b": "BOOLEAN",
}
_CHUNK: Final = 1 << 20


class Postgres(Engine):
    """One connection with temporary tables."""

    def fetch(self, rows: ir.Table) -> pa.Table:
        """Numbers come as PostgreSQL has them: a literal 0.5 as a decimal, a sum of whole numbers too."""
        schema = rows.schema().to_pyarrow()
        with self.backend.con.cursor() as cursor:
            found = cursor.execute(self.sql(rows)).fetchall()
        columns = zip(*found, strict=True) if found else ((),) * len(schema)
        return pa.table(
            [_array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema
        )


def _array(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    of = float if pa.types.is_floating(kind) else int if pa.types.is_integer(kind) else None
    return pa.array(values if of is None else [None if value is None else of(value) for value in values], kind)


@contextlib.contextmanager
def on_postgres(loaded: Loaded, address: str) -> Iterator[Postgres]:
    """The tables on PostgreSQL. Raises `EngineFault`."""
    import psycopg

    parts = urlsplit(address)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise EngineFault(
            "请用 --at 写明数据库地址，如 postgres://用户@主机:5432/库名。",
            "Name the database with --at, such as postgres://user@host:5432/name.",
        )
    try:
        backend = ibis.postgres.connect(
            host=parts.hostname or "localhost",
            port=parts.port or 5432,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            database=unquote(parts.path.strip("/")),
        )
    except psycopg.Error as fault:
        words = str(fault).strip().splitlines()[0]
        raise EngineFault(f"连不上 PostgreSQL：{words}", f"PostgreSQL cannot be reached: {words}") from None
    try:
        with backend.con.cursor() as cursor, tempfile.TemporaryDirectory() as folder:
            for table in loaded.columns:
                columns = ", ".join(f"{name(c.name)} {_TYPES[c.type]}" for c in tables()[table].columns.values())
                cursor.execute(f"CREATE TEMP TABLE {name(table)} ({columns}, source_file INTEGER, source_line BIGINT)")
                path = Path(folder) / "rows.csv"
                names = ", ".join([*map(name, tables()[table].columns), "source_file", "source_line"])
                form = "FORMAT csv, HEADER false, NULLSTR '\\N', FORCE_QUOTE *"
                loaded.connection.execute(f"COPY (SELECT {names} FROM {name(table)}) TO {quoted(str(path))} ({form})")
                with (
                    path.open("rb") as file,
                    cursor.copy(f"COPY {name(table)} FROM STDIN (FORMAT csv, NULL '\\N')") as copy,
                ):
                    while chunk := file.read(_CHUNK):
                        copy.write(chunk)
                cursor.execute(f"ANALYZE {name(table)}")
        yield Postgres(backend)
    finally:
        backend.disconnect()
