"""Verdicts: read as people write them, counted per indicator, clearing a lead until its evidence changes."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest

from xuncha.risk.catalogue import shipped
from xuncha.risk.comparing import compare
from xuncha.risk.data import Data
from xuncha.risk.judging import NotReadable, read
from xuncha.risk.loading import load
from xuncha.risk.marks import number
from xuncha.risk.reporting import results, reviewed, write_report
from xuncha.risk.reporting.page import page
from xuncha.risk.reporting.results import number_of, print_of
from xuncha.risk.running import run
from xuncha.risk.running.writing import write
from xuncha.risk.verdicts import Book, Judged, NoBook, Precision

AS_OF = dt.date(2024, 12, 31)


def _run(folder: Path, out: Path, book: Book | None = None) -> None:
    loaded = load(folder, as_of=AS_OF, ids="as-is")
    data = Data(loaded.backend, loaded.columns, loaded.as_of)
    write(run(data, [shipped()["SUB-01"]], book=book), out, as_of=AS_OF, data_version=loaded.version)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two persons who were paid after their deaths."""
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "deaths.csv").write_text("person_id,death_date\nP0001,2024-01-01\nP0002,2024-01-01\n")
    (tables / "subsidies.csv").write_text(
        "pay_id,program_id,person_id,amount,pay_date\nS1,G,P0001,10,2024-03-05\nS2,G,P0002,10.5,2024-06-01\n"
    )
    return tables


def _judged_workbook(out: Path, *said: str) -> Path:
    write_report(results(out), out, "zh")
    book = openpyxl.load_workbook(out / "report.xlsx")
    sheet = book["疑点"]
    column = next(cell.column for cell in sheet[3] if cell.value == "核实结论")
    for at, words in enumerate(said):
        sheet.cell(4 + at, column).value = words
    book.save(out / "judged.xlsx")
    return out / "judged.xlsx"


def test_a_lead_judged_not_so_is_left_out_until_its_evidence_changes(folder: Path, tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("1", "2", "3"))
    for out in (first, second, third):
        out.mkdir()
    _run(folder, first)
    reading = read(_judged_workbook(first, "不属实", ""))
    assert reading.open == 1 and reading.misread == [] and reading.unprinted == 0
    book = Book()
    assert book.add(reading.judged) == 1 and book.add(reading.judged) == 0
    book.save(tmp_path / "book.json")
    book = Book.load(tmp_path / "book.json")
    _run(folder, second, book)
    data = json.loads((second / "leads.json").read_text("utf-8"))
    assert [lead["key"] for lead in data["leads"]] == ["S2"] and [lead["key"] for lead in data["cleared"]] == ["S1"]
    assert data["indicators"][0]["suppressed"] == 1 and data["indicators"][0]["leads"] == 1
    difference = compare(json.loads((first / "leads.json").read_text("utf-8")), data)
    assert difference.gone == [] and [lead["key"] for lead in difference.cleared] == ["S1"]
    # A report of the first run leaves it out as well, and says so.
    found, review = reviewed(results(first), book)
    text = page(found, "zh", review)
    assert "不再列出的1条" in text and number("SUB-01", "S1") not in text and "已核1条，属实0条" in text
    assert "已核不足30条" in text
    # Another line of the file is no change; another sum is.
    lines = (folder / "subsidies.csv").read_text().splitlines()
    (folder / "subsidies.csv").write_text("\n".join([lines[0], lines[2], lines[1]]) + "\n")
    _run(folder, third, book)
    assert len(json.loads((third / "leads.json").read_text("utf-8"))["leads"]) == 1
    (folder / "subsidies.csv").write_text("\n".join(lines).replace(",10,", ",11,") + "\n")
    _run(folder, third, book)
    assert len(json.loads((third / "leads.json").read_text("utf-8"))["leads"]) == 2


def test_the_print_of_evidence_is_the_same_in_memory_and_in_the_file(folder: Path, tmp_path: Path) -> None:
    _run(folder, tmp_path)
    for lead in results(tmp_path).run["leads"]:
        assert (lead["number"], lead["evidence_print"]) == (number_of(lead), print_of(lead))


def test_verdicts_that_stand_are_shown_and_filled_in(folder: Path, tmp_path: Path) -> None:
    _run(folder, tmp_path)
    lead = results(tmp_path).run["leads"][0]
    book = Book()
    book.add([Judged(number_of(lead), print_of(lead), "so", "陆衡", "2024-12-30", "已退回")])
    found, review = reviewed(results(tmp_path), book)
    write_report(found, tmp_path, "zh", review)
    assert "核实结论 属实（2024-12-30）" in (tmp_path / "report.html").read_text("utf-8")
    assert read(tmp_path / "report.xlsx").judged == list(book.verdicts.values())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_is_read_as_people_write_it(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "核实.csv"
    file.write_bytes(
        "核实情况\n指标,主键,核实结论,核实人\nPROC-19 合同追加超限,C1,属实,陆衡\nproc-19,C2,Not so,\nPROC-19,C3,证据不足,\n"
        "PROC-19,C4,也许,\nPROC-19,C5,,\nPROC-19,C6,是,\nPROC-19,C6,否,\n,,属实,\n".encode(encoding)
    )
    reading = read(file, {number("PROC-19", "C2"): "abc"})
    assert [(each.number, each.verdict, each.evidence) for each in reading.judged] == [
        (number("PROC-19", "C1"), "so", ""),
        (number("PROC-19", "C2"), "not_so", "abc"),
        (number("PROC-19", "C3"), "cannot_tell", ""),
    ]
    assert [each.line for each in reading.misread] == [6, 9, 10] and (reading.open, reading.unprinted) == (1, 2)
    book = Book()
    book.add(reading.judged)
    assert book.precision() == {"PROC-19": Precision(1, 1, 1)}
    assert book.add([Judged(number("PROC-19", "C2"), "", "not_so")]) == 0
    assert book.clears(number("PROC-19", "C2"), "abc") and not book.clears(number("PROC-19", "C2"), "abd")


def test_what_is_no_file_of_verdicts_is_said(tmp_path: Path) -> None:
    for name, content in (("a.csv", b"a,b\n1,2\n"), ("b.xlsx", b"x"), ("c.csv", b"\xff\xff\xff"), ("d.csv", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(NotReadable):
            read(tmp_path / name)
    with pytest.raises(NotReadable):
        read(tmp_path / "none.csv")
    (tmp_path / "book.json").write_text('{"schema": "x"}')
    with pytest.raises(NoBook):
        Book.load(tmp_path / "book.json")


def test_precision_is_of_what_could_be_judged() -> None:
    found = Precision(so=23, not_so=18, cannot_tell=4)
    assert found.n == 41 and found.share == pytest.approx(0.56098, abs=1e-5) and not found.is_small
    assert found.interval == pytest.approx((0.4106, 0.7014), abs=1e-3)
    assert Precision(0, 0, 3).share is None and Precision(0, 0, 3).interval is None
    assert Precision(3, 0, 0).is_small and Precision(3, 0, 0).interval == pytest.approx((0.4385, 1.0), abs=1e-3)
