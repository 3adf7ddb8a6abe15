"""A unit's plan and what it is about, for the tests of planning."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.rectification.handed import HANDED_ON
from xuncha.findings.models import Addressee
from xuncha.organisation.models import Unit
from xuncha.rectification.actions.claiming import Answer, answer_claims
from xuncha.rectification.actions.handing import hand_over
from xuncha.rectification.actions.planning import add_measure, begin_plan, edit_plan_texts
from xuncha.rectification.models import Measure, Plan, Rectification
from xuncha.security.models import User

TEXTS = {
    "first_responsible": "许怀谷",
    "leading_group": "组长许怀谷，副组长何远之、梁若谷",
    "principles": "实事求是，举一反三",
    "guarantees": "每周调度一次",
}
STATEMENTS = ("公共卫生服务专项资金拨付不及时", "对下属医院药品耗材采购监管缺位", "村卫生室补助发放审核不严")
TASKS = (
    ("清算并拨付滞留资金", "286.40万元全部到位", ""),
    ("开展采购专项检查，覆盖3家医院", "检查报告3份", "检查报告"),
    ("追回违规发放补助11笔", "追回4.18万元", ""),
)


def measure_of(number: int, **changed: Any) -> dict[str, Any]:
    """A measure that lacks nothing."""
    text, goal, output = TASKS[number % len(TASKS)]
    return {
        "kind": "recovery",
        "text": text,
        "goal": goal,
        "output": output,
        "starts_on": datetime.date(2026, 9, 15),
        "due_on": datetime.date(2026, 10, 30),
        "lead_leader": "何远之",
        "responsible_leader": "梁若谷",
        "lead_section": "财务科",
        "co_sections": "规划科",
        "person": "白一帆",
        **changed,
    }


def claim_of(make_finding: Any, statement: str, unit: Unit, liaison: User, staff: User, **fields: Any) -> Rectification:
    """A finding of a unit's own, handed over and claimed: what has to be put right of it."""
    finding = make_finding(statement, unit=unit, **fields)
    hand_over(finding.feedback, received={unit.pk: "沈知禾"}, handed_on=HANDED_ON, actor=staff)
    part = Addressee.objects.get(finding=finding)
    answer_claims([Answer(part.pk, "claimed", "滞留94天")], actor=liaison)
    return Rectification.objects.get(finding=finding)


@pytest.fixture
def items(make_finding: Any, health: Unit, liaison: User, staff: User) -> list[Rectification]:
    """Three items that the health bureau has to put right."""
    return [claim_of(make_finding, statement, health, liaison, staff) for statement in STATEMENTS]


@pytest.fixture
def plan(items: list[Rectification], health: Unit, liaison: User, unit_secretary: User) -> Plan:
    """The plan of the health bureau, begun and empty."""
    return begin_plan(round=items[0].round_id, unit=health.pk, actor=liaison)


@pytest.fixture
def measures(plan: Plan, items: list[Rectification], liaison: User) -> list[Measure]:
    """A measure for each of the three items, all that a plan needs."""
    edit_plan_texts(plan, wanted=TEXTS, actor=liaison, version=plan.version)
    plan.refresh_from_db()
    return [add_measure(item, wanted=measure_of(i), actor=liaison) for i, item in enumerate(items)]
