"""Rows that come in directly come in as the careful way would take them, and nothing else does."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xuncha.risk.loading import Loaded, load, rows
from xuncha.risk.schema import Column, tables

AS_OF: Final = dt.date(2024, 12, 31)
TABLES: Final = ("tenders", "shareholders", "payroll", "expenses", "employees", "persons", "suppliers", "charges")
CELLS: Final = {
    "s": ["A1", "A2", "A 3", " A1", "A1 ", "A1\t", "Ａ１", "县医院", "县医院（东区）", "\u3000县医院", "合计", "小计：", "-", "NULL", "——", "nan",
          "11010519491231002X", "110105194912310021", "91350100M000100Y43", "91350100M000100Y44"],
    "d": ["2024-03-05", "2024-3-5", "2024/03/05", "2024年3月5日", "20240305", "45356", "1989-12-31", "2025-01-01", "2024-02-30", "1700-01-01",
          "2024-03-05 ", "2024-03-05 00:00", "epoch", "2024-03-05T23:30:00+08:00"],
    "month": ["2024-03-01", "2024-03", "2024年3月", "202403", "2024-03-15", "2024/03/15", "2025-01-01"],
    "t": ["2024-03-05 10:00:00", "2024-03-05 10:00", "2024-03-05T10:00:00Z", "2024-03-05 10+08:00", "2024-03-05 10:00:0Z",
          "2024-03-05", "2024-03-05T02:00+00", "2024年3月5日 10:30", "45356.5", "infinity", "2024-03-05 10:00:00.5"],
    "m": ["1", "1.005", "1,000", "¥5", "-1", "1e3", "1.2万", "(3)", " 4", "1e30", "１２", "5元", "NaN"],
    "n": ["0.5", "1", "1.5", "25%", "-1", "0.0000005"],
    "i": ["3", "3.0", "3.5", "1e2", "-1", "15e-1", "99999999999999999999", "1,000"],
    "long": ["24312000000012345678", "1", "1.5", "-2", "1 "],
    "b": ["true", "1", "是", "0", "No", "无", "TRUE", "或许"],
}  # fmt: skip


def _cell(column: Column) -> st.SearchStrategy[str]:
    known = [*list(column.choices)[:4], "OPEN", "城堡"] if column.type == "enum" else CELLS[column.type]
    rare = st.sampled_from(known) | st.sampled_from(["", " ", '"', "=1+1", column.name])
    # Mostly the first: else no row would be whole.
    return st.sampled_from([known[0]] * 3 + known[:1]) | rare


@st.composite
def _files(draw: st.DrawFn) -> tuple[str, str]:
    table = tables()[draw(st.sampled_from(TABLES))]
    left_out = draw(st.sets(st.sampled_from([c.name for c in table.columns.values() if not c.is_required] or [""])))
    columns = [column for column in table.columns.values() if column.name not in left_out]
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=draw(st.sampled_from(["\n", "\r\n"])))
    unit = draw(st.sampled_from(["", "（万元）"]))
    heads = [column.heads[0] + unit if column.type == "m" and unit else column.name for column in columns]
    writer.writerow(heads)
    for _ in range(draw(st.integers(1, 6))):
        writer.writerow([draw(_cell(column)) for column in columns][: draw(st.sampled_from([len(columns)] * 4 + [1]))])
    return table.name, file.getvalue()


def _everything(loaded: Loaded, table: str) -> dict[str, Any]:
    there = [table] if table in loaded.columns else []
    found: dict[str, Any] = {
        name: loaded.connection.execute(f"FROM {name} ORDER BY ALL").fetchall()
        for name in (*there, "quarantine", "removed")
    }
    found["types"] = [loaded.connection.execute(f"DESCRIBE {name}").fetchall() for name in there]
    found["files"] = [(report.rows, report.used, report.skipped, report.quarantined) for report in loaded.files]
    found["warnings"] = sorted(str(warning) for warning in loaded.warnings)
    return found


def _both_ways(folder: Path, table: str, monkeypatch: pytest.MonkeyPatch, **given_: Any) -> dict[str, Any]:
    directly = _everything(load(folder, as_of=AS_OF, **given_), table)
    with monkeypatch.context() as patched:
        patched.setattr(rows, "direct_way", lambda *_, **__: None)
        carefully = _everything(load(folder, as_of=AS_OF, **given_), table)
    assert directly == carefully
    return directly


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(file=_files(), ids=st.sampled_from(["as-is", "as-is", "hmac"]))
def test_both_ways_give_the_same(file: tuple[str, str], ids: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table, content = file
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{table}.csv").write_text(content, "utf-8", newline="")
        _both_ways(Path(folder), table, monkeypatch, ids=ids, key=b"k" * 16)


def test_lines_are_kept_where_few_rows_need_care(tmp_path: Path) -> None:
    """Enough rows for several threads, every thousandth of them not plain, every ten thousandth faulty."""
    lines = ["charge_id,visit_id,item_code,qty,unit_price,amount,charge_date"]
    for n in range(250_000):
        day = "2024年3月5日" if n % 1000 == 7 else "not" if n % 10_000 == 9 else "2024-03-05"
        lines.append(f"X{n},V{n % 99},I,2,1.50,3.00,{day}")
    lines.append("X0,V0,I,2,1.50,3.00,2024-03-05")
    (tmp_path / "charges.csv").write_text("\n".join(lines) + "\n", "utf-8")
    loaded = load(tmp_path, as_of=AS_OF, ids="as-is")
    (report,) = loaded.files
    assert (report.rows, report.used, report.skipped, report.quarantined) == (250_001, 249_975, 1, 25)
    wrong = "SELECT count(*) FROM charges WHERE source_line <> charge_id[2:]::INTEGER + 2"
    assert loaded.connection.execute(wrong).fetchall() == [(0,)]
    assert [fault.line for fault in loaded.faults()] == [10_000 * n + 11 for n in range(25)]


def test_several_files_of_a_table_come_in_directly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "persons").mkdir()
    heads = "person_id,sex,birth_date"
    for n in range(3):
        rows_ = "\n".join(f"P{n}{m},F,2000-01-0{m + 1}" for m in range(3))
        (tmp_path / "persons" / f"{n}.csv").write_text(f"{heads}\n{rows_}\n11010519491231002X,男,1949-12-31\n", "utf-8")
    found = _both_ways(tmp_path, "persons", monkeypatch, ids="as-is")
    assert found["files"] == [(4, 4, 0, 0), (4, 3, 1, 0), (4, 3, 1, 0)] and len(found["warnings"]) == 3
