"""The trail reader sees who did what when, whether it holds, and nothing of the office's business."""

from __future__ import annotations

import datetime
import io
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from xuncha.rounds.actions import appoint_member, assign_units, form_team
from xuncha.security import anchoring, chain, checking, record, trail
from xuncha.security.models import ObjectKey, TrailCheck, TrailEntry, User
from xuncha.web.trail import wording


@pytest.fixture(autouse=True)
def _a_file_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.ANCHOR_FILE = tmp_path / "anchors.txt"


@pytest.fixture
def reader(trail_reader: User) -> Client:
    """The trail reader's browser."""
    client = Client()
    client.force_login(trail_reader)
    return client


def _page(client: Client, address: str = "/trail/", **query: Any) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_newest_stands_first_and_the_next_page_begins_where_this_one_ends(reader: Client, staff: User) -> None:
    entries = [
        trail.record(actor=staff, act="choose_language", thing=staff, after={"language": "en"}) for _ in range(60)
    ]
    page = reader.get("/trail/")
    shown = [row.seq for row in page.context["rows"]]
    assert shown == [entry.seq for entry in reversed(entries)][:50]
    older = reader.get(page.context["pager"]["next_url"])
    assert [row.seq for row in older.context["rows"]][:10] == [entry.seq for entry in reversed(entries)][50:]
    back = reader.get(older.context["pager"]["previous_url"])
    assert [row.seq for row in back.context["rows"]] == shown


def test_each_filter_narrows_and_says_so(reader: Client, staff: User, head: User, health: Any) -> None:
    trail.record(actor=staff, act="rename_unit", thing=health, before={"name": "旧"}, after={"name": "新"})
    record.record_refusal(head, "edit_finding", place="POST /ledger/1/")
    record.record_failed_sign_in("nobody")
    today = datetime.date.today()

    def seqs(**query: Any) -> list[str]:
        return [row.act for row in reader.get("/trail/", query).context["rows"]]

    renamed, refused, failed = (wording.act(code) for code in ("rename_unit", "refuse", "fail_sign_in"))
    assert seqs(person=staff.pk) == [renamed]
    assert seqs(role="office_head") == [refused]
    assert seqs(act="rename_unit") == [renamed]
    assert seqs(kind="organisation.unit") == [renamed]
    assert seqs(kind="organisation.unit", key=health.pk + 1) == []
    assert seqs(refused=1) == [failed, refused]
    assert seqs(way="command") == []
    assert len(seqs(since=today - datetime.timedelta(days=1))) == 3
    assert seqs(until=today - datetime.timedelta(days=2)) == []
    assert seqs(batch=uuid.uuid4()) == []
    page = reader.get("/trail/", {"person": staff.pk, "since": "yesterday"})
    assert [each["value"] for each in page.context["filters"]] == ["顾青岚（staff）"]
    assert len(page.context["faulty"]) == 1


def test_nothing_of_the_office_s_business_is_shown(
    reader: Client, staff: User, make_finding: Any, trail_reader: User
) -> None:
    finding = make_finding("采购未比价")
    entry = trail.record(
        actor=staff, act="edit_finding", thing=finding, before={"statement": "旧话"}, after={"statement": "新话"},
        reason="按卫健局意见",
    )  # fmt: skip
    trail.record(actor=staff, act="export_findings", thing=staff, after={"q": "某某公司", "form": "csv"})
    for page in (_page(reader), _page(reader, f"/trail/{entry.seq}/")):
        assert not any(
            word in page for word in ("旧话", "新话", "按卫健局意见", "采购未比价", "某某公司", finding.number)
        )
    assert f"{wording.kind('findings.finding')} {finding.pk}" in _page(reader)


def test_of_accounts_and_rights_the_values_are_shown(reader: Client, staff: User, head: User) -> None:
    entry = trail.record(
        actor=head,
        act="grant_role",
        thing=staff,
        after={"role": "office_head", "until": "2027-01-01"},
        reason="主任外出",
    )
    page = _page(reader, f"/trail/{entry.seq}/")
    assert "2027-01-01" in page and "主任外出" in page and wording.role("office_head") in page


def test_roles_of_a_team_are_told_in_words(reader: Client, staff: User, round_8: Any, outsider: User) -> None:
    team = form_team(round_8, name="第一巡察组", actor=staff)
    assign_units(team, [round_8.inspected.first().unit_id], actor=staff, version=round_8.version)
    appoint_member(team, outsider, position="team_member", actor=staff)
    changes = {change.label: change.after for row in reader.get("/trail/").context["rows"] for change in row.changes}
    told = changes[wording.field("roles")]
    assert wording.role("team_member") in told and "{" not in told and "None" not in told


def test_what_was_destroyed_or_tampered_with_is_said_plainly(reader: Client, staff: User, health: Any) -> None:
    entry = trail.record(actor=staff, act="rename_unit", thing=health, after={"name": "新"})
    ObjectKey.objects.filter(pk=entry.key_id).update(wrapped=None)
    assert reader.get("/trail/").context["rows"][0].state == "destroyed"
    other = trail.record(actor=staff, act="rename_unit", thing=health, after={"name": "新"})
    ObjectKey.objects.filter(pk=other.key_id).update(wrapped=b"not a key")
    assert reader.get("/trail/").context["rows"][0].state == "unreadable"


def test_twenty_entries_cost_as_many_queries_as_ten(reader: Client, staff: User, head: User, health: Any) -> None:
    def asked() -> int:
        for _ in range(10):
            trail.record(actor=staff, act="rename_unit", thing=health, after={"name": "新"})
            trail.record(actor=head, act="set_password", thing=staff)
        with CaptureQueriesContext(connection) as found:
            reader.get("/trail/")
        return len(found)

    asked()
    first = asked()
    assert (asked(), first <= 20) == (first, True)


def test_a_check_is_begun_once_and_says_what_it_found(reader: Client, trail_reader: User, staff: User) -> None:
    trail.record(actor=staff, act="set_password", thing=staff)
    assert reader.post("/trail/check/").status_code == 302
    check = TrailCheck.objects.get()
    # Another does not begin while this one runs.
    reader.post("/trail/check/")
    assert TrailCheck.objects.count() == 1
    assert "every 2s" in reader.get("/trail/check/", headers={"HX-Request": "true"}).content.decode()
    checking.run(check)
    check.refresh_from_db()
    assert (check.code, check.broken, check.checked) == ("holds", None, chain.head()[0])
    assert "every 2s" not in _page(reader)


def test_the_first_broken_entry_is_named(reader: Client, trail_reader: User, staff: User, health: Any) -> None:
    from tests.security.test_chain import unguarded

    entries = [trail.record(actor=staff, act="rename_unit", thing=health) for _ in range(5)]
    with unguarded():
        TrailEntry.objects.filter(pk=entries[2].pk).update(act="nothing")
    check = checking.run(checking.start_check(actor=trail_reader))
    assert (check.code, check.broken) == ("link", entries[2].seq)
    assert f"/trail/{entries[2].seq}/" in _page(reader)


def test_a_check_that_died_with_its_process_gives_way(reader: Client, trail_reader: User) -> None:
    check = checking.start_check(actor=trail_reader)
    TrailCheck.objects.filter(pk=check.pk).update(told_at=check.told_at - checking.SILENT_FOR)
    reader.post("/trail/check/")
    assert TrailCheck.objects.count() == 2


def test_an_anchor_is_signed_at_the_press_of_a_button_and_copied_out(reader: Client, staff: User) -> None:
    trail.record(actor=staff, act="set_password", thing=staff)
    page = reader.post("/trail/anchors/", follow=True)
    (shown,) = page.context["anchors"]
    assert anchoring.file().read_text("utf-8") == shown["line"] + "\n"
    assert shown["line"] in page.content.decode()
    reader.post("/trail/anchors/")
    assert len(reader.get("/trail/anchors/").context["anchors"]) == 1
    assert chain.verify().holds


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_export_is_what_is_shown_and_an_entry_itself(reader: Client, staff: User, health: Any, form: str) -> None:
    with transaction.atomic():
        record.record_refusal(staff, "edit_finding", place="=1+1")
    response = reader.get("/trail/export/", {"form": form, "person": staff.pk})
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    if form == "csv":
        lines = body.decode("utf-8-sig").splitlines()
    else:
        sheet = load_workbook(io.BytesIO(body)).active
        assert sheet is not None
        lines = [str([cell.value for cell in row]) for row in sheet.iter_rows(min_row=3)]
    assert len(lines) == 2 and "顾青岚" in lines[1]
    entry = TrailEntry.objects.latest("seq")
    assert (entry.act, entry.after) == ("export_trail", {"person": str(staff.pk), "form": form})


def test_every_act_of_the_program_has_a_word(root: Path) -> None:
    import re

    told: set[str] = set()
    for file in (root / "xuncha").rglob("*.py"):
        text = file.read_text("utf-8")
        for call in re.findall(r"(?:record|record_many|write|add_findings)\((?:[^()]|\([^()]*\))*\)", text):
            told |= set(re.findall(r'act="([a-z_]+)"', call))
    assert len(told) > 20
    assert told - wording.ACTS.keys() == set()


def test_the_roles_of_a_team_are_told_in_words(reader: Client, staff: User) -> None:
    told = {"round": 2, "units": [{"role": "team_member", "unit": 5, "since": "2026-01-01", "until": None}]}
    trail.record(actor=staff, act="settle_team_roles", thing=staff, before={"round": 2, "units": []}, after=told)
    page = _page(reader)
    assert "角色 巡察组成员" in page
