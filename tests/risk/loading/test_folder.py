"""A folder of messy files: every row is used, removed with a note, or quarantined with its place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest
import xlsxwriter

from xuncha.risk.loading import HeadMapping, Loaded, MappingFault, guessed_mapping, key_from, load
from xuncha.risk.loading.identities import KeyFault

AS_OF = dt.date(2024, 12, 31)
HEADS = "contract_id,buyer_id,supplier_id,category,method,amount,sign_date\n"


def _load(folder: Path, **given: Any) -> Loaded:
    return load(folder, **{"as_of": AS_OF, "ids": "as-is"} | given)


def _rows(loaded: Loaded, query: str) -> list[tuple[Any, ...]]:
    return loaded.connection.execute(query).fetchall()  # type: ignore[no-any-return]


def _faults(loaded: Loaded) -> set[tuple[int, str, str, str | None]]:
    return {(fault.line, fault.rule, fault.column, fault.value) for fault in loaded.faults()}


def _adds_up(loaded: Loaded) -> bool:
    return all(report.rows == report.used + report.skipped + report.quarantined for report in loaded.files)


def test_a_workbook_with_titles_units_and_totals(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "合同.xlsx")
    cover, sheet = book.add_worksheet("说明"), book.add_worksheet("2024")
    cover.write(0, 0, "填表须知")
    for number, row in enumerate(
        [
            ["青禾县合同一览表"],
            ["单位：万元", "", "2024年"],
            ["合同编号", "采购单位", "供应商", "项目类别", "采购方式", "合同金额", "签订日期", "备注"],
            ["C1", "B1", "S1", "工程", "公开招标", 12.5, 45356, "续签"],
            ["C2", "B1", "S2", "货物", "单一来源", "¥1,234.50", "2024年3月5日", ""],
            ["合 计", "", "", "", "", 1247, "", ""],
            [],
            ["填表人：李某"],
        ]
    ):
        sheet.write_row(number, 0, row)
    book.close()
    loaded = _load(tmp_path)
    found = _rows(
        loaded, "SELECT contract_id, category, method, amount, sign_date, source_line FROM contracts ORDER BY 1"
    )
    assert found == [
        ("C1", "works", "open", Decimal("125000.00"), dt.date(2024, 3, 5), 4),
        ("C2", "goods", "direct", Decimal("12345000.00"), dt.date(2024, 3, 5), 5),
    ]
    (report,) = loaded.files
    assert (report.rows, report.used, report.skipped, report.quarantined) == (5, 2, 3, 0)
    assert report.scaled == {"amount": 10_000} and report.unused == ("备注",)
    assert loaded.counts() == {"V11": {"contracts": 3}}


def test_a_csv_in_gb18030_with_lines_inside_cells(tmp_path: Path) -> None:
    words = '合同编号,采购人,供应商,项目类别,采购方式,合同金额(元),签订日期\nC1,"县\n医院",S1,服务,询价,10,2024/1/2\n\nC2,B1,S1,外星,询价,10,2024/1/2\n'
    (tmp_path / "contracts.csv").write_bytes(words.encode("gb18030"))
    loaded = _load(tmp_path)
    assert _rows(loaded, "SELECT buyer_id, method, source_line FROM contracts") == [("县\n医院", "limited", 2)]
    assert _faults(loaded) == {(5, "V06", "category", "外星")}
    assert loaded.files[0].skipped == 1 and _adds_up(loaded)


def test_many_files_make_one_table(tmp_path: Path) -> None:
    folder = tmp_path / "contracts"
    folder.mkdir()
    (folder / "a.csv").write_text(HEADS + "C1,B,S,works,open,1,2024-01-01\n", "utf-8-sig")
    (folder / "b.csv").write_text(
        HEADS.replace(",", "\t") + "C2\tB\tS\tworks\topen\t2\t2024-01-01\r\n".replace("\r", "")
    )
    table = duckdb.sql(
        "SELECT 'C3' contract_id, 'B' buyer_id, 'S' supplier_id, 'works' category, 'open' AS method, 3.5 amount, DATE '2024-01-01' sign_date"
    )
    pa.parquet.write_table(table.to_arrow_table(), folder / "c.parquet")
    (folder / "notes.md").write_text("no table")
    (tmp_path / "报告.docx").write_bytes(b"x")
    loaded = _load(tmp_path)
    assert _rows(loaded, "SELECT contract_id, amount FROM contracts ORDER BY 1") == [
        ("C1", Decimal("1.00")),
        ("C2", Decimal("2.00")),
        ("C3", Decimal("3.50")),
    ]
    assert loaded.others == ["contracts/notes.md", "报告.docx"]
    assert loaded.columns["contracts"] == set(HEADS.strip().split(","))


def test_each_rule_finds_its_row(tmp_path: Path) -> None:
    (tmp_path / "contracts.csv").write_text(
        HEADS
        + "C1,B,S,works,open,1,2024-01-01\n"
        + "C2,,S,works,open,1,2024-01-01\n"
        + "C3,B,S,works,open,viel,2024-01-01\n"
        + "C4,B,S,castles,open,1,2024-01-01\n"
        + "C5,B,S,works,open,-1,2024-01-01\n"
        + "C6,B,S,works,open,1,2025-01-01\n"
        + "C7,B,S,works,open,1,1989-12-31\n"
        + "C8,B,S,works,open,1,2024-01-01\n"
        + "C8,B,S,works,open,2,2024-01-01\n"
        + "C1,B,S,works,open,1,2024-01-01\n"
        + "C9,B,S,works,open,1,2024-01-01,more\n"
    )
    (tmp_path / "visits.csv").write_text(
        "visit_id,hospital_id,patient_id,visit_type,admit_date,discharge_date\nV1,H,P,in,2024-02-01,2024-01-31\n"
    )
    (tmp_path / "shareholders.csv").write_text("supplier_id,person_id,share\nS,P,1.01\nS,Q,1\n")
    (tmp_path / "deaths.csv").write_text("person_id\nP\n")
    loaded = _load(tmp_path)
    assert _faults(loaded) == {
        (3, "V02", "buyer_id", None),
        (4, "V03", "amount", "viel"),
        (5, "V06", "category", "castles"),
        (6, "V07", "amount", "-1"),
        (7, "V12", "sign_date", "2025-01-01"),
        (8, "V12", "sign_date", "1989-12-31"),
        (9, "V04", "contract_id", "C8"),
        (10, "V04", "contract_id", "C8"),
        (12, "V03", "", "more"),
        (2, "V08", "discharge_date", "2024-01-31"),
        (2, "V07", "share", "1.01"),
        (1, "V01", "death_date", None),
    }
    assert _rows(loaded, "SELECT contract_id FROM contracts") == [("C1",)]
    assert "deaths" not in loaded.columns and loaded.counts()["V04"] == {"contracts": 3}
    assert _adds_up(loaded)


def test_a_contract_signed_long_before_its_award_is_out_of_order(tmp_path: Path) -> None:
    (tmp_path / "awards.csv").write_text("award_id,tender_id,supplier_id,status,award_date\nA,T,S,active,2024-06-01\n")
    heads = "award_id," + HEADS
    (tmp_path / "contracts.csv").write_text(
        heads + "A,C1,B,S,works,open,1,2023-06-02\nA,C2,B,S,works,open,1,2023-06-01\n"
    )
    loaded = _load(tmp_path)
    assert _faults(loaded) == {(3, "V08", "sign_date", "2023-06-01")}


def test_what_does_not_fit_but_stays_is_told(tmp_path: Path) -> None:
    (tmp_path / "funds.csv").write_text("fund_id,org_id,fund_year,amount,received_date\nF1,O,2024,100,2024-01-01\n")
    (tmp_path / "disbursements.csv").write_text(
        "disb_id,fund_id,amount,pay_date\nD1,F1,150,2024-02-01\nD2,F1,-40,2024-02-02\nD3,F9,1,2024-02-03\n"
    )
    (tmp_path / "charges.csv").write_text(
        "charge_id,visit_id,item_code,qty,unit_price,amount,charge_date\nX,V,I,2,5,10.02,2024-01-01\nY,V,I,2,5,10.03,2024-01-01\n"
    )
    loaded = _load(tmp_path)
    assert {(w.rule, w.table, w.column, w.rows, w.places) for w in loaded.warnings} == {
        ("V14", "funds", "amount", 1, ("funds.csv:2",)),
        ("V05", "disbursements", "fund_id", 1, ("disbursements.csv:4",)),
        ("V14", "charges", "amount", 1, ("charges.csv:3",)),
    }


def test_a_thin_month_is_told(tmp_path: Path) -> None:
    days = [
        f"C{month}-{n},B,S,works,open,1,2024-{month:02d}-01"
        for month in range(1, 9)
        for n in range(4 if month == 5 else 12)
    ]
    (tmp_path / "contracts.csv").write_text(HEADS + "\n".join(days) + "\n")
    assert [(w.rule, w.places) for w in _load(tmp_path).warnings] == [("V13", ("2024-05: 4 < 12/2",))]


def test_yuan_and_ten_thousands_mixed_up_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "contracts"
    folder.mkdir()
    (folder / "a.csv").write_text(HEADS + "C1,B,S,works,open,500000,2024-01-01\n")
    (folder / "b.csv").write_text(HEADS + "C2,B,S,works,open,50,2024-01-01\n")
    loaded = _load(tmp_path)
    assert {w.rule for w in loaded.warnings} == {"V10"} and len(loaded.warnings) == 2
    (folder / "b.csv").unlink()
    assert [w.rule for w in _load(tmp_path, earlier={"contracts": {"amount": 50.0}}).warnings] == ["V10"]


def test_card_numbers_are_checked_and_hidden(tmp_path: Path) -> None:
    right, wrong = "11010519491231002X", "110105194912310021"
    (tmp_path / "persons.csv").write_text(
        f"身份证号,性别,出生日期\n{right},女,1949-12-31\n{wrong},男,1949-12-31\n{right[:-1]}x,无,1949-12-31\n"
    )
    (tmp_path / "deaths.csv").write_text(f"person_id,death_date\n{right.lower()},2024-01-01\n")
    loaded = _load(tmp_path, ids="hmac", key=b"k" * 32)
    assert [(w.rule, w.column, w.places) for w in loaded.warnings if w.table == "persons"] == [
        ("V09", "person_id", ("persons.csv:3",)),
        ("V09", "sex", ("persons.csv:3",)),
    ]
    everything = str([_rows(loaded, f"FROM {name}") for name in ("persons", "deaths", "quarantine", "removed")])
    assert right not in everything and wrong not in everything
    assert _rows(loaded, "SELECT count(*) FROM deaths SEMI JOIN persons USING (person_id)") == [(1,)]
    other = _load(tmp_path, ids="hmac", key=b"j" * 32)
    assert _rows(other, "SELECT person_id FROM deaths") != _rows(loaded, "SELECT person_id FROM deaths")


def test_heads_are_settled_by_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "deaths.csv").write_text("编码,日期（旧）\nP,2024-01-01\n")
    loaded = _load(tmp_path)
    assert loaded.files[0].refused is not None and _adds_up(loaded)
    (tmp_path / "mapping.toml").write_text('[deaths]\n"编码" = "person_id"\n"日期" = "death_date"\n', "utf-8")
    loaded = _load(tmp_path)
    assert _rows(loaded, "SELECT person_id, death_date FROM deaths") == [("P", dt.date(2024, 1, 1))]
    (tmp_path / "again.toml").write_text(guessed_mapping(loaded).toml(), "utf-8")
    assert HeadMapping.load(tmp_path / "again.toml").tables == {"deaths": {"编码": "person_id", "日期": "death_date"}}
    (tmp_path / "mapping.toml").write_text('[deaths]\n"编码" = "nothing"\n', "utf-8")
    with pytest.raises(MappingFault):
        _load(tmp_path)


def test_files_that_are_none_are_told(tmp_path: Path) -> None:
    (tmp_path / "bids.xlsx").write_bytes(b"no workbook")
    (tmp_path / "awards.parquet").write_bytes(b"no parquet")
    (tmp_path / "deaths.csv").write_bytes(b"")
    (tmp_path / "kin.csv").write_bytes(b"\xff\xfe\xff\xff\x00")
    loaded = _load(tmp_path)
    assert all(report.refused for report in loaded.files) and len(loaded.files) == 4


def test_a_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "identities.key"
    key, is_new = key_from(path, may_make=True)
    assert is_new and len(key) == 64 and path.stat().st_mode & 0o777 == 0o600
    assert key_from(path, may_make=True) == (key, False)
    path.write_text("short")
    with pytest.raises(KeyFault):
        key_from(path, may_make=True)
