"""The invented county holds together."""

from __future__ import annotations

from xuncha.cli.demo.county import INSPECTORS, PEOPLE, RECUSALS, ROUNDS, UNITS
from xuncha.vocabulary.loading import load

SHORT = [unit.short_name for unit in UNITS]


def test_there_are_thirty_units_and_each_name_means_one():
    names = [name for unit in UNITS for name in {unit.name, unit.short_name, *unit.aliases}]
    assert len(UNITS) == 30
    assert len(set(names)) == len(names)


def test_a_unit_stands_below_one_that_comes_before_it():
    for k, unit in enumerate(UNITS):
        assert unit.parent is None or unit.parent in SHORT[:k]


def test_sectors_are_those_of_the_vocabulary():
    known = {sector["code"] for sector in load("sectors")["sectors"]}
    assert {unit.sector for unit in UNITS} <= known


def test_each_round_inspects_fourteen_units_and_none_twice_in_the_term():
    inspected = [short for round in ROUNDS for short in round.units]
    assert all(len(round.units) == len(round.teams) == 14 for round in ROUNDS)
    assert len(set(inspected)) == len(inspected)
    assert set(inspected) <= set(SHORT)
    assert all(round.starts_on < round.ends_on < round.feedback_on for round in ROUNDS)


def test_there_is_somebody_for_each_role_that_one_signs_in_with():
    assert [person.role for person in PEOPLE] == [
        "office_head",
        "office_staff",
        "office_staff",
        "reviewer",
        *["unit_liaison"] * 2,
        "unit_secretary",
        "leader_in_charge",
        "team_head",
        "team_member",
        "leadership",
        "system_administrator",
        "security_administrator",
        "trail_reader",
    ]
    assert {person.unit for person in PEOPLE} == {None, "卫健局", "人民医院"}
    everybody = (*PEOPLE, *INSPECTORS)
    assert (
        len({person.username for person in everybody}) == len({person.name for person in everybody}) == len(everybody)
    )


def test_each_team_has_one_head_and_nobody_is_in_two_teams_of_a_round():
    known = {person.username for person in (*PEOPLE, *INSPECTORS)}
    for round in ROUNDS:
        assert set(round.members) == set(round.teams)
        assert all([role for _, role in team].count("team_head") == 1 for team in round.members.values())
        people = [username for team in round.members.values() for username, _ in team]
        assert len(set(people)) == len(people) and set(people) <= known


def test_one_recusal_waits_and_one_was_upheld():
    in_teams = {
        username: {unit for unit, of in zip(ROUNDS[-1].units, ROUNDS[-1].teams, strict=True) if of == team}
        for team, members in ROUNDS[-1].members.items()
        for username, _ in members
    }
    assert sorted(bool(recusal.decision) for recusal in RECUSALS) == [False, True]
    assert all(recusal.unit in in_teams[recusal.person] for recusal in RECUSALS)
