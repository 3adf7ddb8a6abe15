"""The calendar and the deadlines are the office's own: changed by those who keep the ledger, told on the trail."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from xuncha.rulebook import actions, importing, queries
from xuncha.rulebook.models import DeadlineRule, Holiday
from xuncha.rulebook.queries import WantedDay
from xuncha.security import trail
from xuncha.security.errors import Conflict, Invalid, NotPermitted
from xuncha.vocabulary.days import Alert, due_on, shipped_calendar

day = datetime.date
WEEKEND = frozenset({6, 7})
YEAR_2027 = [WantedDay(day(2027, 1, 1), True, "元旦"), WantedDay(day(2027, 1, 3), False, "元旦")]


def rule(code: str = "plan") -> DeadlineRule:
    return DeadlineRule.objects.get(code=code)


def test_the_calendar_begins_as_it_is_shipped(db: None) -> None:
    assert queries.work_calendar() == shipped_calendar()
    assert queries.years_of_holidays() == [2026, 2025]


def test_every_shipped_deadline_has_no_fault(db: None) -> None:
    rules = list(queries.deadline_rules())
    assert [each.code for each in rules][:2] == ["claim", "plan"]
    assert {each.code: queries.faults_of_rule(queries.rule_as_wanted(each), code=each.code) for each in rules} == {
        each.code: {} for each in rules
    }
    assert due_on(rule().counting, day(2026, 8, 26), queries.work_calendar()) == day(2026, 9, 16)


def test_a_year_is_added_and_the_others_stay(staff: Any) -> None:
    week = actions.change_calendar(rest_weekdays=WEEKEND, days=YEAR_2027, actor=staff, version=1)
    assert week.version == 2
    assert queries.years_of_holidays() == [2027, 2026, 2025]
    assert queries.work_calendar().is_working(day(2027, 1, 3))
    assert not queries.work_calendar().is_working(day(2026, 10, 1))
    assert {entry.act for entry in trail.history_of(week)} == {"change_calendar"}


def test_of_a_year_that_is_named_only_the_named_days_stay(staff: Any) -> None:
    wanted = [WantedDay(day(2026, 1, 1), True, "元旦", source="新通知")]
    differing = queries.day_differences(wanted)
    actions.change_calendar(rest_weekdays=WEEKEND, days=wanted, actor=staff, version=1)
    assert [each.day for each in queries.holidays(2026)] == [day(2026, 1, 1)]
    assert len(differing) == 39
    assert queries.day_differences(wanted) == []
    assert Holiday.objects.get(day=day(2026, 1, 1)).source == "新通知"


def test_of_two_who_change_the_calendar_the_second_is_told(staff: Any, head: Any) -> None:
    actions.change_calendar(rest_weekdays=frozenset({7}), days=[], actor=staff, version=1)
    with pytest.raises(Conflict):
        actions.change_calendar(rest_weekdays=WEEKEND, days=YEAR_2027, actor=head, version=1)
    assert queries.years_of_holidays() == [2026, 2025]


@pytest.mark.parametrize("rest", [frozenset(range(1, 8)), frozenset({8})])
def test_a_week_keeps_a_day_to_work_on(rest: frozenset[int], staff: Any) -> None:
    with pytest.raises(Invalid, match="no_work"):
        actions.change_calendar(rest_weekdays=rest, days=[], actor=staff, version=1)


def test_a_reviewer_changes_neither_calendar_nor_deadline(reviewer: Any) -> None:
    with pytest.raises(NotPermitted):
        actions.change_calendar(rest_weekdays=WEEKEND, days=YEAR_2027, actor=reviewer, version=1)
    with pytest.raises(NotPermitted):
        actions.edit_deadline_rule(rule(), wanted=queries.rule_as_wanted(rule()), actor=reviewer, version=1)


def test_a_deadline_is_changed_and_tells_what_was(staff: Any) -> None:
    wanted = replace(queries.rule_as_wanted(rule()), amount=20)
    done = actions.edit_deadline_rule(rule(), wanted=wanted, actor=staff, version=1)
    assert (done.amount, done.version) == (20, 2)
    entry = trail.history_of(done)[0]
    assert (entry.before, entry.after) == ({"amount": 15}, {"amount": 20})
    with pytest.raises(Conflict):
        actions.edit_deadline_rule(rule(), wanted=wanted, actor=staff, version=1)


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"name": " "}, "name", "required"),
        ({"amount": None}, "amount", "required"),
        ({"amount": 0}, "amount", "no_time"),
        ({"amount": 2501}, "amount", "too_much_time"),
        ({"unit": "weeks"}, "unit", "required"),
        ({"alerts": (Alert(3, "yellow", "", "", ("office",)),)}, "alert-0", "alert_needs_a_word"),
        ({"alerts": (Alert(3, "pink", "快", "", ("office",)),)}, "alert-0", "alert_needs_a_colour"),
        ({"alerts": (Alert(3, "red", "快", "", ()),)}, "alert-0", "alert_needs_somebody"),
        ({"alerts": (Alert(3, "red", "快", "", ("office",)),) * 2}, "alert-1", "alert_twice"),
        ({"alerts": (Alert(400, "red", "快", "", ("office",)),)}, "alert-0", "alert_too_far"),
    ],
)
def test_a_deadline_that_says_nothing_is_refused(changed: Any, field: str, code: str, staff: Any) -> None:
    wanted = replace(queries.rule_as_wanted(rule()), **changed)
    with pytest.raises(Invalid) as refused:
        actions.edit_deadline_rule(rule(), wanted=wanted, actor=staff, version=1)
    assert refused.value.data["faults"] == {field: code}


def test_the_period_stays_what_others_run_from(staff: Any) -> None:
    wanted = replace(queries.rule_as_wanted(rule("period")), base="period_end", is_active=False)
    with pytest.raises(Invalid) as refused:
        actions.edit_deadline_rule(rule("period"), wanted=wanted, actor=staff, version=1)
    assert set(refused.value.data["faults"]) == {"base", "is_active"}


def test_an_office_adds_a_deadline_of_its_own_once(staff: Any) -> None:
    wanted = replace(queries.rule_as_wanted(rule()), name="报送整改简报")
    made = actions.add_deadline_rule(code="brief", wanted=wanted, actor=staff)
    assert [each.code for each in queries.deadline_rules()][-1] == made.code
    with pytest.raises(Invalid) as refused:
        actions.add_deadline_rule(code="brief", wanted=wanted, actor=staff)
    assert refused.value.data["faults"] == {"code": "code_taken"}


@pytest.mark.parametrize("ending", importing.DAY_FORMATS)
def test_a_file_of_holidays_comes_back_as_it_went(ending: str, db: None, tmp_path: Path) -> None:
    path = tmp_path / f"days.{ending}"
    importing.write_days(queries.holidays(2026), path)
    assert importing.read_days(path) == [queries.as_wanted(each) for each in queries.holidays(2026)]


def test_a_file_names_line_and_column_of_each_fault(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text(
        "日期,类别,名称\n2027年1月1日,放假,元旦\n2027-13-01,放假,元旦\n2027/1/3,也许,元旦\n2027.1.4,上班,\n2027-1-1,放假,元旦\n",
        "utf-8",
    )
    with pytest.raises(Invalid) as refused:
        importing.read_days(path)
    assert refused.value.data["rows"] == [
        (3, "日期", "not_a_day", "2027-13-01"),
        (4, "类别", "off_or_worked", "也许"),
        (5, "名称", "required", ""),
        (6, "日期", "day_twice", "2027-1-1"),
    ]
