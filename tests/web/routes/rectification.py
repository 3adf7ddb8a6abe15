"""Rectification as the permission table calls it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rectification.handed import handed, joint
from xuncha.rectification.models import Duty, HandingOver

__all__ = ["handed", "joint"]


@pytest.fixture
def handed_health(handed: dict[str, HandingOver]) -> HandingOver:
    """The joint feedback as handed over to the health bureau."""
    return handed["卫健局"]


@pytest.fixture
def duty_of_health(handed_health: HandingOver) -> Duty:
    """A duty of the health bureau."""
    return Duty.objects.get(handing=handed_health)


@pytest.fixture
def form_of_handing(joint: Any, education: Any) -> dict[str, Any]:
    """The form that hands the joint feedback over to the education bureau."""
    return {"handed_on": "2026-08-26", "unit": education.pk, f"received-{education.pk}": "柳长风"}
