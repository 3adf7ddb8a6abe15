"""Plans as the permission table calls them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rectification.planned import items, measure_of, measures, plan
from tests.rectification.test_reviewing_plans import set_rule, submit
from xuncha.findings.models import Stated
from xuncha.rectification.models import Measure, Plan, Rectification

__all__ = ["items", "measures", "plan"]


@pytest.fixture
def plan_submitted_once(plan_under_review: Plan) -> Plan:
    """The plan of the health bureau, submitted before and returned."""
    Plan.objects.filter(pk=plan_under_review.pk).update(state="returned")
    plan_under_review.drafts.update(outcome="returned")
    plan_under_review.refresh_from_db()
    return plan_under_review


@pytest.fixture
def planned_item(plan_submitted_once: Plan, items: list[Rectification]) -> Rectification:
    """An item of that plan."""
    return items[0]


@pytest.fixture
def planned_measure(plan_submitted_once: Plan, measures: list[Measure]) -> Measure:
    """Its measure."""
    return measures[0]


@pytest.fixture
def form_of_measure() -> dict[str, Any]:
    """The form of a measure, filled in."""
    return {**measure_of(0, person="石清"), "version": 1}


@pytest.fixture
def plan_under_review(measures: list[Measure], plan: Plan, unit_secretary: Any, head: Any) -> Plan:
    """The plan of the health bureau with its reviewers: team, reviewer, office."""
    set_rule(head)
    return submit(plan, unit_secretary)


@pytest.fixture
def plan_approved(plan_under_review: Plan, head: Any) -> Plan:
    """The same, approved."""
    Plan.objects.filter(pk=plan_under_review.pk).update(state="approved")
    plan_under_review.drafts.update(outcome="approved")
    plan_under_review.refresh_from_db()
    return plan_under_review


@pytest.fixture
def opinion_of_office(plan_under_review: Plan) -> dict[str, Any]:
    """The form with which the office agrees."""
    office = plan_under_review.drafts.get().parties[-1]["key"]
    return {"draft_no": 1, "party": office, "verdict": "approve"}


@pytest.fixture
def form_of_rule() -> dict[str, Any]:
    """The form of the rule of joint review, with one party."""
    return {"name": "巡察办", "name_en": "", "role": "office", "version": 1, "source": "本办设定"}


@pytest.fixture
def stated_item(plan: Plan, items: list[Rectification]) -> Rectification:
    """An item without a measure whose paper states one."""
    Stated.objects.create(finding=items[0].finding, department="财务科", measures=[{"text": "清算拨付滞留资金"}])
    return items[0]
