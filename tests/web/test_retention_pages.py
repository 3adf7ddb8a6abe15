"""The pages of retention: what is due, the three words on a destruction, its certificate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xuncha.findings import retained
from xuncha.findings.models import Paper
from xuncha.security.models import Destruction, Hold, RetentionRule, User
from xuncha.security.retention import actions, certificates

pytest_plugins = ["tests.web.routes.retention"]


@pytest.fixture(autouse=True)
def _certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "file", lambda: tmp_path / "certificates.txt")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words_of(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_three_persons_take_a_paper_to_its_certificate(
    due_paper: Paper, staff: User, head: User, security_admin: User
) -> None:
    proposes, confirms, approves = (client_of(person) for person in (staff, head, security_admin))
    assert due_paper.name in words_of(proposes, "retention_due", "papers")
    faulty = proposes.post(reverse("retention_propose", args=["papers"]), {"reason": ""})
    assert faulty.status_code == 422
    proposes.post(reverse("retention_propose", args=["papers"]), {"reason": "保管期满，已移交档案馆"})
    found = Destruction.objects.get()
    page, decide = reverse("destruction", args=[found.pk]), reverse("destruction_decide", args=[found.pk])
    assert page in words_of(confirms, "desk") and page not in words_of(approves, "desk")
    confirms.post(decide, {"verdict": "confirm", "version": found.version})
    found.refresh_from_db()
    assert page in words_of(approves, "desk")
    answer = approves.post(decide, {"verdict": "approve", "version": found.version})
    certificate = reverse("destruction_certificate", args=[found.pk])
    assert answer.headers["Location"] == certificate
    found.refresh_from_db()
    printed = words_of(approves, "destruction_certificate", found.pk)
    for words in (staff.name, head.name, security_admin.name, found.digest, found.line, "国家档案局令第8号"):
        assert words in printed
    due_paper.refresh_from_db()
    assert due_paper.state == "destroyed"
    assert "到期销毁" in words_of(proposes, "paper", due_paper.pk)
    assert proposes.get(reverse("paper_file", args=[due_paper.pk])).status_code == 404


def test_the_security_administrator_sees_kinds_and_numbers_and_no_names(
    done_destruction: Destruction, due_paper: Paper, security_admin: User, staff: User
) -> None:
    watching = client_of(security_admin)
    for name, args in (("retention", ()), ("destruction", (done_destruction.pk,))):
        assert due_paper.name not in words_of(watching, name, *args)
    assert watching.get(reverse("retention_due", args=["papers"])).status_code == 403
    assert due_paper.name in words_of(client_of(staff), "destruction", done_destruction.pk)


def test_of_two_who_decide_the_second_sees_what_the_first_one_said(
    proposed_destruction: Destruction, head: User, staff: User
) -> None:
    found = proposed_destruction
    actions.withdraw_destruction(found.pk, actor=staff, version=found.version)
    decide = reverse("destruction_decide", args=[found.pk])
    answer = client_of(head).post(decide, {"verdict": "confirm", "version": found.version})
    assert answer.status_code == 409 and "已撤回" in answer.content.decode()


def test_a_changed_rule_and_a_missing_reason_are_said_on_the_page(
    proposed_destruction: Destruction, head: User
) -> None:
    found, browser = proposed_destruction, client_of(head)
    decide = reverse("destruction_decide", args=[found.pk])
    refused = browser.post(decide, {"verdict": "refuse", "version": found.version, "answer": ""})
    assert refused.status_code == 422
    rule = {"years": "10", "event": "settled", "source": "办公会议定", "version": "0"}
    address = reverse("retention_rule", args=["papers"])
    assert browser.post(address, rule).status_code == 302
    assert RetentionRule.objects.get().years == 10
    assert browser.post(address, {**rule, "years": "20"}).status_code == 409
    assert browser.post(address, {**rule, "years": "0", "version": "1"}).status_code == 422
    answer = browser.post(decide, {"verdict": "confirm", "version": found.version})
    assert answer.status_code == 409 and "保管期限已改" in answer.content.decode()


def test_a_record_is_held_back_and_let_go_on_the_page(due_paper: Paper, staff: User, head: User) -> None:
    keeps, lifts = client_of(staff), client_of(head)
    address = reverse("retention_hold", args=["papers"])
    assert keeps.post(address, {"key": due_paper.pk, "reason": ""}).status_code == 422
    keeps.post(address, {"key": due_paper.pk, "reason": "纪委在查"})
    held = words_of(keeps, "retention_due", "papers")
    assert "纪委在查" in held and "没有到期的" in held
    refused = keeps.post(reverse("retention_propose", args=["papers"]), {"reason": "保管期满"}, follow=True)
    assert "没有到期的" in refused.content.decode()
    lifts.post(reverse("retention_lift", args=[Hold.objects.get().pk]))
    assert "没有到期的" not in words_of(keeps, "retention_due", "papers")


def test_the_list_of_destructions_takes_the_same_queries_for_ten_or_twenty(
    due_paper: Paper, staff: User, head: User
) -> None:
    browser = client_of(head)

    def ten() -> None:
        for _ in range(10):
            made = actions.propose_destruction(retained.PAPERS, reason="保管期满", actor=staff)
            actions.withdraw_destruction(made.pk, actor=staff, version=made.version)

    def count() -> int:
        browser.get(reverse("retention"))
        with CaptureQueriesContext(connection) as caught:
            browser.get(reverse("retention"))
        return len(caught)

    ten()
    before = count()
    ten()
    assert count() == before


@pytest.mark.parametrize("kind", ["feedback", "ledger"])
def test_a_destroyed_paper_has_a_page_everywhere_it_is_spoken_of(
    kind: str, done_destruction: Destruction, due_paper: Paper, staff: User, make_finding: Any
) -> None:
    finding = make_finding()
    type(finding).objects.filter(pk=finding.pk).update(paper=due_paper.pk, start=0, end=4, page=1)
    Paper.objects.filter(pk=due_paper.pk).update(kind=kind)
    browser = client_of(staff)
    for name, key in (
        ("paper", due_paper.pk),
        ("old_ledger" if kind == "ledger" else "review", due_paper.pk),
        ("finding", finding.pk),
        ("finding_source", finding.pk),
    ):
        assert browser.get(reverse(name, args=[key]), follow=True).status_code == 200, name
    assert browser.get(f"{reverse('papers')}?tab=discarded").status_code == 200
    assert browser.get("/ledger/", follow=True).status_code == 200
    again = browser.post(reverse("paper_restore", args=[due_paper.pk]), {"version": due_paper.version}, follow=True)
    assert again.status_code in (200, 409)
    due_paper.refresh_from_db()
    assert due_paper.state == "destroyed"


def test_a_recused_officer_who_holds_a_kind_back_ends_on_a_page_of_his_own(recused: User) -> None:
    client = client_of(recused)
    answer = client.post(reverse("retention_hold", args=["papers"]), {"reason": "年度审计未完"}, follow=True)
    assert answer.status_code == 200 and answer.redirect_chain[-1][0] == reverse("retention")
    again = client.post(reverse("retention_hold", args=["papers"]), {"reason": "年度审计未完"}, follow=True)
    assert again.status_code == 200
