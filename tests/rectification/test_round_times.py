"""A round may have times of its own: its due dates move, those of other rounds stay."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rectification.handed import HANDED_ON
from tests.rectification.test_claiming import claim, part_of
from xuncha.findings.models import Feedback, Recipient
from xuncha.organisation.models import Unit
from xuncha.rectification.actions.handing import hand_over
from xuncha.rectification.actions.timing import edit_deadline_rule, set_round_times
from xuncha.rectification.models import DueDate, HandingOver, Rectification, RoundTime
from xuncha.rectification.queries.handing import moves
from xuncha.rectification.queries.times import OwnTime, Times, own_times, times
from xuncha.rounds.models import Round
from xuncha.rulebook import queries as rulebook
from xuncha.rulebook.models import DeadlineRule
from xuncha.security.errors import Conflict, Invalid, NotPermitted
from xuncha.security.models import TrailEntry
from xuncha.vocabulary.days import Counting, TimeUnit, WorkCalendar

Handed = dict[str, HandingOver]
SIX_MONTHS = OwnTime(6, "months", "本轮工作方案")


def due(code: str, round: Round | None = None) -> set[datetime.date]:
    rows = DueDate.objects.filter(rule__code=code)
    return set(
        (rows if round is None else rows.filter(handing__feedback__round=round)).values_list("due_on", flat=True)
    )


@pytest.fixture
def next_round(handed: Handed, health: Unit, staff: Any, round_8: Round) -> Round:
    """A ninth round, with a feedback to health handed over on the same day as that of the eighth."""
    ninth = Round.objects.create(term=round_8.term, number=9, feedback_on=HANDED_ON)
    feedback = Feedback.objects.create(
        round=ninth, title="反馈意见", issued_at="2026-08-26T09:00:00+08:00", issued_by=staff
    )
    Recipient.objects.create(feedback=feedback, unit=health)
    hand_over(feedback, received={health.pk: "沈知禾"}, handed_on=HANDED_ON, actor=staff)
    return ninth


def test_a_round_has_its_own_period_and_what_runs_from_its_end(next_round: Round, round_8: Round, staff: Any) -> None:
    moved = set_round_times(round_8, wanted={"period": SIX_MONTHS}, seen={}, actor=staff)
    # Period, both reports, the publication: of two units.
    assert moved == 8
    assert due("period", round_8) == {datetime.date(2027, 2, 26)} and due("period", next_round) == {
        datetime.date(2026, 11, 26)
    }
    assert min(due("publication", round_8)) > datetime.date(2027, 2, 26)
    entry = TrailEntry.objects.filter(act="set_round_times").get()
    assert entry.act == "set_round_times"


def test_what_is_put_right_follows_the_period_of_its_round(
    handed: Handed, round_8: Round, liaison: Any, staff: Any
) -> None:
    claim(part_of(handed["卫健局"]), "claimed", liaison, own="滞留94天")
    set_round_times(round_8, wanted={"period": SIX_MONTHS}, seen={}, actor=staff)
    assert Rectification.objects.get().due_on == datetime.date(2027, 2, 26)
    set_round_times(round_8, wanted={"period": None}, seen={"period": SIX_MONTHS}, actor=staff)
    assert Rectification.objects.get().due_on == datetime.date(2026, 11, 26) and not RoundTime.objects.exists()


def test_a_changed_rule_leaves_a_rounds_own_time_alone(next_round: Round, round_8: Round, staff: Any) -> None:
    set_round_times(round_8, wanted={"plan": OwnTime(10, "working_days", "本轮工作方案")}, seen={}, actor=staff)
    rule = DeadlineRule.objects.get(code="plan")
    wanted = rulebook.rule_as_wanted(rule)
    changed = type(wanted)(**{**{f: getattr(wanted, f) for f in wanted.__slots__}, "amount": 20})
    edit_deadline_rule(rule, wanted=changed, actor=staff, version=rule.version)
    assert due("plan", round_8) == {datetime.date(2026, 9, 9)}
    # The Sunday before National Day that is worked counts.
    assert due("plan", next_round) == {datetime.date(2026, 9, 22)}


def test_what_is_handed_over_later_has_the_rounds_time(
    joint: Feedback, round_8: Round, health: Unit, staff: Any
) -> None:
    set_round_times(round_8, wanted={"claim": OwnTime(3, "days", "本轮工作方案")}, seen={}, actor=staff)
    hand_over(joint, received={health.pk: "沈知禾"}, handed_on=HANDED_ON, actor=staff)
    # The third day is a Saturday.
    assert due("claim") == {datetime.date(2026, 8, 31)}


def test_the_preview_tells_what_the_act_does(next_round: Round, round_8: Round, staff: Any) -> None:
    then = times()
    then.own = {round_8.pk: {"period": SIX_MONTHS}}
    told = {(move.rule.code, move.before, move.after, move.units) for move in moves(staff, then, round=round_8)}
    before = {code: due(code, round_8) for code in ("period", "progress_report", "secretary_report", "publication")}
    set_round_times(round_8, wanted={"period": SIX_MONTHS}, seen={}, actor=staff)
    assert told == {(code, before[code].pop(), due(code, round_8).pop(), 2) for code in list(before)}
    assert not moves(staff, times())


def test_only_the_office_sets_times(round_8: Round, reviewer: Any, liaison: Any) -> None:
    for person in (reviewer, liaison):
        with pytest.raises(NotPermitted):
            set_round_times(round_8, wanted={"period": SIX_MONTHS}, seen={}, actor=person)


def test_the_second_of_two_people_is_told(round_8: Round, staff: Any, head: Any) -> None:
    set_round_times(round_8, wanted={"period": SIX_MONTHS}, seen={}, actor=head)
    with pytest.raises(Conflict) as refused:
        set_round_times(round_8, wanted={"period": OwnTime(2, "months", "会议纪要")}, seen={}, actor=staff)
    assert refused.value.data["current"] == {"period": SIX_MONTHS} == own_times(round_8)


@pytest.mark.parametrize(
    ("code", "own", "field", "fault"),
    [
        ("nonsense", SIX_MONTHS, "nonsense.amount", "no_such_rule"),
        ("plan", OwnTime(1, "weeks", "方案"), "plan.unit", "required"),
        ("plan", OwnTime(9999, "days", "方案"), "plan.amount", "too_much_time"),
        ("plan", OwnTime(0, "months", "方案"), "plan.amount", "no_time"),
        ("plan", OwnTime(9, "days", " "), "plan.source", "required"),
        ("plan", OwnTime(9, "days", "方" * 201), "plan.source", "too_long"),
    ],
)
def test_a_faulty_time_is_named_and_nothing_is_set(
    round_8: Round, staff: Any, code: str, own: OwnTime, field: str, fault: str
) -> None:
    with pytest.raises(Invalid) as refused:
        set_round_times(round_8, wanted={code: own, "claim": OwnTime(3, "days", "方案")}, seen={}, actor=staff)
    assert refused.value.data["faults"] == {field: fault} and not RoundTime.objects.exists()


@given(
    amount=st.integers(1, 400),
    own=st.integers(1, 400),
    day=st.dates(datetime.date(2024, 1, 1), datetime.date(2028, 1, 1)),
)
def test_a_rounds_own_time_is_reckoned_as_a_rule_of_that_time(amount: int, own: int, day: datetime.date) -> None:
    work = WorkCalendar()
    rules = {"plan": ("handed_over", Counting(amount, TimeUnit.DAYS))}
    with_own = Times(rules, {7: {"plan": OwnTime(own, "days")}}, work)
    as_rule = Times({"plan": ("handed_over", Counting(own, TimeUnit.DAYS))}, {}, work)
    assert with_own.due_days(7, day) == as_rule.due_days(7, day)
    assert with_own.due_days(8, day) == rulebook.due_days(rules, day, work)
