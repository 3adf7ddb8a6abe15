"""A simulated clock walks a round from the handing over past the publication, weekends, Mid-Autumn and National Day
included: on each day everybody is warned of what the rules say, and of nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import make_unit
from tests.rectification.handed import HANDED_ON
from xuncha.findings.models import Addressee, Feedback, Recipient
from xuncha.rectification.actions.claiming import Answer, answer_claims, decide_claims
from xuncha.rectification.actions.handing import hand_over, record_duty
from xuncha.rectification.models import Duty, HandingOver
from xuncha.rectification.queries import claims
from xuncha.rectification.queries.owed import answers_to_look_at, owed_by
from xuncha.security.models import User
from xuncha.web.workspace.owing import _line

day = datetime.date
Handed = dict[str, HandingOver]
SetClock = Callable[[datetime.date], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Sets the day: ``clock(day(2026, 9, 1))`` makes it nine in the morning there."""

    def to(today: datetime.date) -> None:
        now = datetime.datetime.combine(today, datetime.time(9), timezone.get_default_timezone())
        monkeypatch.setattr(timezone, "now", lambda: now)

    return to


def told(actor: User, today: datetime.date) -> set[tuple[str, str]]:
    """What the desk of the person says on a day: kind or step, and the word of the warning."""
    actor = User.objects.get(pk=actor.pk)
    return {(owed.rule.code if owed.rule else owed.kind, owed.alert.word) for owed in owed_by(actor, today)}


def test_the_liaison_is_warned_of_each_step_from_its_day_on_and_no_longer(handed: Handed, liaison: User) -> None:
    every = [HANDED_ON + datetime.timedelta(days=i) for i in range(94)]
    walked = {today: told(liaison, today) for today in every}

    def first_and_last(code: str, word: str) -> tuple[day, day]:
        found = [today for today in every if (code, word) in walked[today]]
        return found[0], found[-1]

    # Claiming is due on 2 September; it stays overdue until it is done.
    assert first_and_last("claim", "将到期") == (day(2026, 8, 31), day(2026, 9, 2))
    assert first_and_last("claim", "超期") == (day(2026, 9, 3), every[-1])
    # Thirty days end in Mid-Autumn, on a Friday: the meeting is due on Monday the 28th.
    assert first_and_last("democratic_life_meeting", "将到期") == (day(2026, 9, 18), day(2026, 9, 28))
    # The period: green from twenty days on, yellow from ten.
    assert first_and_last("period", "剩20天以内") == (day(2026, 11, 6), day(2026, 11, 15))
    assert first_and_last("period", "剩10天以内") == (day(2026, 11, 16), day(2026, 11, 26))


def test_who_is_told_is_what_the_rule_says(handed: Handed, unit_secretary: User, leader_in_charge: User) -> None:
    # Green is for the liaison alone, yellow for the secretary and the leader in charge too.
    for actor in (unit_secretary, leader_in_charge):
        assert "period" not in {code for code, _word in told(actor, day(2026, 11, 15))}
        assert ("period", "剩10天以内") in told(actor, day(2026, 11, 16))
    assert ("claim", "超期") in told(unit_secretary, day(2026, 9, 3))
    assert "claim" not in {code for code, _word in told(leader_in_charge, day(2026, 9, 3))}


def test_a_round_is_walked_through(
    clock: SetClock, joint: Feedback, liaison: User, unit_secretary: User, staff: User
) -> None:
    clock(HANDED_ON)
    units = {recipient.unit.short_name: recipient.unit_id for recipient in joint.recipients.select_related("unit")}
    hand_over(joint, received=dict.fromkeys(units.values(), "主要负责人"), handed_on=HANDED_ON, actor=staff)
    part = Addressee.objects.get(unit=units["卫健局"]).pk
    assert told(liaison, timezone.localdate()) == set()

    clock(day(2026, 9, 4))
    assert told(liaison, timezone.localdate()) == {("claim", "超期")}
    answer_claims([Answer(part, "self_checked_none", "", "查了两年的台账")], actor=liaison)
    assert told(liaison, timezone.localdate()) == set()
    assert answers_to_look_at(staff) == 1

    clock(day(2026, 9, 11))
    decide_claims([part], act="question", reason="请查2024年", seen=claims.last_step(), actor=staff)
    # Asked again: it is owed again, and the plan comes near.
    assert told(liaison, timezone.localdate()) == {("claim", "超期"), ("plan", "将到期")}
    again = Answer(part, "claimed", "2024年滞留2笔", "", 2)
    answer_claims([again], actor=liaison)
    decide_claims([part], act="accept", seen=claims.last_step(), actor=staff)
    assert answers_to_look_at(staff) == 0

    # In the week of National Day nothing is due; the day after, nothing has become late.
    for today in (day(2026, 10, 1), day(2026, 10, 8)):
        clock(today)
        assert told(liaison, timezone.localdate()) == set()

    clock(day(2026, 11, 20))
    assert told(liaison, timezone.localdate()) == {
        *(("period", "剩10天以内"), ("progress_report", "将到期"), ("duty", "剩10天以内"))
    }
    assert ("secretary_report", "将到期") in told(unit_secretary, timezone.localdate())
    duty = Duty.objects.get(handing__unit=units["卫健局"])
    record_duty(duty, done_on=day(2026, 11, 19), proof="会议记录", actor=liaison, version=1)
    assert ("duty", "剩10天以内") not in told(liaison, timezone.localdate())

    clock(day(2026, 12, 29))
    assert told(liaison, timezone.localdate()) == set()


def test_a_duty_that_was_not_met_stays_overdue(handed: Handed, unit_secretary: User, liaison: User) -> None:
    # Red is for the secretary; the liaison was told before and sees it to its end.
    for actor in (unit_secretary, liaison):
        assert ("duty", "超期") in told(actor, day(2027, 1, 10))


def test_whoever_is_in_charge_of_a_unit_is_told_and_reports_nothing(
    handed: Handed, leader_in_charge: User, unit_secretary: User
) -> None:
    late = day(2027, 1, 10)
    for actor, own in ((unit_secretary, True), (leader_in_charge, False)):
        assert {owed.is_own for owed in owed_by(actor, late) if owed.kind == "duty"} <= {own}
    assert any(owed.kind == "duty" for owed in owed_by(unit_secretary, late))
    owed = next(owed for owed in owed_by(unit_secretary, late) if owed.kind == "duty")
    assert _line(owed)["url"] == reverse("duty", args=[owed.pk])
    assert _line(replace(owed, is_own=False))["url"] == reverse("timetable")


def test_nobody_is_warned_of_another_units_dates(handed: Handed, outsider: User, staff: User, liaison: User) -> None:
    assert owed_by(outsider, day(2026, 9, 4)) == []
    # The office has its queue; warnings of a unit are the unit's.
    assert owed_by(staff, day(2026, 9, 4)) == []
    assert {owed.unit for owed in owed_by(liaison, day(2026, 9, 4))} == {"卫健局"}


def test_the_desk_asks_as_often_for_many(handed: Handed, joint: Feedback, liaison: User, staff: User) -> None:
    def asked() -> int:
        actor = User.objects.get(pk=liaison.pk)
        with CaptureQueriesContext(connection) as found:
            owed_by(actor, day(2026, 11, 20))
        return len(found)

    before = asked()
    units = [make_unit(f"单位{i}") for i in range(20)]
    Recipient.objects.bulk_create(Recipient(feedback=joint, unit=unit) for unit in units)
    hand_over(joint, received={unit.pk: "某人" for unit in units}, handed_on=HANDED_ON, actor=staff)
    assert asked() == before
