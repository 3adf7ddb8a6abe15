"""The pages of papers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.findings.arriving import send
from tests.findings.reviewed import make_paper
from xuncha.findings.actions.describing import Details, describe_paper
from xuncha.findings.actions.reading import discard
from xuncha.findings.models import Finding, Paper
from xuncha.rounds.models import Round
from xuncha.security.models import TrailEntry, User


@pytest.fixture
def office(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.mark.parametrize(("name", "method"), [("papers", "get"), ("papers_progress", "get"), ("upload_papers", "post")])
def test_who_may_not_import_is_on_the_trail(client: Client, reviewer: User, name: str, method: str) -> None:
    client.force_login(reviewer)
    assert getattr(client, method)(reverse(name)).status_code == 403
    entry = TrailEntry.objects.get(act="refuse")
    assert entry.after["act"] == "import_papers" and reverse(name) in entry.after["place"]


def count_queries(client: Client, django_assert_max_num_queries: Any) -> int:
    with django_assert_max_num_queries(60) as asked:
        assert client.get(reverse("papers")).status_code == 200
    return len(asked)


def test_the_list_costs_the_same_for_ten_and_for_twenty(
    office: Client, staff: User, django_assert_max_num_queries: Any
) -> None:
    send(staff, {f"{n}.txt": f"{n}".encode() for n in range(10)})
    count_queries(office, django_assert_max_num_queries)
    ten = count_queries(office, django_assert_max_num_queries)
    send(staff, {f"x{n}.txt": f"x{n}".encode() for n in range(10)})
    assert count_queries(office, django_assert_max_num_queries) == ten


def test_only_rows_that_changed_are_sent_while_papers_are_read(office: Client, staff: User) -> None:
    first, second = (received.paper for received in send(staff, {"甲.txt": b"1", "乙.txt": b"2"}).received)
    assert first and second
    Paper.objects.filter(pk=second.pk).update(state="review", version=2)
    seen = {"seen": [f"{first.pk}.1", f"{second.pk}.1"]}
    told = office.get(reverse("papers_progress"), seen, headers={"HX-Request": "true"}).content.decode()
    assert f'id="paper-{second.pk}"' in told and f'id="paper-{first.pk}"' not in told
    assert f"seen={first.pk}.1" in told and f"seen={second.pk}" not in told


def test_the_list_is_made_new_when_an_archive_became_its_papers(office: Client) -> None:
    response = office.get(reverse("papers_progress"), {"seen": ["999.1", "x.y"]}, headers={"HX-Request": "true"})
    assert response["HX-Retarget"] == "#papers-list"


def test_whoever_was_slower_is_told_what_happened(office: Client, staff: User, head: User) -> None:
    paper = send(staff, {"甲.txt": b"1"}).received[0].paper
    assert paper
    discard(paper, actor=head, version=paper.version)
    response = office.post(reverse("paper_discard", args=[paper.pk]), {"version": paper.version})
    assert response.status_code == 409
    assert "陆衡刚刚改动过" in response.content.decode()


def test_the_original_is_never_shown_by_the_browser(office: Client, staff: User) -> None:
    paper = send(staff, {'恶意"\r\n<b>.txt': b"1 <script>"}).received[0].paper
    assert paper
    response = office.get(reverse("paper_file", args=[paper.pk]))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Disposition"].startswith('attachment; filename="paper-')
    assert "\r" not in response["Content-Disposition"] and "<" not in response["Content-Disposition"]
    assert b"".join(response.streaming_content) == b"1 <script>"  # type: ignore[attr-defined]


def test_details_keep_what_was_typed_and_say_what_is_wrong(
    office: Client, staff: User, round_8: Round, tmp_path: Path
) -> None:
    paper = make_paper(staff, tmp_path)
    told = office.post(
        reverse("paper_details", args=[paper.pk]),
        {"version": paper.version, "kind": "joint", "round": round_8.pk, "whole": "list", "feedback_on": "八月"},
        headers={"HX-Request": "true"},
    )
    page = told.content.decode()
    assert told.status_code == 422
    assert "日期请写成2026-08-26" in page and "请至少选一个单位" in page and 'value="八月"' in page


def test_a_second_change_of_the_details_overwrites_nothing(
    office: Client, staff: User, head: User, round_8: Round, tmp_path: Path
) -> None:
    paper = make_paper(staff, tmp_path)
    describe_paper(paper, Details("notice", round_8.pk), actor=head, version=paper.version)
    told = office.post(
        reverse("paper_details", args=[paper.pk]), {"version": paper.version, "kind": "joint", "round": round_8.pk}
    )
    assert told.status_code == 409 and "您打开后有人改过" in told.content.decode()
    paper.refresh_from_db()
    assert paper.kind == "notice"


def test_entering_shows_first_and_conflicts_say_so(office: Client, staff: User, round_8: Round, tmp_path: Path) -> None:
    paper = make_paper(staff, tmp_path)
    url = reverse("enter_paper", args=[paper.pk])
    assert "还有4个问题没有核对" in office.get(url).content.decode()
    paper.drafts.filter(state="unseen", level="item").update(state="accepted")
    asked = {"version": paper.version, "last_step": 0}
    assert office.post(url, asked, headers={"HX-Request": "true"}).status_code == 200
    assert not Finding.objects.exists(), "without a word of confirmation nothing enters"
    stale = office.post(url, asked | {"version": 99, "confirm": "1"}, headers={"HX-Request": "true"})
    assert stale.status_code == 409 and "没有入账，请再看一遍" in stale.content.decode()
    done = office.post(url, asked | {"confirm": "1"}, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == reverse("paper", args=[paper.pk]) and Finding.objects.count() == 4
    again = office.post(url, asked | {"confirm": "1"}, headers={"HX-Request": "true"})
    assert again["HX-Redirect"] == reverse("paper", args=[paper.pk]) and Finding.objects.count() == 4
