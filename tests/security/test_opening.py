"""A sealed value is opened by approval alone: asked for with a reason, approved by another, for a while, told."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import make_user
from xuncha.findings.actions.noting import add_sealed_note
from xuncha.findings.models import SealedNote
from xuncha.findings.sealed_notes import SEALED_NOTES
from xuncha.security import granting, policy
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import OpeningRequest, TrailEntry, User
from xuncha.security.opening import actions, queries
from xuncha.security.roles import Role
from xuncha.security.sealing import Unreadable

SECRET = "系会计反映"


@pytest.fixture
def note(make_finding: Any, staff: User) -> SealedNote:
    """A sealed note on a finding of the health bureau."""
    return add_sealed_note(make_finding().pk, text=SECRET, actor=staff)


@pytest.fixture
def guard(db: None) -> User:
    """The security administrator."""
    return make_user("guard", "孟守诚", Role.SECURITY_ADMINISTRATOR)


def ask(note: SealedNote, actor: User) -> OpeningRequest:
    return actions.ask_to_open(SEALED_NOTES, note.pk, reason="核对来源", actor=actor)


def approved(note: SealedNote, actor: User, by: User) -> OpeningRequest:
    asked = ask(note, actor)
    return actions.approve_opening(asked.pk, actor=by, version=asked.version)


def test_a_note_lies_sealed_and_enters_the_trail_as_a_digest(note: SealedNote) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM findings_sealednote")
        assert SECRET.encode() not in bytes(cursor.fetchone()[0])
    entry = TrailEntry.objects.get(act="add_sealed_note")
    assert SECRET not in str(entry.told)
    assert str((entry.after or {})["digest"]).startswith("hmac:")


def test_what_was_approved_is_opened_counted_and_told(note: SealedNote, staff: User, head: User) -> None:
    asked = approved(note, staff, head)
    found, value = actions.open_sealed(asked.pk, actor=staff)
    assert (value, found.made, found.allowed) == (SECRET, 1, SEALED_NOTES.openings)
    told = TrailEntry.objects.filter(act="open_sealed").order_by("id")
    assert [entry.object_kind for entry in told] == ["security.openingrequest", "findings.finding"]
    assert told[0].reason == "核对来源" and not told[1].reason
    assert SECRET not in str([entry.told for entry in told])
    assert len(queries.openings_of([found])[found.pk]) == 1


def test_nobody_decides_on_the_own_request(note: SealedNote, head: User) -> None:
    asked = ask(note, head)
    with pytest.raises(NotPermitted):
        actions.approve_opening(asked.pk, actor=head, version=asked.version)
    assert not queries.waiting_for(head).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningRequest.objects.filter(pk=asked.pk).update(decided_by=head)


def test_who_has_no_right_neither_asks_nor_decides_nor_opens(
    note: SealedNote, staff: User, head: User, reviewer: User, liaison: User, guard: User
) -> None:
    for person in (reviewer, liaison, guard):
        with pytest.raises(NotPermitted):
            ask(note, person)
    asked = ask(note, staff)
    for person in (staff, reviewer, liaison, guard):
        with pytest.raises(NotPermitted):
            actions.approve_opening(asked.pk, actor=person, version=asked.version)
    actions.approve_opening(asked.pk, actor=head, version=asked.version)
    for person in (head, guard):
        with pytest.raises(NotPermitted):
            actions.open_sealed(asked.pk, actor=person)
    assert not TrailEntry.objects.filter(act="open_sealed").exists()


def test_an_approval_ends_with_its_time_and_with_its_openings(note: SealedNote, staff: User, head: User) -> None:
    asked = approved(note, staff, head)
    for _ in range(SEALED_NOTES.openings):
        actions.open_sealed(asked.pk, actor=staff)
    with pytest.raises(IllegalTransition):
        actions.open_sealed(asked.pk, actor=staff)
    again = approved(note, staff, head)
    OpeningRequest.objects.filter(pk=again.pk).update(good_until=timezone.now() - datetime.timedelta(seconds=1))
    with pytest.raises(IllegalTransition):
        actions.open_sealed(again.pk, actor=staff)
    assert not queries.good_for(staff).exists()


def test_a_refusal_says_why_and_opens_nothing(note: SealedNote, staff: User, head: User) -> None:
    asked = ask(note, staff)
    with pytest.raises(Invalid):
        actions.refuse_opening(asked.pk, actor=head, version=asked.version, answer=" ")
    actions.refuse_opening(asked.pk, actor=head, version=asked.version, answer="用途不明")
    with pytest.raises(IllegalTransition):
        actions.open_sealed(asked.pk, actor=staff)


def test_of_two_who_decide_the_second_is_told(note: SealedNote, staff: User, head: User) -> None:
    other = make_user("head2", "何副主任", Role.OFFICE_HEAD)
    asked = ask(note, staff)
    actions.refuse_opening(asked.pk, actor=head, version=asked.version, answer="用途不明")
    with pytest.raises(Conflict):
        actions.approve_opening(asked.pk, actor=other, version=asked.version)


def test_asking_takes_a_reason_and_is_not_repeated(note: SealedNote, staff: User, head: User) -> None:
    with pytest.raises(Invalid):
        actions.ask_to_open(SEALED_NOTES, note.pk, reason="  ", actor=staff)
    asked = ask(note, staff)
    with pytest.raises(IllegalTransition):
        ask(note, staff)
    actions.withdraw_opening(asked.pk, actor=staff)
    approved(note, staff, head)
    with pytest.raises(IllegalTransition):
        ask(note, staff)


def test_whoever_is_recused_opens_nothing_under_an_older_approval(
    note: SealedNote, staff: User, head: User, guard: User, health: Any
) -> None:
    asked = approved(note, staff, head)
    granting.exclude(staff, unit=health.pk, actor=guard)
    later = User.objects.get(pk=staff.pk)
    assert policy.is_excluded(later)
    with pytest.raises(NotPermitted):
        actions.open_sealed(asked.pk, actor=later)
    assert queries.find(later, asked.pk) is None and not queries.good_for(later).exists()


def test_what_cannot_be_decrypted_is_refused_told_and_not_counted(note: SealedNote, staff: User, head: User) -> None:
    asked = approved(note, staff, head)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM findings_sealednote")
        damaged = bytearray(bytes(cursor.fetchone()[0]))
        damaged[-1] ^= 1
        cursor.execute("UPDATE findings_sealednote SET text = %s", [bytes(damaged)])
    with pytest.raises(Unreadable):
        actions.open_sealed(asked.pk, actor=staff)
    asked.refresh_from_db()
    assert asked.made == 0
    assert TrailEntry.objects.filter(act="fail_to_open").count() == 1


def test_the_rule_is_the_security_administrators_and_holds_from_then_on(
    note: SealedNote, staff: User, head: User, guard: User
) -> None:
    rule: dict[str, Any] = {"hours": 2, "openings": 1, "source": "办公会议定", "version": 0}
    with pytest.raises(NotPermitted):
        actions.set_opening_rule(SEALED_NOTES, **rule, actor=head)
    actions.set_opening_rule(SEALED_NOTES, **rule, actor=guard)
    with pytest.raises(Conflict):
        actions.set_opening_rule(SEALED_NOTES, **rule, actor=guard)
    with pytest.raises(Invalid):
        actions.set_opening_rule(SEALED_NOTES, **{**rule, "hours": 0, "version": 1}, actor=guard)
    assert approved(note, staff, head).allowed == 1


def test_each_sees_what_concerns_them(note: SealedNote, staff: User, head: User, guard: User) -> None:
    other = make_user("staff2", "另一人", Role.OFFICE_STAFF)
    asked = ask(note, staff)
    assert [queries.find(person, asked.pk) is not None for person in (staff, head, guard, other)] == [
        True,
        True,
        True,
        False,
    ]


def test_ten_requests_or_twenty_take_the_same_number_of_queries(
    make_finding: Any, staff: User, head: User, guard: User
) -> None:
    finding = make_finding()

    def count(person: User) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            page = queries.page(User.objects.get(pk=person.pk))
            queries.openings_of(page.rows)
        return len(caught)

    def ten() -> None:
        for _ in range(10):
            approved(add_sealed_note(finding.pk, text="密", actor=staff), staff, head)

    ten()
    before = [count(person) for person in (staff, head, guard)]
    ten()
    assert [count(person) for person in (staff, head, guard)] == before
