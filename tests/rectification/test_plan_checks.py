"""What a plan lacks is found, point by point, and what is whole has no point."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.rectification.planned import measure_of
from xuncha.rectification.actions.planning import add_measure
from xuncha.rectification.models import Measure, Plan, Rectification
from xuncha.rectification.queries.plan_checks import faults_of_plan
from xuncha.rectification.queries.plans import plan_items, secretaries_of

TODAY = datetime.date(2026, 9, 10)


def found(plan: Plan, actor: Any, *, must: bool = True) -> list[str]:
    plan.refresh_from_db()
    faults = faults_of_plan(plan, plan_items(actor, plan), secretaries_of(plan.unit_id), TODAY)
    return [fault.code for fault in faults if fault.must == must]


def test_a_whole_plan_lacks_nothing(plan: Plan, measures: list[Measure], liaison: Any) -> None:
    assert found(plan, liaison) == [] == found(plan, liaison, must=False)


def test_an_empty_plan_says_what_it_needs(plan: Plan, liaison: Any) -> None:
    assert found(plan, liaison) == ["no_leading_group", "no_measure", "no_measure", "no_measure"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"responsible_leader": "", "lead_leader": ""}, "no_leader"),
        ({"lead_section": ""}, "no_section"),
        ({"person": ""}, "no_person"),
        ({"due_on": None}, "no_date"),
        ({"due_on": datetime.date(2026, 12, 1)}, "after_the_horizon"),
        ({"goal": ""}, "no_goal"),
    ],
)
def test_every_lack_of_a_measure_is_a_point(
    plan: Plan, measures: list[Measure], liaison: Any, changed: dict[str, Any], code: str
) -> None:
    Measure.objects.filter(pk=measures[0].pk).update(**changed)
    assert found(plan, liaison) == [code]
    Measure.objects.filter(pk=measures[0].pk).update(progress="done")
    assert found(plan, liaison) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"goal": "进一步提高认识", "output": ""}, "vague_goal"),
        ({"starts_on": None, "due_on": datetime.date(2026, 9, 1)}, "in_the_past"),
    ],
)
def test_what_a_person_should_look_at_does_not_hinder(
    plan: Plan, measures: list[Measure], liaison: Any, changed: dict[str, Any], code: str
) -> None:
    Measure.objects.filter(pk=measures[0].pk).update(**changed)
    assert (found(plan, liaison), found(plan, liaison, must=False)) == ([], [code])


@pytest.mark.parametrize(
    "goal", ["建立《专项资金拨付办法》", "追回全部补助", "三家医院全覆盖", "清零", "办理时限不超过7天"]
)
def test_a_goal_with_a_figure_or_a_document_can_be_checked(
    plan: Plan, measures: list[Measure], liaison: Any, goal: str
) -> None:
    Measure.objects.filter(pk=measures[0].pk).update(goal=goal, output="")
    assert found(plan, liaison, must=False) == []


def test_two_findings_do_not_share_copied_words(
    plan: Plan, measures: list[Measure], items: list[Rectification], liaison: Any
) -> None:
    text = "组织全体干部职工认真学习相关文件精神，进一步压实主体责任，建立健全长效机制"
    add_measure(items[0], wanted=measure_of(0, text=text), actor=liaison)
    add_measure(items[1], wanted=measure_of(1, text=text.replace("，", "、") + "。"), actor=liaison)
    assert found(plan, liaison) == ["copied", "copied"]
    # Within one item like steps may follow each other.
    Measure.objects.filter(text__startswith=text[:10]).update(rectification=items[0])
    assert found(plan, liaison) == []


def test_the_first_responsible_is_the_secretary(plan: Plan, measures: list[Measure], liaison: Any) -> None:
    Plan.objects.update(first_responsible="何远之")
    assert found(plan, liaison) == ["not_the_secretary"]
    Plan.objects.update(first_responsible="")
    assert found(plan, liaison) == ["no_first_responsible"]


def test_a_long_term_item_has_a_milestone_a_year_and_no_last_day(
    plan: Plan, measures: list[Measure], items: list[Rectification], liaison: Any
) -> None:
    Rectification.objects.filter(pk=items[0].pk).update(horizon="long_term")
    Measure.objects.filter(pk=measures[0].pk).update(due_on=datetime.date(2028, 9, 1))
    assert found(plan, liaison) == ["no_milestones"]
    add_measure(items[0], wanted=measure_of(0, text="完成首批改造", due_on=datetime.date(2027, 9, 5)), actor=liaison)
    assert found(plan, liaison) == []


def test_what_is_closed_is_not_asked_about(plan: Plan, measures: list[Measure], liaison: Any) -> None:
    Measure.objects.filter(pk=measures[0].pk).update(person="")
    Rectification.objects.filter(pk=measures[0].rectification_id).update(
        closure="closed", progress="done", closed_on="2026-10-01"
    )
    assert found(plan, liaison) == []
