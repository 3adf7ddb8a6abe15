"""Terms and rounds: planned by the office, seen by readers, their units chosen by one person at a time."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from xuncha.organisation.models import Unit
from xuncha.rounds import actions, queries
from xuncha.rounds.models import Round
from xuncha.security import trail
from xuncha.security.errors import Conflict, Invalid, NotPermitted


def test_a_round_is_planned(round_8: Round, staff: Any) -> None:
    number = queries.next_number(round_8.term)
    round = actions.add_round(round_8.term, values={"number": number, "kind": "routine"}, actor=staff)
    assert (round.number, trail.history_of(round)[0].act) == (9, "add_round")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"number": 8, "kind": "routine"}, "number"),
        ({"number": 9, "kind": "routine", "starts_on": datetime.date(2026, 5, 2), "ends_on": datetime.date(2026, 5, 1)}, "ends_on"),
        ({"number": 9, "kind": "routine", "starts_on": datetime.date(2026, 5, 2), "feedback_on": datetime.date(2026, 5, 1)}, "feedback_on"),
    ],
)  # fmt: skip
def test_days_and_numbers_must_fit(round_8: Round, staff: Any, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.add_round(round_8.term, values=values, actor=staff)
    assert field in refused.value.data["faults"]


def test_units_are_chosen_with_their_teams(
    round_8: Round, health: Unit, education: Unit, hospital: Unit, staff: Any
) -> None:
    actions.choose_units(round_8, teams={health.pk: "第一巡察组", education.pk: ""}, actor=staff, version=1)
    team = round_8.teams.get(name="第一巡察组")
    assert [(row.unit, row.team) for row in queries.inspected(staff, round_8)] == [(health, team), (education, None)]
    entry = trail.history_of(round_8)[0]
    assert entry.before == {"units": {str(health.pk): "", str(hospital.pk): ""}}
    assert entry.after == {"units": {str(health.pk): "第一巡察组", str(hospital.pk): None}}


def test_the_second_of_two_is_told(round_8: Round, health: Unit, staff: Any, head: Any) -> None:
    actions.choose_units(round_8, teams={health.pk: ""}, actor=staff, version=1)
    with pytest.raises(Conflict):
        actions.choose_units(round_8, teams={}, actor=head, version=1)
    with pytest.raises(Conflict):
        actions.edit_round(round_8, values={"kind": "special"}, actor=head, version=1)


def test_only_the_office_plans(round_8: Round, reviewer: Any, liaison: Any) -> None:
    for actor in (reviewer, liaison):
        with pytest.raises(NotPermitted):
            actions.add_round(round_8.term, values={"number": 9}, actor=actor)
        with pytest.raises(NotPermitted):
            actions.choose_units(round_8, teams={}, actor=actor, version=1)


def test_readers_see_rounds_and_units_do_not(round_8: Round, reviewer: Any, liaison: Any) -> None:
    assert queries.find_round(reviewer, round_8.pk) == round_8
    assert queries.find_round(liaison, round_8.pk) is None
    assert list(queries.rounds(liaison)) == []


def test_the_number_of_a_term_with_rounds_stays(round_8: Round, staff: Any) -> None:
    with pytest.raises(Invalid):
        actions.edit_term(round_8.term, number=15, starts_on=None, ends_on=None, actor=staff)


def test_coverage_names_every_unit(round_8: Round, health: Unit, staff: Any) -> None:
    left = Unit.objects.create(name="县审计局", short_name="审计局", path="/x/")
    rounds, units = queries.coverage(staff, round_8.term)
    assert rounds == [round_8]
    assert {entry.unit.short_name: len(entry.rounds) for entry in units} == {
        "卫健局": 1,
        "人民医院": 1,
        "教育局": 1,
        left.short_name: 0,
    }
