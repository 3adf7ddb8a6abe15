"""Feedback that was handed over, for the tests of rectification."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from xuncha.findings.models import Feedback, Requirement
from xuncha.organisation.models import Unit
from xuncha.rectification.actions.handing import hand_over
from xuncha.rectification.models import HandingOver
from xuncha.security.models import User

HANDED_ON = datetime.date(2026, 8, 26)


@pytest.fixture
def joint(make_finding: Any, health: Unit, education: Unit) -> Feedback:
    """A joint feedback to health and education, issued, with one finding and one demand."""
    finding = make_finding("民生资金管理不严", unit=None, units=[health, education])
    feedback: Feedback = finding.feedback
    feedback.kind = "joint"
    feedback.given_on = HANDED_ON
    feedback.save()
    Requirement.objects.create(feedback=feedback, order=1, title="压实整改责任", due_on="2026-11-26")
    return feedback


@pytest.fixture
def handed(joint: Feedback, health: Unit, education: Unit, staff: User) -> dict[str, HandingOver]:
    """The joint feedback as handed over to both, by the unit's short name."""
    done = hand_over(
        joint,
        received={health.pk: "沈知禾", education.pk: "柳长风"},
        handed_on=HANDED_ON,
        meeting="集中反馈会",
        documents="反馈意见1份",
        actor=staff,
    )
    return {handing.unit.short_name: handing for handing in done}
