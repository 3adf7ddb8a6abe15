"""Items that have to be put right, and their measures, for the tests of progress and closure."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from xuncha.findings.models import Finding
from xuncha.organisation.models import Unit
from xuncha.rectification.models import Claim, Measure, Rectification
from xuncha.security.models import User

MakeItem = Callable[..., Rectification]
MakeMeasure = Callable[..., Measure]


@pytest.fixture
def make_item(make_finding: Any, health: Unit) -> MakeItem:
    """Something to put right: ``make_item(unit=education, due_on=…)``; of a finding of its own unless one is given."""

    def make(*, unit: Unit | None = None, finding: Finding | None = None, **fields: Any) -> Rectification:
        unit = unit or health
        finding = finding or make_finding(unit=unit)
        claim = Claim.objects.create(
            addressee=finding.addressees.get(unit=unit), finding=finding, unit=unit, state="claimed", said="claimed"
        )
        fields.setdefault("due_on", datetime.date(2026, 11, 26))
        return Rectification.objects.create(
            claim=claim, round_id=finding.round_id, finding=finding, unit=unit, **fields
        )

    return make


@pytest.fixture
def make_measure(unit_leader: User) -> MakeMeasure:
    """A measure of an item, written by one of the unit's leaders."""

    def make(item: Rectification, text: str = "清算并拨付滞留资金", **fields: Any) -> Measure:
        fields.setdefault("written_by", unit_leader)
        fields.setdefault("goal", "滞留资金全部拨付到位")
        return Measure.objects.create(rectification=item, order=item.measures.count() + 1, text=text, **fields)

    return make
