"""The pages on which a sealed value is asked for, decided on and opened; what the security administrator sees."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import make_user
from xuncha.findings.actions.noting import add_sealed_note
from xuncha.findings.models import SealedNote
from xuncha.findings.sealed_notes import SEALED_NOTES
from xuncha.security.models import OpeningRequest, OpeningRule, User
from xuncha.security.opening import actions
from xuncha.security.roles import Role

SECRET = "系会计反映"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def note(make_finding: Any, staff: User) -> SealedNote:
    """A sealed note on a finding of the health bureau."""
    return add_sealed_note(make_finding().pk, text=SECRET, actor=staff)


def test_the_whole_way_of_a_note_from_the_findings_page(make_finding: Any, staff: User, head: User) -> None:
    finding = make_finding()
    asks, decides = client_of(staff), client_of(head)
    asks.post(reverse("finding_seal", args=[finding.pk]), {"text": SECRET})
    note = SealedNote.objects.get()
    page = asks.get(reverse("finding", args=[finding.pk])).content.decode()
    ask = reverse("opening_ask", args=[SEALED_NOTES.code, note.pk])
    assert ask in page and SECRET not in page
    faulty = asks.post(ask, {"reason": ""})
    assert faulty.status_code == 422
    asks.post(ask, {"reason": "核对来源"})
    asked = OpeningRequest.objects.get()
    address = reverse("opening", args=[asked.pk])
    assert address in decides.get(reverse("desk")).content.decode()
    decides.post(reverse("opening_decide", args=[asked.pk]), {"verdict": "approve", "version": asked.version})
    assert address in asks.get(reverse("desk")).content.decode()
    opened = asks.post(reverse("opening_open", args=[asked.pk]))
    assert SECRET in opened.content.decode()
    assert "no-store" in opened.headers["Cache-Control"]
    assert SECRET not in asks.get(address).content.decode()
    for person in (asks, decides):
        for place in ("finding", "finding_history"):
            assert SECRET not in person.get(reverse(place, args=[finding.pk])).content.decode()


def test_what_cannot_be_decrypted_is_refused_with_a_sentence(note: SealedNote, staff: User, head: User) -> None:
    asked = actions.ask_to_open(SEALED_NOTES, note.pk, reason="核对来源", actor=staff)
    actions.approve_opening(asked.pk, actor=head, version=asked.version)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE findings_sealednote SET text = %s", [b"2026" * 40])
    answer = client_of(staff).post(reverse("opening_open", args=[asked.pk]))
    assert answer.status_code == 409
    assert "本服务器上没有其密钥" in answer.content.decode()


def test_the_second_who_decides_sees_what_the_first_one_said(note: SealedNote, staff: User, head: User) -> None:
    other = make_user("head2", "何副主任", Role.OFFICE_HEAD)
    asked = actions.ask_to_open(SEALED_NOTES, note.pk, reason="核对来源", actor=staff)
    actions.refuse_opening(asked.pk, actor=other, version=asked.version, answer="用途不明")
    answer = client_of(head).post(
        reverse("opening_decide", args=[asked.pk]), {"verdict": "approve", "version": asked.version}
    )
    assert answer.status_code == 409
    assert "用途不明" in answer.content.decode()


def test_the_security_administrator_sees_who_opened_what_and_never_the_value(
    note: SealedNote, staff: User, head: User
) -> None:
    guard = make_user("guard", "孟守诚", Role.SECURITY_ADMINISTRATOR)
    asked = actions.ask_to_open(SEALED_NOTES, note.pk, reason="核对来源", actor=staff)
    actions.approve_opening(asked.pk, actor=head, version=asked.version)
    actions.open_sealed(asked.pk, actor=staff)
    watching = client_of(guard)
    listed = watching.get(reverse("openings")).content.decode()
    for words in (note.finding.number, "核对来源", staff.name, head.name, "1/3次"):
        assert words in listed
    page = watching.get(reverse("opening", args=[asked.pk])).content.decode()
    assert SECRET not in page and reverse("finding", args=[note.finding_id]) not in page
    assert watching.post(reverse("opening_open", args=[asked.pk])).status_code == 403


def test_the_rules_are_set_on_a_page_and_two_who_set_them_are_told(db: None) -> None:
    guard = client_of(make_user("guard", "孟守诚", Role.SECURITY_ADMINISTRATOR))
    sent = {
        "kind": "finding_note",
        "finding_note-hours": "2",
        "finding_note-openings": "1",
        "finding_note-source": "办公会议定",
        "finding_note-version": "0",
    }
    assert guard.get(reverse("opening_rules")).status_code == 200
    assert guard.post(reverse("opening_rules"), sent).status_code == 302
    assert OpeningRule.objects.get().hours == 2
    assert guard.post(reverse("opening_rules"), {**sent, "finding_note-hours": "5"}).status_code == 409
    assert guard.post(reverse("opening_rules"), {**sent, "finding_note-hours": "0"}).status_code == 422


def test_the_list_and_the_findings_page_take_the_same_queries_for_ten_or_twenty(
    make_finding: Any, staff: User, head: User
) -> None:
    finding = make_finding()
    browser = client_of(staff)

    def ten() -> None:
        for _ in range(10):
            note = add_sealed_note(finding.pk, text="密", actor=staff)
            actions.ask_to_open(SEALED_NOTES, note.pk, reason="核对来源", actor=staff)

    def count() -> list[int]:
        found = []
        for address in (reverse("openings"), reverse("finding", args=[finding.pk])):
            browser.get(address)
            with CaptureQueriesContext(connection) as caught:
                browser.get(address)
            found.append(len(caught))
        return found

    ten()
    before = count()
    ten()
    assert count() == before
