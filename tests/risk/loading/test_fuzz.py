"""Whatever stands in a file: no traceback, and rows in = used + skipped + quarantined."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xuncha.risk.loading import load

HEADS = ["charge_id", "visit_id", "item_code", "item_class", "qty", "unit_price", "amount", "charge_date"]
LIKELY = st.sampled_from(
    [
        "A1",
        "A2",
        "",
        " ",
        "3",
        "-1",
        "1,000",
        "¥5",
        "2024-01-01",
        "2024年1月1日",
        "45000",
        "exam",
        "药品",
        "合计",
        "小计：",
        "nan",
        '"',
        "=1+1",
    ]
)
ANY = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8)
ROWS = st.lists(st.lists(LIKELY | ANY, min_size=0, max_size=10), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=ROWS,
    ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    titles=st.integers(0, 2),
)
def test_any_csv_is_accounted_for(rows: list[list[str]], ending: str, encoding: str, titles: int) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=ending)
    writer.writerows([["收费明细"]] * titles + [HEADS] + rows)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "charges.csv").write_bytes(file.getvalue().encode(encoding, "surrogatepass"))
        loaded = load(Path(folder), as_of=dt.date(2024, 12, 31), ids="hmac", key=b"k" * 16)
        (report,) = loaded.files
        assert report.rows == report.used + report.skipped + report.quarantined
        assert report.rows == len(rows) or report.refused
        assert report.quarantined == 0 or loaded.faults() or report.refused


@settings(max_examples=30, deadline=None)
@given(
    content=st.binary(max_size=200),
    name=st.sampled_from(["bids.csv", "bids.xlsx", "bids.xls", "bids.parquet", "bids.tsv"]),
)
def test_any_bytes_are_taken_or_refused(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        loaded = load(Path(folder), as_of=dt.date(2024, 12, 31), ids="as-is")
        assert all(report.rows == report.used + report.skipped + report.quarantined for report in loaded.files)


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n",
        "\n\n\n",
        "bid_id\n",
        "bid_id,tender_id,supplier_id,status\n",
        '"',
        'bid_id,tender_id,supplier_id,status\n"x',
    ],
)
def test_files_of_next_to_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "bids.csv").write_text(content)
    (report,) = load(tmp_path, as_of=dt.date(2024, 12, 31), ids="as-is").files
    assert report.rows == report.used + report.skipped + report.quarantined
