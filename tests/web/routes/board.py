"""The board as the permission table calls it."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from tests.rectification.laid_down import answered, feedback_to, item_of, part_in
from xuncha.rectification.models import Plan
from xuncha.rectification.workflow import ClosureState, Progress


@pytest.fixture
def stops(round_8: Any, health: Any, education: Any, staff: Any, category: Any, liaison: Any) -> SimpleNamespace:
    """Parts of two units in every state; ``late``: an item of health that is overdue."""
    today = timezone.localdate()
    feedback = feedback_to(round_8, [health, education], staff)
    Plan.objects.create(round=round_8, unit=health, state="approved", approved_on=today)
    for unit in (health, education):
        part_in(feedback, unit, staff, category)
        answered(part_in(feedback, unit, staff, category), "not_ours")
        for progress in Progress.values:
            item_of(part_in(feedback, unit, staff, category), progress=progress, due_on=today)
        for closure in ClosureState.values:
            item_of(part_in(feedback, unit, staff), closure=closure, due_on=today)
    late = item_of(part_in(feedback, health, staff, category), due_on=today - datetime.timedelta(days=12))
    late.measures.create(text="清理", responsible_leader="韩牧之", written_by=liaison)
    return SimpleNamespace(late=late, health=health, education=education, round=round_8)
