"""Whatever stands in the tables: taken in, run, told of, without a traceback, and every row accounted for."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
from pathlib import Path

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xuncha.cli.risk.checking import write_account
from xuncha.risk.catalogue import shipped
from xuncha.risk.data import Data
from xuncha.risk.loading import load
from xuncha.risk.reporting import results, write_report
from xuncha.risk.running import run
from xuncha.risk.running.writing import write
from xuncha.risk.schema import tables

AS_OF = dt.date(2024, 12, 31)
# A table pays for itself where several indicators read it; each of these reads two or three.
CODES = ("PROC-03", "PROC-05", "PROC-06", "PROC-12", "PROC-18", "PROC-19", "SUB-01", "SUB-04")
NAMES = ("tenders", "bids", "awards", "contracts", "amendments", "subsidies", "deaths", "persons")
# What makes rows meet: few ids, few days, ties, nothing, and what people write by mistake.
CELL = st.one_of(
    st.sampled_from(["A", "B", "C", "1", "2", "", "-", "合计", "=1+1", "<b>", "100", "100.00", "-5", "1,000", "0", "1e9", "九万"]),
    st.sampled_from(["2024-01-01", "2024年1月2日", "45000", "2024-01-01 08:00", "2099-01-01", "公开招标", "工程", "有效", "active", "valid", "price"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=4),
)  # fmt: skip


@st.composite
def contents(draw: st.DrawFn) -> dict[str, tuple[list[str], list[list[str]], bool]]:
    """Some tables, each with some of its columns, rows, and whether it is a workbook."""
    found = {}
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=5, unique=True)):
        columns = list(tables()[name].columns)
        needed = [column for column in columns if tables()[name].columns[column].is_required]
        heads = needed + [column for column in columns if column not in needed and draw(st.booleans())]
        rows = draw(st.lists(st.lists(CELL, min_size=len(heads), max_size=len(heads)), max_size=6))
        found[name] = (heads, rows, draw(st.booleans()))
    return found


def _written(folder: Path, name: str, heads: list[str], rows: list[list[str]], *, is_workbook: bool) -> None:
    if is_workbook:
        book = openpyxl.Workbook()
        for row in (heads, *rows):
            # A formula has no value until a spreadsheet has reckoned it.
            book.active.append([cell if not cell.startswith("=") else f" {cell}" for cell in row])  # type: ignore[union-attr]
        book.save(folder / f"{name}.xlsx")
        return
    text = io.StringIO(newline="")
    csv.writer(text).writerows([heads, *rows])
    (folder / f"{name}.csv").write_text(text.getvalue(), "utf-8", newline="")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=contents(), ids=st.sampled_from(["as-is", "hmac"]))
def test_any_tables_go_the_whole_way(content: dict[str, tuple[list[str], list[list[str]], bool]], ids: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "tables", Path(name) / "out"
        folder.mkdir()
        out.mkdir()
        for table, (heads, rows, is_workbook) in content.items():
            _written(folder, table, heads, rows, is_workbook=is_workbook)
        loaded = load(folder, as_of=AS_OF, ids="hmac" if ids == "hmac" else "as-is", key=b"k" * 16)
        for report in loaded.files:
            assert report.rows == report.used + report.skipped + report.quarantined
            if not content[report.table][2]:
                assert report.rows == len(content[report.table][1]) or report.refused
        data = Data(loaded.backend, loaded.columns, loaded.as_of)
        counts = {report.table: report.used for report in loaded.files}
        outcomes = run(data, [shipped()[code] for code in CODES], row_counts=counts)
        write(outcomes, out, as_of=loaded.as_of, data_version=loaded.version)
        write_account(loaded, out)
        found = results(out)
        for language in ("zh", "en"):
            write_report(found, out, language)  # type: ignore[arg-type]
            page = (out / "report.html").read_text("utf-8")
            assert "<b>" not in page and page.count("<article") == len(found.run["leads"])
        assert json.loads((out / "leads.json").read_text("utf-8"))["schema"] == "xuncha.risk.leads/1"
