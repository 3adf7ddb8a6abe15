"""The page of the list and what it gives out: constant questions, nothing of others, no formulas."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xuncha.documents.writers.listing import csv_lines, safe, write_listing
from xuncha.findings.models import Finding, ListSetting
from xuncha.security.models import TrailEntry


@pytest.fixture
def client_of() -> Any:
    """A client that somebody is signed in at."""

    def make(person: Any) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return make


@pytest.mark.parametrize("person", ["staff", "liaison"])
def test_the_page_asks_as_often_for_few_rows_as_for_many(
    make_finding: Any, cast: Any, client_of: Any, person: str
) -> None:
    client = client_of(getattr(cast, person))
    asked = []
    for _ in range(2):
        for _n in range(10):
            make_finding()
        client.get("/ledger/?round=&q=资金")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/ledger/?round=&q=资金").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 32, asked


def test_the_bare_address_leads_to_the_newest_round_and_later_to_where_one_was(
    make_finding: Any, staff: Any, client_of: Any
) -> None:
    finding = make_finding()
    client = client_of(staff)
    assert client.get("/ledger/").headers["Location"] == f"/ledger/?round={finding.round_id}"
    client.get("/ledger/?severity=high&q=x")
    assert client.get("/ledger/").headers["Location"] == "/ledger/?severity=high"


def test_a_unit_learns_nothing_of_other_addressees(
    make_finding: Any, cast: Any, client_of: Any, health: Any, education: Any, hospital: Any
) -> None:
    make_finding("部分单位的问题", unit=None, units=[health, education, hospital])
    make_finding("别的单位的问题", unit=education)
    client = client_of(cast.liaison)
    for address in (
        "/ledger/?round=",
        "/ledger/filter/unit/",
        "/ledger/tabs/?round=",
        "/ledger/export/?round=&form=csv",
    ):
        response = client.get(address)
        text = b"".join(response) if response.streaming else response.content
        said = text.decode()
        assert "教育局" not in said and "人民医院" not in said, address
        assert "家单位" not in said and "别的单位" not in said, address
    assert "部分单位的问题" in client.get("/ledger/?round=").content.decode()


def test_drafts_look_like_drafts_and_found_words_are_marked(make_finding: Any, staff: Any, client_of: Any) -> None:
    make_finding("津补贴发放混乱", issued=False, facts=("超标准发放补助",))
    text = client_of(staff).get("/ledger/?round=&q=补贴").content.decode()
    assert '<span class="tag">草稿</span>' in text and "<mark>补贴</mark>" in text
    text = client_of(staff).get("/ledger/?round=&q=超标准").content.decode()
    assert '<div class="found-in"' in text and "<mark>超标准</mark>" in text


def test_an_export_is_an_entry_of_the_trail(make_finding: Any, staff: Any, client_of: Any) -> None:
    make_finding()
    response = client_of(staff).get("/ledger/export/?round=&form=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response))).active
    assert sheet is not None and [cell.value for cell in sheet[4]][:2] == [
        "14-8-卫健局-001",
        "公共卫生服务专项资金拨付不及时",
    ]
    entry = TrailEntry.objects.get(act="export_findings")
    assert entry.actor == staff and entry.after is not None and entry.after["form"] == "xlsx"


def test_the_columns_exported_are_those_shown(make_finding: Any, staff: Any, client_of: Any) -> None:
    make_finding()
    ListSetting.objects.create(user=staff, page="ledger", columns=["number", "statement", "severity"])
    text = b"".join(client_of(staff).get("/ledger/export/?round=&form=csv")).decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(text))) == ["编号", "问题（按反馈原文）", "严重程度"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_no_cell_becomes_a_formula(sign: str) -> None:
    words = f"{sign}1+1"
    assert safe(words) == f"'{words}"
    row = next(
        csv.reader(io.StringIO("".join(csv_lines(["h"], [[words]])).removeprefix("\ufeff").partition("\r\n")[2]))
    )
    assert row[0].startswith("'")
    file = io.BytesIO()
    write_listing(file, title="t", note="n", headings=["h"], widths=[9], rows=[[words]])
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None and sheet["A4"].data_type == "s"


def test_a_long_list_goes_on_on_a_further_sheet() -> None:
    file = io.BytesIO()
    total = write_listing(
        file, title="t", note="n", headings=["h"], widths=[9], rows=([str(n)] for n in range(25)), most=10
    )
    book = openpyxl.load_workbook(file)
    assert total == 25 and [sheet.max_row for sheet in book] == [13, 13, 8]


def test_an_undo_in_the_way_names_who_and_offers_the_rest(
    ledger_of_two: list[Finding], cast: Any, client_of: Any
) -> None:
    first, second = ledger_of_two
    client = client_of(cast.staff)
    client.post(
        "/ledger/bulk/apply/", {"field": "severity", "value": "high", "chosen": [first.pk, second.pk], "list": ""}
    )
    batch = TrailEntry.objects.filter(act="edit_findings").latest("id").batch
    client_of(cast.head).post(
        "/ledger/bulk/apply/", {"field": "severity", "value": "low", "chosen": [first.pk], "list": ""}
    )
    response = client.post(f"/undo/{batch}/")
    assert (
        response.status_code == 409
        and "陆衡" in response.content.decode()
        and first.number in response.content.decode()
    )
    assert client.post(f"/undo/{batch}/", {"leaving": "1"}).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.severity, second.severity) == ("low", "")


@pytest.fixture
def ledger_of_two(make_finding: Any) -> list[Finding]:
    """Two findings."""
    return [make_finding(), make_finding()]
