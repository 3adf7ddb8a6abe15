"""The invented county holds together."""

from __future__ import annotations

from xuncha.cli.demo.county import PEOPLE, ROUNDS, UNITS
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
        "leadership",
        "system_administrator",
        "security_administrator",
        "trail_reader",
    ]
    assert {person.unit for person in PEOPLE} == {None, "卫健局", "人民医院"}
    assert len({person.username for person in PEOPLE}) == len(PEOPLE)
