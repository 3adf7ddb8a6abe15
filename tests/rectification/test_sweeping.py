"""The nightly pass over all dates: who is named is told, each thing once, whatever was missed, cut short or run twice."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import make_unit, make_user
from tests.rectification.laid_down import feedback_to, item_of, part_in
from xuncha.notices import queries as notices
from xuncha.notices.actions import see_notices
from xuncha.notices.models import Notice
from xuncha.organisation.models import Unit
from xuncha.rectification.actions import sweeping
from xuncha.rectification.actions.sweeping import sweep, sweep_if_due
from xuncha.rectification.models import Rectification, Sweep, Warned
from xuncha.rectification.queries.overdue import is_overdue
from xuncha.rounds.models import Round
from xuncha.security.models import User
from xuncha.security.roles import Role

DAY = datetime.timedelta(days=1)
DUE = datetime.date(2026, 11, 26)


@pytest.fixture
def make_item(round_8: Round, staff: User, health: Unit) -> Any:
    """Items of the health bureau, due on the last day of the period unless another is said."""

    def make(unit: Unit = health, **fields: Any) -> Rectification:
        return item_of(part_in(feedback_to(round_8, [unit], staff), unit, staff), **{"due_on": DUE, **fields})

    return make


def told(user: User) -> list[tuple[str, int]]:
    """What somebody was told, the oldest first: the word and how many items."""
    return [(each.facts["word"], each.facts["number"]) for each in Notice.objects.filter(user=user).order_by("pk")]


def test_each_is_told_by_the_rules_and_once(
    make_item: Any, liaison: User, unit_secretary: User, leader_in_charge: User, staff: User, other_liaison: User
) -> None:
    for _ in range(3):
        make_item()
    for today in (DUE - 30 * DAY, DUE - 20 * DAY, DUE - 19 * DAY, DUE - 10 * DAY, DUE, DUE + DAY, DUE + 9 * DAY):
        sweep(today)
        sweep(today)
    assert told(liaison) == [("剩20天以内", 3), ("剩10天以内", 3)]
    assert told(unit_secretary) == [("剩10天以内", 3), ("超期", 3)]
    assert told(leader_in_charge) == [("剩10天以内", 3)]
    assert told(staff) == [("超期", 3)]
    assert told(other_liaison) == []


def test_days_that_were_missed_are_made_up_for_once(make_item: Any, liaison: User, unit_secretary: User) -> None:
    make_item()
    sweep(DUE - 25 * DAY)
    sweep(DUE + 3 * DAY)
    # Of what was missed only the last holds.
    assert told(liaison) == []
    assert told(unit_secretary) == [("超期", 1)]


def test_another_day_begins_anew_and_only_what_is_new_is_counted(make_item: Any, unit_secretary: User) -> None:
    item = make_item()
    sweep(DUE + DAY)
    Rectification.objects.filter(pk=item.pk).update(due_on=DUE + 40 * DAY, due_by="extension")
    make_item()
    sweep(DUE + 2 * DAY)
    sweep(DUE + 32 * DAY)
    assert told(unit_secretary) == [("超期", 1), ("超期", 1), ("剩10天以内", 1)]


@pytest.mark.parametrize(
    "fields",
    [{"closure": "closed"}, {"closure": "applied"}, {"closure": "verified"}, {"suspended_on": DUE}, {"due_on": None}],
)
def test_nobody_is_told_of_what_is_not_for_the_unit_to_do(
    make_item: Any, unit_secretary: User, fields: dict[str, Any]
) -> None:
    make_item(**fields)
    run = sweep(DUE + DAY)
    assert (told(unit_secretary), run.items, Warned.objects.count()) == ([], 0, 0)


def test_whoever_is_recused_gone_or_of_another_unit_is_told_nothing(
    make_item: Any, recused: User, staff: User, health: Unit
) -> None:
    gone = make_user("gone", "已离任", Role.UNIT_SECRETARY, health)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    make_item()
    sweep(DUE + DAY)
    assert (told(recused), told(gone), told(staff)) == ([], [], [("超期", 1)])


def test_a_pass_that_was_cut_short_goes_on_where_it_stood(
    make_item: Any, education: Unit, unit_secretary: User, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "UNITS", 1)
    make_item()
    make_item(education)
    real, done = sweeping._remember, []

    def breaks_off(*args: Any) -> None:
        if done:
            raise RuntimeError("the machine was switched off")
        done.append(args)
        real(*args)

    monkeypatch.setattr(sweeping, "_remember", breaks_off)
    with pytest.raises(RuntimeError):
        sweep(DUE + DAY)
    assert Sweep.objects.get().ended_at is None
    monkeypatch.setattr(sweeping, "_remember", real)
    run = sweep(DUE + DAY)
    assert run.ended_at is not None
    assert told(staff) == [("超期", 1), ("超期", 1)]
    assert Warned.objects.count() == Rectification.objects.filter(is_overdue(DUE + DAY)).count() == 2


def test_the_pass_of_the_day_is_done_once_and_at_night(make_item: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_item()

    def clock(hour: int) -> None:
        now = datetime.datetime.combine(DUE + DAY, datetime.time(hour), timezone.get_default_timezone())
        monkeypatch.setattr(timezone, "now", lambda: now)

    clock(1)
    assert sweep_if_due() is None
    clock(3)
    assert sweep_if_due() is not None
    assert sweep_if_due() is None


def test_the_pass_needs_as_many_statements_for_many(
    make_item: Any, round_8: Round, staff: User, health: Unit, unit_secretary: User
) -> None:
    def asked(today: datetime.date) -> int:
        with CaptureQueriesContext(connection) as found:
            sweep(today)
        return len(found)

    make_item()
    before = asked(DUE + DAY)
    for number in range(10):
        make_item()
        make_item(make_unit(f"单位{number}"))
    assert asked(DUE + 2 * DAY) == before


def test_everybody_sees_only_what_he_was_told(make_item: Any, unit_secretary: User, staff: User, liaison: User) -> None:
    make_item()
    sweep(DUE + DAY)
    assert (notices.unseen(unit_secretary), notices.unseen(staff), notices.unseen(liaison)) == (1, 1, 0)
    mine, _before = notices.notices(unit_secretary)
    assert see_notices(until=mine[0].pk + 9, actor=unit_secretary) == 1
    assert (notices.unseen(unit_secretary), notices.unseen(staff)) == (0, 1)
