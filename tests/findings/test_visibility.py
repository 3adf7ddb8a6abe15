"""Who sees which findings."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from xuncha.findings.actions import editing
from xuncha.findings.models import Finding
from xuncha.findings.permissions import findings_visible_to
from xuncha.findings.queries.ledger import LedgerQuery, count, page
from xuncha.findings.queries.ledger.searched import searched_texts
from xuncha.findings.queries.ledger.selection import Selection


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


@pytest.fixture
def joint(make_finding: Any, cast: Any, health: Any, education: Any) -> Finding:
    """Fed back to two units; what the paper states of it beside the words is the office's."""
    made: Finding = make_finding("部分单位资金滞留", unit=None, units=[health, education], facts=("甲项目滞留3个月",))
    stated = {"stated_leader": "周砚", "stated_due": datetime.date(2026, 12, 1), "department": "财务股"}
    editing.edit_finding(made.pk, changes=stated, version=None, actor=cast.staff)
    made.refresh_from_db()
    return made


def test_of_a_joint_finding_a_unit_is_listed_nothing_that_is_stated(joint: Finding, cast: Any) -> None:
    for rows in (page(cast.liaison, LedgerQuery()).rows, next(Selection(LedgerQuery()).in_order(cast.liaison))):
        assert [(row.pk, row.stated_leader, row.stated_due) for row in rows] == [(joint.pk, "", None)]
    assert page(cast.staff, LedgerQuery()).rows[0].stated_leader == "周砚"


@pytest.mark.parametrize(("words", "finds"), [("滞留", 1), ("14-8-集中", 1), ("甲项目", 1), ("周砚", 0), ("财务股", 0)])
def test_a_unit_finds_a_joint_finding_only_by_what_it_is_told(
    joint: Finding, cast: Any, words: str, finds: int
) -> None:
    query = LedgerQuery(words=words)
    assert count(cast.liaison, query).number == len(page(cast.liaison, query).rows) == finds
    assert count(cast.staff, query).number == 1
    assert searched_texts(cast.liaison, [joint]) == {}


def test_a_unit_cannot_see_in_which_order_findings_were_changed(make_finding: Any, joint: Finding, cast: Any) -> None:
    older = make_finding()
    rows = page(cast.liaison, LedgerQuery(sort="-changed")).rows
    assert rows == page(cast.liaison, LedgerQuery()).rows and {row.pk for row in rows} == {older.pk, joint.pk}
