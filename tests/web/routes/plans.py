"""Plans as the permission table calls them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rectification.planned import items, measure_of, measures, plan
from xuncha.rectification.models import Measure, Plan, Rectification

__all__ = ["items", "measures", "plan"]


@pytest.fixture
def plan_submitted_once(measures: list[Measure], plan: Plan) -> Plan:
    """The plan of the health bureau, submitted before and returned."""
    Plan.objects.filter(pk=plan.pk).update(draft_no=1, state="returned")
    plan.refresh_from_db()
    return plan


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
