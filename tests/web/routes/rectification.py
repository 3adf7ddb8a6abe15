"""Rectification as the permission table calls it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.rectification.handed import handed, joint
from xuncha.findings.models import Addressee, Attribution
from xuncha.rectification.actions.claiming import Answer, answer_claims
from xuncha.rectification.models import Duty, HandingOver
from xuncha.rectification.queries.claims import last_step

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


@pytest.fixture
def claimed_parts(handed: dict[str, HandingOver], liaison: Any, other_liaison: Any, staff: Any) -> SimpleNamespace:
    """Both units' parts in the joint finding: mine of health, with an objection; theirs of education, noted there."""
    parts = {part.unit.short_name: part for part in Addressee.objects.select_related("unit", "finding")}
    mine, theirs = parts["卫健局"], parts["教育局"]
    words = "其中一笔资金属财政局职责"
    objection = Answer(mine.pk, "claimed_with_objection", "专项资金平均滞留94天", words)
    answer_claims([objection], actor=liaison)
    answer_claims([Answer(theirs.pk, "not_ours", "", "本局没有这类资金")], actor=other_liaison)
    Attribution.objects.create(finding=theirs.finding, unit=theirs.unit, note="见底稿", by=staff)
    return SimpleNamespace(mine=mine.pk, theirs=theirs.pk, seen=last_step())


@pytest.fixture
def form_of_answers(claimed_parts: SimpleNamespace) -> dict[str, Any]:
    """The page of claims as the health bureau sends it, having thought better of it."""
    key = claimed_parts.mine
    return {"part": key, f"state-{key}": "claimed", f"manifestations-{key}": "专项资金滞留", f"version-{key}": 1}
