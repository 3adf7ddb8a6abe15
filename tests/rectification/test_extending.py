"""More time: asked by the unit, decided by another, every row kept; a clock that stood gives its days back."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.rectification.laid_down import feedback_to, item_of, part_in
from xuncha.organisation.models import Unit
from xuncha.rectification.actions.extending import ask_for_time, decide_time, resume_clock, withdraw_request
from xuncha.rectification.models import ClockRequest, Rectification
from xuncha.rectification.queries.overdue import days_late, overdue_items
from xuncha.rectification.queries.pressing import find_request, requests, requests_of, requests_waiting
from xuncha.rounds.models import Round
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import Grant, User
from xuncha.security.roles import Role, Scope

DAY = datetime.timedelta(days=1)


@pytest.fixture
def item(round_8: Round, staff: User, health: Unit) -> Rectification:
    """An item of the health bureau, ten days late."""
    today = timezone.localdate()
    part = part_in(feedback_to(round_8, [health], staff), health, staff)
    return item_of(part, due_on=today - 10 * DAY, opened_on=today - 60 * DAY)


def ask(item: Rectification, actor: User, day: datetime.date | None, kind: str = "extension") -> ClockRequest:
    return ask_for_time(item, kind=kind, day=day, reason="等待专家复核", actor=actor, version=item.version)


def test_an_extension_is_asked_by_the_unit_and_granted_by_the_office(
    item: Rectification, liaison: User, staff: User
) -> None:
    old, wanted = item.due_on, timezone.localdate() + 20 * DAY
    asked = ask(item, liaison, wanted)
    assert (asked.state, asked.old_due, asked.wanted_due) == ("asked", old, wanted)
    assert requests_waiting(staff, item.round) == 1
    done = decide_time(asked, act="grant", day=wanted, actor=staff, version=1)
    item.refresh_from_db()
    assert (done.state, done.new_due, done.decided_by) == ("granted", wanted, staff)
    assert (item.due_on, item.due_by, item.version) == (wanted, "extension", 2)
    assert days_late(item, timezone.localdate()) == 0
    assert [entry.act for entry in trail.history_of(asked)] == ["grant_time", "ask_for_time"]
    told = trail.history_of(item).get()
    assert told.before == {"due_on": f"{old}", "due_by": "rule"}
    assert told.after == {"due_on": f"{wanted}", "due_by": "extension"}
    assert (requests_waiting(staff, item.round), len(requests_of(liaison, item))) == (0, 1)


def test_a_refusal_and_another_day_need_words(item: Rectification, liaison: User, staff: User) -> None:
    asked = ask(item, liaison, timezone.localdate() + 20 * DAY)
    other = timezone.localdate() + 5 * DAY
    for kwargs in ({"act": "refuse"}, {"act": "grant", "day": other}):
        with pytest.raises(Invalid) as refused:
            decide_time(asked, actor=staff, version=1, **kwargs)  # type: ignore[arg-type]
        assert refused.value.data["faults"] == {"words": "required"}
    done = decide_time(asked, act="grant", day=other, words="期限从紧", actor=staff, version=1)
    item.refresh_from_db()
    assert (done.wanted_due, item.due_on) == (timezone.localdate() + 20 * DAY, other)


def test_without_a_day_nothing_is_extended(item: Rectification, liaison: User, staff: User) -> None:
    asked = ask(item, liaison, timezone.localdate() + 20 * DAY)
    with pytest.raises(Invalid) as refused:
        decide_time(asked, act="grant", day=None, words="同意", actor=staff, version=1)
    assert refused.value.data["faults"] == {"day": "required"}


def test_nobody_decides_what_he_asked_or_what_his_unit_asked(
    item: Rectification, liaison: User, staff: User, reviewer: User, health: Unit
) -> None:
    asked = ask(item, liaison, timezone.localdate() + 20 * DAY)
    for actor in (liaison, reviewer):
        with pytest.raises(NotPermitted):
            decide_time(asked, act="grant", actor=actor, version=1)
    Grant.objects.create(user=staff, role=Role.UNIT_LIAISON, scope=Scope.UNIT, scope_id=health.pk)
    acting = User.objects.get(pk=staff.pk)
    with pytest.raises(NotPermitted) as refused:
        decide_time(asked, act="grant", actor=acting, version=1)
    assert refused.value.code == "not_for_oneself"
    assert Rectification.objects.get().due_by != "extension"


def test_of_another_unit_nothing_is_asked_or_seen(
    item: Rectification, liaison: User, other_liaison: User, leader_in_charge: User
) -> None:
    for actor in (other_liaison, leader_in_charge):
        with pytest.raises(NotPermitted):
            ask(item, actor, timezone.localdate() + DAY)
    asked = ask(item, liaison, timezone.localdate() + DAY)
    assert find_request(other_liaison, asked.pk) is None
    assert requests(other_liaison, item.round, heap="") == []
    assert [each.pk for each in requests(liaison, item.round)] == [asked.pk]


def test_only_one_thing_is_asked_at_a_time_and_it_can_be_withdrawn(item: Rectification, liaison: User) -> None:
    asked = ask(item, liaison, timezone.localdate() + DAY)
    with pytest.raises(Conflict):
        ask(item, liaison, timezone.localdate() + 2 * DAY)
    withdraw_request(asked, actor=liaison, version=1)
    ask(item, liaison, timezone.localdate() + 2 * DAY)
    assert [each.state for each in requests_of(liaison, item)] == ["withdrawn", "asked"]


@pytest.mark.parametrize("days", [-11, -10, 0, 400])
def test_a_day_outside_the_rule_is_told(item: Rectification, liaison: User, days: int) -> None:
    with pytest.raises(Invalid) as refused:
        ask(item, liaison, timezone.localdate() + days * DAY)
    assert set(refused.value.data["faults"]) == {"day"}


def test_of_what_is_applied_for_or_changed_meanwhile_no_date_moves(
    item: Rectification, liaison: User, staff: User
) -> None:
    stale = Rectification.objects.get()
    Rectification.objects.update(version=2)
    with pytest.raises(Conflict):
        ask(stale, liaison, timezone.localdate() + DAY)
    item.refresh_from_db()
    asked = ask(item, liaison, timezone.localdate() + DAY)
    Rectification.objects.update(closure="applied")
    with pytest.raises(IllegalTransition):
        decide_time(asked, act="grant", day=asked.wanted_due, actor=staff, version=1)
    item.refresh_from_db()
    with pytest.raises(IllegalTransition):
        ask(item, liaison, timezone.localdate() + DAY)


def test_a_clock_that_stood_gives_its_days_back(item: Rectification, liaison: User, staff: User) -> None:
    today, old = timezone.localdate(), item.due_on
    asked = ask(item, liaison, today - 4 * DAY, "suspension")
    decide_time(asked, act="grant", actor=staff, version=1)
    item.refresh_from_db()
    assert item.suspended_on == today - 4 * DAY
    assert overdue_items(staff, item.round, today, most=9) == []
    with pytest.raises(IllegalTransition):
        ask(item, liaison, today + DAY)
    with pytest.raises(Invalid):
        resume_clock(asked, on=today - 5 * DAY, actor=staff, version=2)
    with pytest.raises(NotPermitted):
        resume_clock(asked, on=today, actor=liaison, version=2)
    with pytest.raises(Invalid):
        resume_clock(asked, on=None, actor=staff, version=2)
    done = resume_clock(asked, on=today, actor=staff, version=2)
    item.refresh_from_db()
    assert old is not None
    assert (done.state, done.new_due, item.due_on, item.suspended_on) == ("ended", old + 4 * DAY, old + 4 * DAY, None)
    with pytest.raises(IllegalTransition):
        resume_clock(done, on=today, actor=staff, version=3)


def test_of_two_who_decide_the_second_is_told(item: Rectification, liaison: User, staff: User, head: Any) -> None:
    asked = ask(item, liaison, timezone.localdate() + DAY)
    decide_time(asked, act="refuse", words="理由不充分", actor=staff, version=1)
    with pytest.raises(Conflict):
        decide_time(asked, act="grant", actor=head, version=1)
    assert Rectification.objects.get().due_by != "extension"
