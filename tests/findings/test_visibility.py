"""Who sees which findings."""

from __future__ import annotations

from typing import Any

from xuncha.findings.permissions import findings_visible_to


def test_a_unit_sees_what_was_fed_back_to_it_and_nothing_else(
    make_finding: Any, cast: Any, health: Any, education: Any
) -> None:
    own = make_finding("本单位的问题")
    joint = make_finding("部分单位的问题", unit=None, units=[health, education])
    make_finding("别的单位的问题", unit=education)
    make_finding("还没有反馈的问题", issued=False)
    assert set(findings_visible_to(cast.liaison)) == {own, joint}


def test_the_office_and_reviewers_see_all(make_finding: Any, cast: Any) -> None:
    make_finding(issued=False)
    assert [findings_visible_to(person).count() for person in (cast.head, cast.staff, cast.reviewer)] == [1, 1, 1]


def test_a_person_without_a_role_sees_nothing(make_finding: Any, cast: Any) -> None:
    make_finding()
    assert findings_visible_to(cast.outsider).count() == 0


def test_numbers_are_given_once_in_their_series(make_finding: Any, education: Any, health: Any) -> None:
    numbers = [
        make_finding().number,
        make_finding().number,
        make_finding(unit=education).number,
        make_finding(unit=None, units=[health]).number,
    ]
    assert numbers == ["14-8-卫健局-001", "14-8-卫健局-002", "14-8-教育局-001", "14-8-集中-001"]
