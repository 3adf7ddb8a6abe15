"""Feedback is handed over, and from that day the clocks of each unit run, by the office's rules."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import make_unit
from xuncha.cli.office import calendar
from xuncha.findings.models import Feedback, Recipient
from xuncha.organisation.models import Unit
from xuncha.rectification.actions import timing
from xuncha.rectification.actions.handing import hand_over, record_duty
from xuncha.rectification.models import DueDate, Duty, HandingOver
from xuncha.rectification.permissions import parts_visible_to
from xuncha.rectification.queries import handing as queries
from xuncha.rectification.queries.times import times
from xuncha.rounds.models import Round
from xuncha.rulebook import queries as rulebook
from xuncha.rulebook.models import DeadlineRule
from xuncha.rulebook.queries import WantedDay
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import Grant, User
from xuncha.security.roles import Role, Scope

day = datetime.date
Handed = dict[str, HandingOver]


def due_of(handing: HandingOver) -> dict[str, day]:
    return dict(DueDate.objects.filter(handing=handing).values_list("rule__code", "due_on"))


def test_from_the_handing_over_every_clock_runs(handed: Handed) -> None:
    assert due_of(handed["卫健局"]) == {
        "claim": day(2026, 9, 2),
        "plan": day(2026, 9, 16),
        # Thirty days end on Mid-Autumn; the Monday after is a working day.
        "democratic_life_meeting": day(2026, 9, 28),
        "period": day(2026, 11, 26),
        "progress_report": day(2026, 11, 26),
        "secretary_report": day(2026, 11, 26),
        # Thirty days after the period end on a Saturday.
        "publication": day(2026, 12, 28),
    }
    assert [entry.act for entry in trail.history_of(handed["卫健局"])] == ["hand_over_feedback"]


def test_items_are_held_before_the_trail_is(joint: Feedback, health: Unit, staff: Any, head: Any) -> None:
    with CaptureQueriesContext(connection) as handed_over:
        hand_over(joint, received={health.pk: "沈知禾"}, handed_on=day(2026, 8, 26), actor=staff)
    rule = DeadlineRule.objects.get(code=DeadlineRule.PERIOD)
    wanted = replace(rulebook.rule_as_wanted(rule), amount=60)
    with CaptureQueriesContext(connection) as changed:
        timing.edit_deadline_rule(rule, wanted=wanted, actor=head, version=rule.version)
    for asked in (handed_over, changed):
        said = [query["sql"] for query in asked]
        items = next(i for i, sql in enumerate(said) if sql.startswith('SELECT "rectification_rectification"'))
        told = next(i for i, sql in enumerate(said) if 'FROM "security_trailhead"' in sql)
        assert items < told


def test_dates_are_reckoned_once_the_trail_is_held_so_that_no_change_of_rules_passes_by(
    joint: Feedback, health: Unit, staff: Any
) -> None:
    with CaptureQueriesContext(connection) as asked:
        hand_over(joint, received={health.pk: "沈知禾"}, handed_on=day(2026, 8, 26), actor=staff)
    tables = [query["sql"] for query in asked]
    held = next(i for i, sql in enumerate(tables) if "security_trailhead" in sql)
    assert held < next(i for i, sql in enumerate(tables) if "rulebook_deadlinerule" in sql)


def test_each_demand_becomes_a_duty_of_each_unit(handed: Handed, staff: Any) -> None:
    assert list(Duty.objects.values_list("handing__unit__short_name", "due_on")) == [
        ("卫健局", day(2026, 11, 26)),
        ("教育局", day(2026, 11, 26)),
    ]
    assert [(each.done, each.of) for each in queries.duty_counts(staff, None)] == [(0, 2)]


def test_a_corrected_day_moves_the_dates_of_that_unit_alone(handed: Handed, joint: Feedback, staff: Any) -> None:
    unit = handed["卫健局"].unit_id
    hand_over(joint, received={unit: "沈知禾"}, handed_on=day(2026, 9, 1), seen={unit: 1}, actor=staff)
    assert due_of(HandingOver.objects.get(unit=unit))["claim"] == day(2026, 9, 8)
    assert due_of(handed["教育局"])["claim"] == day(2026, 9, 2)
    assert Duty.objects.count() == 2


def test_of_two_who_record_the_second_is_told(handed: Handed, joint: Feedback, head: Any) -> None:
    unit = handed["卫健局"].unit_id
    with pytest.raises(Conflict):
        hand_over(joint, received={unit: "别人"}, handed_on=day(2026, 9, 1), actor=head)
    assert HandingOver.objects.get(unit=unit).received_by == "沈知禾"


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        ({"handed_on": day(2999, 1, 1)}, {"handed_on": "in_future"}),
        ({"received": {}}, {"received": "choose_a_unit"}),
        ({"received": {0: "某人"}}, {"received": "no_recipient"}),
        ({"meeting": "长" * 201}, {"meeting": "too_long"}),
    ],
)
def test_what_cannot_be_is_not_recorded(asked: Any, faults: Any, joint: Feedback, health: Unit, staff: Any) -> None:
    told = {"received": {health.pk: "沈知禾"}, "handed_on": day(2026, 8, 26), **asked}
    with pytest.raises(Invalid) as refused:
        hand_over(joint, actor=staff, **told)
    assert refused.value.data["faults"] == faults
    assert not HandingOver.objects.exists()


def test_who_received_it_is_named(joint: Feedback, health: Unit, staff: Any) -> None:
    with pytest.raises(Invalid) as refused:
        hand_over(joint, received={health.pk: " "}, handed_on=day(2026, 8, 26), actor=staff)
    assert refused.value.data["faults"] == {f"received.{health.pk}": "required"}


def test_only_issued_feedback_is_handed_over_and_only_by_the_office(
    joint: Feedback, health: Unit, staff: Any, reviewer: Any, liaison: Any
) -> None:
    for actor in (reviewer, liaison):
        with pytest.raises(NotPermitted):
            hand_over(joint, received={health.pk: "沈知禾"}, handed_on=day(2026, 8, 26), actor=actor)
    draft = Feedback.objects.create(round=joint.round, title="未下达")
    Recipient.objects.create(feedback=draft, unit=health)
    with pytest.raises(IllegalTransition):
        hand_over(draft, received={health.pk: "沈知禾"}, handed_on=day(2026, 8, 26), actor=staff)


def test_a_unit_knows_of_no_other_part(handed: Handed, liaison: Any, outsider: Any, joint: Feedback) -> None:
    assert {due.handing.unit.short_name for due in queries.due_dates(liaison)} == {"卫健局"}
    assert {duty.handing.unit.short_name for duty in queries.duties(liaison)} == {"卫健局"}
    assert list(queries.handings_of(liaison, joint)) == [handed["卫健局"].unit_id]
    assert [(step.units, step.named) for step in queries.steps_due(liaison, None)] == [(1, ("卫健局",))] * 7
    assert [each.of for each in queries.duty_counts(liaison, None)] == [1]
    assert not queries.due_dates(outsider).exists()


def test_who_is_recused_from_a_unit_knows_nothing_of_its_dates(handed: Handed, recused: Any) -> None:
    assert {due.handing.unit.short_name for due in queries.due_dates(recused)} == {"教育局"}


def test_a_unit_reports_a_duty_with_its_day_and_proof(handed: Handed, liaison: Any, other_liaison: Any) -> None:
    duty = Duty.objects.get(handing=handed["卫健局"])
    with pytest.raises(NotPermitted):
        record_duty(duty, done_on=day(2026, 9, 10), proof="会议记录", actor=other_liaison, version=1)
    for done_on, proof, faults in (
        (day(2026, 8, 1), "会议记录", {"done_on": "before_handing"}),
        (day(2999, 1, 1), "会议记录", {"done_on": "in_future"}),
        (day(2026, 9, 10), " ", {"proof": "required"}),
    ):
        with pytest.raises(Invalid) as refused:
            record_duty(duty, done_on=done_on, proof=proof, actor=liaison, version=1)
        assert refused.value.data["faults"] == faults
    done = record_duty(duty, done_on=day(2026, 9, 10), proof="会议记录", actor=liaison, version=1)
    assert (done.done_on, done.version) == (day(2026, 9, 10), 2)
    with pytest.raises(Conflict):
        record_duty(duty, done_on=None, proof="", actor=liaison, version=1)
    assert [entry.act for entry in trail.history_of(done)] == ["record_duty"]


def test_a_rule_that_changes_moves_exactly_what_the_preview_said(handed: Handed, staff: Any) -> None:
    rule = DeadlineRule.objects.get(code="period")
    wanted = replace(rulebook.rule_as_wanted(rule), amount=2)
    rules = {**rulebook.rules_of(rulebook.deadline_rules()), "period": (wanted.base, wanted.counting)}
    moves = queries.moves(staff, times(rules))
    assert {(move.rule.code, move.after, move.units, move.named) for move in moves} == {
        ("period", day(2026, 10, 26), 2, ("卫健局", "教育局")),
        ("progress_report", day(2026, 10, 26), 2, ("卫健局", "教育局")),
        ("secretary_report", day(2026, 10, 26), 2, ("卫健局", "教育局")),
        ("publication", day(2026, 11, 25), 2, ("卫健局", "教育局")),
    }
    _rule, moved = timing.edit_deadline_rule(rule, wanted=wanted, actor=staff, version=1)
    assert moved == sum(move.units for move in moves)
    assert due_of(handed["教育局"])["publication"] == day(2026, 11, 25)
    assert queries.moves(staff, times()) == []
    assert [entry.act for entry in trail.history_of(rule)] == ["move_due_dates", "edit_deadline_rule"]


def test_a_rule_out_of_use_takes_its_dates_away_and_one_of_the_offices_own_brings_some(
    handed: Handed, staff: Any
) -> None:
    rule = DeadlineRule.objects.get(code="publication")
    wanted = rulebook.rule_as_wanted(rule)
    timing.edit_deadline_rule(rule, wanted=replace(wanted, is_active=False), actor=staff, version=1)
    assert "publication" not in due_of(handed["卫健局"])
    made = replace(wanted, name="报送简报", base="handed_over", amount=10)
    _rule, moved = timing.add_deadline_rule(code="brief", wanted=made, actor=staff)
    assert moved == 2
    # The tenth day is a Saturday.
    assert due_of(handed["卫健局"])["brief"] == day(2026, 9, 7)


def test_a_holiday_more_moves_the_dates_over_it(handed: Handed, staff: Any) -> None:
    days = [*map(rulebook.as_wanted, rulebook.holidays(2026)), WantedDay(day(2026, 9, 1), True, "县庆")]
    _week, moved = timing.change_calendar(rest_weekdays=frozenset({6, 7}), days=days, actor=staff, version=1)
    assert moved == 4
    assert due_of(handed["卫健局"])["claim"] == day(2026, 9, 3)
    assert due_of(handed["卫健局"])["plan"] == day(2026, 9, 17)


def test_nothing_is_handed_over_before_its_round_began(joint: Feedback, health: Unit, staff: User) -> None:
    Round.objects.update(starts_on=day(2026, 4, 1))
    with pytest.raises(Invalid) as refused:
        hand_over(joint, received={health.pk: "沈知禾"}, handed_on=day(2026, 3, 31), actor=staff)
    assert refused.value.data["faults"] == {"handed_on": "feedback_before_it_starts"}
    hand_over(joint, received={health.pk: "沈知禾"}, handed_on=day(2026, 4, 1), actor=staff)


def test_a_team_knows_the_part_of_its_unit_in_its_own_round_alone(
    handed: Handed, joint: Feedback, team_member: User, health: Unit, education: Unit
) -> None:
    round_9 = Round.objects.create(term=joint.round.term, number=9)
    Grant.objects.create(
        user=team_member, role=Role.TEAM_MEMBER, scope=Scope.INSPECTION, scope_id=education.pk, round_key=round_9.pk
    )
    assert [part.unit for part in parts_visible_to(team_member)] == [health]
    assert set(queries.handings_of(team_member, joint)) == {health.pk}
    assert {due.handing.unit_id for due in queries.due_dates(team_member)} == {health.pk}
    assert {duty.handing.unit_id for duty in queries.duties(team_member)} == {health.pk}


def test_a_calendar_from_the_command_line_moves_them_too(handed: Handed, staff: Any, tmp_path: Path) -> None:
    file = tmp_path / "2026.csv"
    rows = [(each.day, "放假" if each.is_off else "上班", each.name) for each in rulebook.holidays(2026)]
    lines = [f"{at},{kind},{name}" for at, kind, name in [*rows, (day(2026, 9, 1), "放假", "县庆")]]
    file.write_text("\n".join(["日期,类别,名称", *lines]), "utf-8")
    assert calendar._take_in(file, staff, False) == 0
    assert due_of(handed["卫健局"])["claim"] == day(2026, 9, 3)


def test_the_lists_ask_as_often_for_many_units(handed: Handed, joint: Feedback, staff: Any) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as told:
            queries.steps_due(staff, joint.round)
            queries.duty_counts(staff, joint.round)
            list(queries.duties(staff, joint.round))
            queries.moves(staff, times({}))
        return len(told)

    before = asked()
    units = [make_unit(f"单位{i}") for i in range(20)]
    Recipient.objects.bulk_create(Recipient(feedback=joint, unit=unit) for unit in units)
    hand_over(joint, received={u.pk: "某人" for u in units}, handed_on=day(2026, 8, 27), actor=staff)
    assert asked() == before
