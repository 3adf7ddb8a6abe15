"""Statistics in expressions are those of the definitions, whatever the size of the group."""

from __future__ import annotations

import random
from fractions import Fraction

import ibis
import pyarrow as pa
import pytest

from tests.risk.reference import statistics as plain
from xuncha.risk import statistics


@pytest.fixture(scope="module")
def backend() -> ibis.BaseBackend:
    return ibis.duckdb.connect()


def test_quartiles_medians_and_deviations_of_groups_of_every_size(backend: ibis.BaseBackend) -> None:
    r = random.Random(7)
    groups = {n: [round(r.choice([r.random() * 9, 4.5]), 2) for _ in range(n)] for n in range(1, 30)}
    rows = [{"g": n, "x": x} for n, values in groups.items() for x in values] + [{"g": 99, "x": None}]
    table = backend.create_table("groups", pa.Table.from_pylist(rows), temp=True)
    found = {row["g"]: row for row in backend.to_pyarrow(statistics.sort_out(table, ["g"], "x")).to_pylist()}
    for n, values in groups.items():
        assert found[n]["n"] == n
        for name, p in (("q1", 0.25), ("q3", 0.75)):
            assert found[n][name] == pytest.approx(plain.type8(values, p), rel=1e-12)
        assert found[n]["median"] == pytest.approx(plain.median(values), rel=1e-12)
    assert found[99]["n"] == 0 and found[99]["median"] is None
    scores = backend.to_pyarrow(statistics.robust_z(table, ["g"], "x", 3).select("g", "x", "rz")).to_pylist()
    expected = [
        {"g": n, "x": x, "rz": pytest.approx(plain.rz(x, values, 3), rel=1e-9)}
        for n, values in groups.items()
        for x in values
        if plain.rz(x, values, 3) is not None
    ]
    order = lambda row: (row["g"], row["x"])  # noqa: E731
    assert sorted(scores, key=order) == sorted(expected, key=order)


def test_type_8_by_hand(backend: ibis.BaseBackend) -> None:
    """Of 1, 2, 3, 4: h = (4 + 1/3) / 4 + 1/3 = 17/12, so Q1 = 1 + 5/12."""
    table = backend.create_table("four", pa.table({"x": [4.0, 2.0, 1.0, 3.0]}), temp=True)
    (row,) = backend.to_pyarrow(statistics.sort_out(table, [], "x")).to_pylist()
    assert (row["q1"], row["median"], row["q3"]) == pytest.approx((1 + 5 / 12, 2.5, 3 + 7 / 12))


def test_equal_values_have_no_score(backend: ibis.BaseBackend) -> None:
    table = backend.create_table("equal", pa.table({"x": [1.0] * 30 + [9.0]}), temp=True)
    assert backend.to_pyarrow(statistics.robust_z(table, [], "x").count()).as_py() == 0


def test_shares_are_compared_without_rounding(backend: ibis.BaseBackend) -> None:
    large = 10**18
    table = backend.create_table(
        "large", pa.table({"part": [large, large + 1, 3], "whole": [10 * large // 3, 10 * large // 3, 30]}), temp=True
    )
    part, whole = statistics.compare(table.part, table.whole, Fraction("0.1"))
    assert backend.to_pyarrow(table.select(is_more=part > whole)).to_pydict() == {"is_more": [True, True, False]}


def test_nothing_in_nothing_out(backend: ibis.BaseBackend) -> None:
    table = backend.create_table(
        "none", pa.table({"k": pa.array([], pa.int64()), "n": pa.array([], pa.int64())}), temp=True
    )
    flagged, tested = statistics.ratio(table, 20)
    assert backend.to_pyarrow(flagged).num_rows == 0 and backend.to_pyarrow(tested).as_py() == 0
