"""A run for people: everything said once, nothing from outside, persons masked and never ranked, bounded."""

from __future__ import annotations

import copy
import datetime as dt
import html
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.risk.reference import county
from xuncha.cli.risk.checking import write_account
from xuncha.risk.catalogue import shipped
from xuncha.risk.data import Data
from xuncha.risk.loading import load
from xuncha.risk.reporting import results, write_report
from xuncha.risk.reporting.page import MOST_LEADS, page
from xuncha.risk.reporting.results import Results, key_shown, may_show_peers
from xuncha.risk.reporting.words import _WORDS
from xuncha.risk.running import run
from xuncha.risk.running.writing import write
from xuncha.risk.schema import identities, tables

CODES = (
    "PROC-01", "PROC-03", "PROC-15", "HOSP-01", "HOSP-03", "SUB-01", "SUB-03", "SUB-04", "SUB-06", "ENF-01", "ENF-02",
    "FUND-03", "HR-01",
)  # fmt: skip


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over the county of the reference, and one indicator that could not run."""
    folder = county.write(tmp_path_factory.mktemp("county"), county.everything(3))
    (folder / "expenses.csv").unlink()
    with (folder / "deaths.csv").open("a") as file:
        file.write("P1,gestern\n")
    loaded = load(folder, as_of=county.AS_OF, ids="hmac", key=b"k" * 32)
    chosen = [shipped()[code] for code in (*CODES, "EXP-03")]
    names = {report.number: report.name for report in loaded.files}
    outcomes = run(Data(loaded.backend, loaded.columns, loaded.as_of), chosen, files=names)
    place = tmp_path_factory.mktemp("out")
    write(outcomes, place, as_of=loaded.as_of, data_version=loaded.version)
    write_account(loaded, place)
    return place


@pytest.fixture(scope="module")
def found(out: Path) -> Results:
    return results(out)


@pytest.fixture(scope="module")
def pages(found: Results) -> dict[str, str]:
    return {"zh": page(found, "zh"), "en": page(found, "en")}


def test_the_page_needs_nothing_from_outside(pages: dict[str, str]) -> None:
    for text in pages.values():
        assert not re.search(r"<script|https?:|//\w|src=|@import|url\(|style=| on[a-z]+=\"", text)
        assert "default-src 'none'; style-src 'sha256-" in html.unescape(text) and text.count("<style>") == 1
        links = set(re.findall(r'href="([^"]*)"', text))
        assert links and all(link.startswith("#") for link in links)
        assert {link[1:] for link in links} <= set(re.findall(r' id="([^"]*)"', text))


def test_each_lead_has_sentence_terms_rows_and_rule(found: Results, pages: dict[str, str]) -> None:
    plain = html.unescape(re.sub("<[^>]+>", "", pages["zh"]))
    for code, leads in found.of_indicators().items():
        assert leads[0]["sentence"]["zh"] in plain, code
        assert shipped()[code].false_positives.zh in plain and shipped()[code].formula.zh in plain
        row = leads[0]["evidence"][0]
        assert f"{row['file']} 第{row['line']}行" in plain
    first = found.of_indicators()["PROC-01"][0]["priority"]
    assert f"{first['certainty']} / 40" in plain and f"{first['recency']} / 15" in plain
    assert "疑点，需核实" in plain and "单凭偶然约有" in plain
    assert "不能运行：缺少表 expenses" in plain
    assert "V03 不能读成该类型的值" in plain and "隔离1行" in plain
    english = html.unescape(re.sub("<[^>]+>", "", pages["en"]))
    assert found.run["leads"][0]["sentence"]["en"] in english and "Known false alarms" in english


def test_persons_are_masked_and_never_ranked(found: Results, pages: dict[str, str], tmp_path: Path) -> None:
    write_report(found, tmp_path, "zh")
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    shown = pages["zh"] + pages["en"] + "\n".join(cells)
    hidden = {
        str(value)
        for lead in found.run["leads"]
        for row in lead["evidence"]
        for name, value in row["row"].items()
        if name in identities()
    }
    assert len(hidden) > 100 and not [value for value in hidden if value in shown]
    for code in ("HOSP-03", "SUB-03", "ENF-02"):
        leads = found.of_indicators()[code]
        assert all(lead["priority"] is None for lead in leads)
        assert [(lead["organisation"] or "", lead["day"]) for lead in leads] == sorted(
            (lead["organisation"] or "", lead["day"]) for lead in leads
        )
    assert key_shown({"key": "P12345|G1|2024-01"}, ["person_id", "exclusive_group", "month"]) == "****2345|G1|2024-01"


def test_peers_are_drawn_and_small_groups_of_persons_are_not(found: Results, pages: dict[str, str]) -> None:
    entries = {entry["code"]: entry for entry in found.indicators}
    for code in ("PROC-03", "HOSP-01", "HOSP-03", "SUB-06", "ENF-01", "ENF-02", "FUND-03", "HR-01"):
        lead = found.of_indicators()[code][0]
        group = entries[code]["peers"]["groups"][lead["peers"]["group"]]
        assert group["n"] >= 10 and lead["peers"]["own"] in group["values"], code
        assert group["values"] == sorted(group["values"]) and len(group["values"]) <= 122
        assert may_show_peers(entries[code], lead)
    assert pages["zh"].count('class="plot"') > 8 and pages["zh"].count('class="own"') == pages["zh"].count(
        'class="plot"'
    )
    few = copy.deepcopy(entries["HOSP-03"])
    few["peers"]["groups"][0]["n"] = 9
    assert not may_show_peers(few, found.of_indicators()["HOSP-03"][0])


def test_what_people_wrote_cannot_become_markup_or_a_formula(found: Results, tmp_path: Path) -> None:
    run_ = copy.deepcopy(found.run)
    lead = next(lead for lead in run_["leads"] if lead["indicator"] == "PROC-01")
    lead["organisation"] = '<script>alert("x")</script>'
    lead["sentence"] = {"zh": "=HYPERLINK(1)", "en": "\x00<b>"}
    lead["evidence"][0]["row"]["buyer_id"] = "=1+1"
    hostile = Results({**run_, "leads": [lead]}, found.account)
    for language in ("zh", "en"):
        assert "<script" not in page(hostile, language) and "<b>" not in page(hostile, language)  # type: ignore[arg-type]
    write_report(hostile, tmp_path, "zh")
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_many_leads_stay_within_bounds_and_the_rest_is_said(found: Results) -> None:
    lead = next(lead for lead in found.run["leads"] if lead["indicator"] == "PROC-01")
    many = [{**lead, "key": f"T{n}", "organisation": f"B{n}"} for n in range(3_000)]
    entries = [{**entry, "leads": 3_000} for entry in found.indicators if entry["code"] == "PROC-01"]
    text = page(Results({**found.run, "leads": many, "indicators": entries}, found.account), "zh")
    assert text.count("<article") <= MOST_LEADS and "另有2,950条未列出" in text and len(text) < 2_000_000
    assert "另有2,900个单位" in text


def test_the_workbook_says_on_every_sheet_what_it_is(found: Results, tmp_path: Path) -> None:
    write_report(found, tmp_path, "zh")
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book.sheetnames == ["说明", "疑点", "依据行", "按指标", "按单位", "数据"]
    for sheet in book:
        assert str(sheet["A2"].value).startswith("疑点，需核实")
        assert (
            "疑点，需核实" in sheet.oddFooter.left.text and sheet.print_title_rows and sheet.page_setup.paperSize == 9
        )
    leads = book["疑点"]
    heads = [cell.value for cell in leads[3]]
    first = dict(zip(heads, [cell.value for cell in leads[4]], strict=True))
    assert first["疑点编号"].startswith(first["指标"]) and len(first["依据指纹"]) == 12
    assert leads.data_validations.dataValidation[0].formula1 == '"属实,不属实,不能判断"'
    assert leads.max_row - 3 == len(found.run["leads"])


def test_an_empty_run_is_a_report_too(tmp_path: Path) -> None:
    (tmp_path / "deaths.csv").write_text("person_id,death_date\n")
    loaded = load(tmp_path, as_of=dt.date(2024, 12, 31), ids="as-is")
    outcomes = run(Data(loaded.backend, loaded.columns, loaded.as_of), list(shipped().values()))
    write(outcomes, tmp_path, as_of=loaded.as_of, data_version=loaded.version)
    write_report(results(tmp_path), tmp_path, "en")
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "No leads." in text and "Not runnable" in text and "no check.json" in text


def test_the_words_of_both_languages_have_the_same_places() -> None:
    for key, (chinese, english) in _WORDS.items():
        assert set(re.findall(r"{(\w+)", chinese)) == set(re.findall(r"{(\w+)", english)), key


def test_the_report_needs_no_catalogue(found: Results, out: Path) -> None:
    """All of a rule stands in the results: a report can be made where an office's own indicators are not."""
    data: dict[str, Any] = json.loads((out / "leads.json").read_text("utf-8"))
    assert all(entry["rule"]["formula"]["zh"] for entry in data["indicators"])
    assert {lead["evidence"][0]["table"] for lead in data["leads"]} <= tables().keys()
