"""Releases of the Open Contracting Data Standard come in as five tables, every row accounted for."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xuncha.risk.loading import load
from xuncha.risk.loading.results import Loaded

AS_OF = dt.date(2024, 12, 31)


def release(ocid: str = "ocds-1", **more: Any) -> dict[str, Any]:
    return {
        "ocid": ocid,
        "date": "2024-06-01T00:00:00Z",
        "buyer": {"id": "B1"},
        "tender": {
            "id": "t",
            "status": "complete",
            "mainProcurementCategory": "goods",
            "procurementMethod": "open",
            "awardCriteria": "priceOnly",
            "value": {"amount": 1000.5, "currency": "CNY"},
            "tenderPeriod": {"startDate": "2024-05-01T08:00:00+08:00", "endDate": "2024-05-11T00:00:00Z"},
            "numberOfTenderers": 2,
        },
        "bids": {
            "details": [
                {"id": 1, "status": "valid", "date": "2024-05-10T00:00:00Z", "value": {"amount": 900, "currency": "CNY"}, "tenderers": [{"id": "S1"}]},
                {"id": 2, "status": "valid", "value": {"amount": 900, "currency": "USD"}, "tenderers": [{"id": "S3"}, {"id": "S2"}]},
            ]
        },
        "awards": [
            {"id": 1, "status": "active", "date": "2024-05-20T00:00:00Z", "value": {"amount": 900, "currency": "CNY"}, "suppliers": [{"id": "S1"}],
             "items": [{"id": 1, "classification": {"id": "43211500"}}]}
        ],
        "contracts": [
            {"id": 1, "awardID": 1, "dateSigned": "2024-05-25T00:00:00Z", "value": {"amount": 900, "currency": "CNY"},
             "amendments": [{"id": "x", "date": "2024-06-01T00:00:00Z", "value": {"amount": 10}}]}
        ],
        **more,
    }  # fmt: skip


def _load(folder: Path) -> Loaded:
    loaded = load(folder, as_of=AS_OF, ids="as-is")
    assert all(report.rows == report.used + report.skipped + report.quarantined for report in loaded.files)
    return loaded


def _rows(loaded: Loaded, table: str, *columns: str) -> list[tuple[Any, ...]]:
    return list(loaded.connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1").fetchall())


def _written(folder: Path, *releases: Any, name: str = "releases.jsonl") -> Path:
    (folder / name).write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in releases), "utf-8")
    return folder


def test_a_release_fills_five_tables(tmp_path: Path) -> None:
    loaded = _load(_written(tmp_path, release()))
    assert _rows(loaded, "tenders", "tender_id", "buyer_id", "category", "method", "award_criteria", "budget_amount", "item_code", "n_tenderers") == [
        ("ocds-1", "B1", "goods", "open", "price", pytest.approx(1000.5), "43211500", 2)
    ]  # fmt: skip
    ((start, end),) = _rows(loaded, "tenders", "bid_start", "bid_end")
    assert end - start == dt.timedelta(days=10)
    # A joint bid is a supplier of its own; an amount in another currency stays empty.
    assert _rows(loaded, "bids", "bid_id", "supplier_id", "amount") == [
        ("ocds-1/1", "S1", 900),
        ("ocds-1/2", "S2 + S3", None),
    ]
    assert _rows(loaded, "awards", "award_id", "tender_id", "supplier_id") == [("ocds-1/1", "ocds-1", "S1")]
    assert _rows(loaded, "contracts", "contract_id", "award_id", "supplier_id", "buyer_id", "item_code") == [
        ("ocds-1/1", "ocds-1/1", "S1", "B1", "43211500")
    ]
    assert _rows(loaded, "amendments", "change_id", "contract_id", "amount_delta") == [("ocds-1/1/x", "ocds-1/1", 10)]
    assert [report.name for report in loaded.files] == [
        f"releases.jsonl[{table}]" for table in ("tenders", "bids", "awards", "contracts", "amendments")
    ]


@pytest.mark.parametrize(
    "packed",
    [
        {"uri": "x", "releases": [release("ocds-1"), release("ocds-2")]},
        {"records": [{"ocid": "ocds-1", "compiledRelease": release("ocds-1")}, {"ocid": "ocds-2", "releases": [release("ocds-2")]}]},
        [release("ocds-1"), release("ocds-2")],
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["package.json", "数据/package.jsonl"])
def test_packages_are_opened(tmp_path: Path, packed: Any, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(json.dumps(packed), "utf-8")
    assert [row[0] for row in _rows(_load(tmp_path), "tenders", "tender_id")] == ["ocds-1", "ocds-2"]


def test_releases_of_one_process_are_merged_the_later_over_the_earlier(tmp_path: Path) -> None:
    late = {
        "ocid": "ocds-1",
        "date": "2024-09-01",
        "tender": {"status": "cancelled"},
        "awards": [{"id": 1, "status": "cancelled"}, {"id": 2, "status": "active", "suppliers": [{"id": "S2"}]}],
    }
    loaded = _load(_written(tmp_path, late, release()))
    assert _rows(loaded, "tenders", "tender_id", "status", "method") == [("ocds-1", "cancelled", "open")]
    assert _rows(loaded, "awards", "award_id", "status", "supplier_id") == [
        ("ocds-1/1", "cancelled", "S1"),
        ("ocds-1/2", "active", "S2"),
    ]


def test_lots_are_tenders_of_their_own(tmp_path: Path) -> None:
    made = release()
    made["tender"]["lots"] = [{"id": "a"}, {"id": "b"}]
    made["bids"]["details"][0]["relatedLots"] = ["a"]
    made["bids"]["details"][1]["relatedLots"] = ["b"]
    made["awards"][0]["relatedLots"] = ["a"]
    loaded = _load(_written(tmp_path, made))
    assert _rows(loaded, "tenders", "tender_id") == [("ocds-1#a",), ("ocds-1#b",)]
    assert _rows(loaded, "bids", "bid_id", "tender_id") == [
        ("ocds-1#a/1", "ocds-1#a"),
        ("ocds-1#b/2", "ocds-1#b"),
    ]
    assert _rows(loaded, "contracts", "contract_id", "tender_id") == [("ocds-1/1", "ocds-1#a")]


def test_what_cannot_be_read_is_set_apart_by_line(tmp_path: Path) -> None:
    made = release("ocds-2")
    made["bids"]["details"][0]["status"] = "lost"
    del made["awards"][0]["suppliers"]
    file = _written(tmp_path, release(), made) / "releases.jsonl"
    file.write_text(file.read_text("utf-8") + '{"ocid": \n[1]\n{"ocid": ""}\n', "utf-8")
    loaded = _load(tmp_path)
    faults = {(fault.table, fault.line, fault.rule, fault.column) for fault in loaded.faults()}
    assert faults >= {
        ("tenders", 3, "V03", ""),
        ("tenders", 4, "V03", ""),
        ("tenders", 5, "V03", ""),
        ("bids", 2, "V06", "status"),
        ("awards", 2, "V02", "supplier_id"),
    }
    assert {report.table: (report.rows, report.used) for report in loaded.files}["tenders"] == (5, 2)


def test_what_the_standard_leaves_open_may_be_missing(tmp_path: Path) -> None:
    bare = {"ocid": "ocds-1", "bids": {"details": [{"id": "1", "status": "valid", "tenderers": [{"id": "S1"}]}]}}
    loaded = _load(_written(tmp_path, bare))
    assert _rows(loaded, "tenders", "tender_id", "buyer_id", "category") == [("ocds-1", None, None)]
    assert loaded.faults() == [] and "amount" not in loaded.columns["bids"]


def test_other_json_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{}")
    (tmp_path / "bad.json").write_bytes(b'\xff\xff"ocid"')
    loaded = _load(_written(tmp_path, release()))
    assert loaded.others == ["settings.json"]
    assert [report.name for report in loaded.files if report.refused] == ["bad.json"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6) | st.sampled_from(["valid", "active", "2024-01-01", "CNY"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "value", "amount", "currency", "status", "date", "tenderers", "suppliers", "details", "items", "lots", "relatedLots"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
RELEASE = st.fixed_dictionaries(
    {}, optional={"ocid": st.sampled_from(["a", "b", "", 3]), "tender": JSON, "bids": JSON, "awards": JSON, "contracts": JSON, "buyer": JSON, "date": JSON}
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(releases=st.lists(RELEASE | JSON, max_size=4), junk=st.text(max_size=10), packed=st.booleans())
def test_any_release_is_accounted_for(releases: list[Any], junk: str, packed: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.jsonl"
        text = json.dumps({"releases": releases}) if packed else "\n".join(map(json.dumps, releases))
        file.write_text('{"ocid": "z"}\n' + text + "\n" + junk, "utf-8")
        loaded = load(Path(folder), as_of=AS_OF, ids="hmac", key=b"k" * 16)
        assert loaded.files and all(r.rows == r.used + r.skipped + r.quarantined for r in loaded.files)
