"""Early warning: loading a csv, what an indicator costs on empty tables, and on large ones beside SQL written by hand.

bin/bench risk [--sizes 1000000] [--runs 3] [--memory MIB] [--only CODES]

Loading: the whole of `load` with ``--ids as-is`` (every rule of validation, the file's digest) beside DuckDB's own
``CREATE TABLE … AS FROM read_csv``. Large tables: the query of an indicator, with its leads, tested units and skipped
rows, beside the query of benchmarks/risk_tables.py; both as Arrow tables, best of the runs, and their leads are compared.
"whole" has the making of the expression and of its SQL, and the rows of evidence, besides. Memory: most resident so far.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import duckdb
from risk_tables import QUERIES, TABLES, Query

from xuncha.risk.catalogue import shipped
from xuncha.risk.data import Data
from xuncha.risk.indicator import settings_of
from xuncha.risk.loading import cells, connect, load
from xuncha.risk.running import run
from xuncha.risk.running.asking import question
from xuncha.risk.schema import tables

AS_OF = dt.date(2025, 12, 31)
EMPTY_BOUND, HAND_BOUND, LOAD_BOUND = 0.050, 1.3, 2.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", type=int, metavar="MIB")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, DuckDB {duckdb.__version__}")
    only = asked.only.upper().split(",") if asked.only else []
    if not only:
        empty()
    for size in (int(word) for word in asked.sizes.split(",")):
        if not only:
            loading(size, asked.runs)
        for query in QUERIES:
            if not only or query.code in only:
                beside_hand(query, size, asked.runs, asked.memory)


def peak() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GiB"


def best(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    seconds, result = float("inf"), None
    for _ in range(runs):
        began = time.perf_counter()
        result = work()
        seconds = min(seconds, time.perf_counter() - began)
    return seconds, result


def empty() -> None:
    """All indicators on tables without a row."""
    with tempfile.TemporaryDirectory() as folder:
        for table in tables().values():
            (Path(folder) / f"{table.name}.csv").write_text(",".join(table.columns) + "\n")
        loaded = load(Path(folder), as_of=AS_OF, ids="as-is")
        run(Data(loaded.backend, loaded.columns, AS_OF), list(shipped().values())[:1])
        outcomes = run(Data(loaded.backend, loaded.columns, AS_OF), list(shipped().values()))
    seconds = sorted(outcome.seconds for outcome in outcomes)
    middle, mean, most = seconds[len(seconds) // 2], sum(seconds) / len(seconds), seconds[-1]
    print(
        f"empty tables: {mean * 1000:.0f} ms an indicator on average, median {middle * 1000:.0f}, most {most * 1000:.0f} (aim {EMPTY_BOUND * 1000:.0f})"
    )


def loading(size: int, runs: int) -> None:
    """A clean csv of ten columns."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contracts.csv"
        maker = duckdb.connect()
        maker.execute(f"COPY ({selected('contracts', size)}) TO '{path}' (HEADER)")
        maker.close()

        def own() -> None:
            with duckdb.connect() as connection:
                connection.execute(f"CREATE TABLE t AS FROM read_csv('{path}')")

        theirs, _ = best(own, runs)
        ours, loaded = best(lambda: load(Path(folder), as_of=AS_OF, ids="as-is"), runs)
        used = sum(report.used for report in loaded.files)
        megabytes = path.stat().st_size / 1e6
    print(
        f"loading {size:,} rows, {megabytes:.0f} MB: {ours:.2f} s, DuckDB's own {theirs:.2f} s: ×{ours / theirs:.2f} (aim {LOAD_BOUND}); {used:,} used; {peak()}"
    )


def selected(table: str, size: int) -> str:
    """A query that makes the rows of a table."""
    rows, columns = TABLES[table]
    named = ", ".join(f"({words.replace('{n}', str(size))}) AS {name}" for name, words in columns.items())
    return f"SELECT {named} FROM range({rows.replace('{n}', str(size))}) r(i)"


def beside_hand(query: Query, size: int, runs: int, memory_mib: int | None) -> None:
    backend = connect(memory_mib * 2**20 if memory_mib else None)
    columns: dict[str, set[str]] = {}
    for table in query.tables:
        kinds = {column.name: cells.SQL_TYPES[column.type] for column in tables()[table].columns.values()}
        made = TABLES[table][1]
        cast = ", ".join(
            f"{name if name in made else 'NULL'}::{kind} AS {cells.name(name)}" for name, kind in kinds.items()
        )
        backend.con.execute(
            f"CREATE TABLE {table} AS SELECT {cast}, 0 AS source_file, row_number() OVER () AS source_line FROM ({selected(table, size)})"
        )
        columns[table] = set(made)
    indicator = shipped()[query.code]
    data = Data(backend, columns, AS_OF)
    found = indicator.find(data, settings_of(indicator, {}))
    sql = backend.compile(question(data, found)[0])
    try:
        mine, answer = best(lambda: backend.con.execute(sql).to_arrow_table(), runs)
        hand, by_hand = best(lambda: backend.con.execute(query.sql).to_arrow_table(), runs)
        whole = run(data, [indicator])[0].seconds
    except duckdb.OutOfMemoryException as fault:
        print(f"{query.code} {size:>11,}  needs more memory: {str(fault).splitlines()[0]}")
        return
    leads = {tuple(str(row[column]) for column in indicator.key) for row in answer.to_pylist() if row["xuncha_is_lead"]}
    same = leads == {
        tuple(str(value) for value in row[: len(indicator.key)])
        for row in zip(*(column.to_pylist() for column in by_hand.columns), strict=True)
    }
    print(
        f"{query.code:<8} {size:>11,}  {mine:7.3f} s  by hand {hand:7.3f} s  ×{mine / hand:4.2f}  whole {whole:7.2f} s  "
        f"{len(leads):,} leads{'' if same else ' DIFFER'}  {peak()}",
        flush=True,
    )
    backend.con.close()


if __name__ == "__main__":
    main()
