"""Every indicator gives the same leads on DuckDB, on Spark and on PostgreSQL, row for row, whatever stands in the tables."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.frame import postgres
from tests.risk.reference import county
from xuncha.risk.catalogue import shipped
from xuncha.risk.data import Data
from xuncha.risk.engines import Engine, EngineFault, opened
from xuncha.risk.engines.postgres import on_postgres
from xuncha.risk.engines.spark import java_fault, on_spark
from xuncha.risk.loading import Loaded, load
from xuncha.risk.running import Outcome, run
from xuncha.risk.schema import Column, Table, tables

# Small tables on one core: Spark's own ways of going fast only cost time here.
QUICK: Final = {
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}
KINDS: Final = ("null", "zero", "tie", "tied")


def _cell(table: Table, column: Column, kind: str) -> str:
    """Of a row of nulls, of zeros, or of two rows that differ in their keys alone."""
    if kind == "null" and not column.is_required:
        return ""
    if column.target or (column.is_key and column.type == "s"):
        return f"{kind}-{column.target or table.name}"
    if column.choices:
        return next(iter(column.choices))
    of_type = {"d": "2024-03-05", "t": "2024-03-05 10:00", "month": "2024-03-01", "b": "true", "s": "x"}
    return of_type.get(column.type, "0" if kind == "zero" else "1")


def awkward(folder: Path) -> Path:
    """The county's tables (planted cases, near misses, nulls, ties) with a row of each awkward kind in every one."""
    written = county.everything(3)
    for table in tables().values():
        rows = written.setdefault(table.name, [])
        columns = rows[0] if rows else dict.fromkeys(table.columns)
        for kind in KINDS:
            row: dict[str, Any] = {name: _cell(table, table.columns[name], kind) for name in columns}
            rows.append(row)
    return county.write(folder, written)


def empty(folder: Path) -> Path:
    folder.mkdir()
    for table in tables().values():
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(table.columns)
    return folder


def ran(engine: Any, loaded: Loaded, *codes: str) -> Iterator[Outcome]:
    data = Data(engine, loaded.columns, loaded.as_of)
    for code in codes or shipped():
        yield run(data, [shipped()[code]])[0]


def told(outcome: Outcome) -> dict[str, Any]:
    """All that a lead says, and what is said of the run."""
    leads = {
        lead.key: (lead.severity, lead.priority and lead.priority.total, lead.fields, lead.evidence_rows, lead.evidence)
        for lead in outcome.leads
    }
    return {
        "units": outcome.units,
        "skipped": outcome.skipped,
        "leads": leads,
        "peers": outcome.peer_groups,
        "refused": outcome.refusal,
    }


def differs(one: Any, other: Any) -> bool:
    """Floats may differ in their last digits: the engines add in different orders."""
    if isinstance(one, float) and isinstance(other, float):
        return not math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) != list(other) or any(differs(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) != len(other) or any(map(differs, one, other))
    return bool(one != other)


def assert_same(outcome: Outcome, expected: Outcome) -> None:
    found, wanted = told(outcome), told(expected)
    for part in wanted:
        assert not differs(found[part], wanted[part]), (part, found[part], wanted[part])


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return load(awkward(tmp_path_factory.mktemp("tables") / "in"), as_of=county.AS_OF, ids="as-is")


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return load(empty(tmp_path_factory.mktemp("tables") / "empty"), as_of=county.AS_OF, ids="as-is")


@pytest.fixture(scope="module")
def spark(loaded: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    _needs_java()
    with on_spark(loaded, master="local[1]", folder=tmp_path_factory.mktemp("spark"), **QUICK) as engine:
        yield engine


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.server() as address:
        yield address


@pytest.fixture(scope="module")
def postgresql(loaded: Loaded, server: str) -> Iterator[Engine]:
    with on_postgres(loaded, server) as engine:
        yield engine


def assert_leads_of_duckdb(engine: Engine, loaded: Loaded, code: str) -> None:
    (expected,), (outcome,) = ran(loaded.backend, loaded, code), ran(engine, loaded, code)
    assert expected.leads, "nothing was planted"
    assert_same(outcome, expected)


def assert_nothing_found(engine: Engine, nothing: Loaded) -> None:
    for outcome in ran(engine, nothing):
        assert (outcome.leads, outcome.units, outcome.skipped, outcome.refusal) == ([], 0, {}, None)


def _needs_java() -> None:
    if (fault := java_fault()) is not None:
        pytest.skip(str(fault))


@pytest.mark.spark
@pytest.mark.long
@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("code", shipped())
def test_spark_gives_the_leads_of_duckdb(code: str, loaded: Loaded, spark: Engine) -> None:
    assert_leads_of_duckdb(spark, loaded, code)


@pytest.mark.spark
@pytest.mark.long
@pytest.mark.xdist_group("spark")
def test_spark_finds_nothing_in_empty_tables(nothing: Loaded, spark: Engine) -> None:
    """After the others: the session is the same, and every name stands for an empty table now."""
    for table in nothing.columns:
        rows = nothing.connection.execute(f'SELECT * FROM "{table}"').to_arrow_table()
        spark.hold(table, rows)
    assert_nothing_found(spark, nothing)


@pytest.mark.long
@pytest.mark.xdist_group("postgresql")
@pytest.mark.parametrize("code", shipped())
def test_postgresql_gives_the_leads_of_duckdb(code: str, loaded: Loaded, postgresql: Engine) -> None:
    assert_leads_of_duckdb(postgresql, loaded, code)


@pytest.mark.long
@pytest.mark.xdist_group("postgresql")
def test_postgresql_finds_nothing_in_empty_tables_and_keeps_nothing(nothing: Loaded, server: str) -> None:
    import psycopg

    with on_postgres(nothing, server) as engine:
        assert_nothing_found(engine, nothing)
    with psycopg.connect(server) as connection:
        left = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relname LIKE '%bids%' AND relpersistence <> 't'"
        ).fetchone()
    assert left == (0,)


@pytest.mark.parametrize("address", ["", "bids", "mysql://a/b", "postgres://127.0.0.1:1"])
def test_an_address_that_is_none_is_said(address: str, tmp_path: Path) -> None:
    loaded = load(empty(tmp_path / "in"), as_of=county.AS_OF, ids="as-is")
    with pytest.raises(EngineFault), opened("postgres", loaded, at=address, folder=tmp_path):
        pass


def test_a_machine_without_java_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    loaded = load(empty(tmp_path / "in"), as_of=county.AS_OF, ids="as-is")
    with pytest.raises(EngineFault, match="Java 17"), opened("spark", loaded, at=None, folder=tmp_path):
        pass
