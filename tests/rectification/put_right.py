"""Items that have to be put right, and their measures, for the tests of progress and closure."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest

from xuncha.findings.models import Finding
from xuncha.organisation.models import Unit
from xuncha.rectification.actions.proving import add_evidence
from xuncha.rectification.actions.reporting import Report, report_progress
from xuncha.rectification.models import Claim, Measure, Plan, Rectification
from xuncha.security.models import User

MakeItem = Callable[..., Rectification]
MakeMeasure = Callable[..., Measure]


@pytest.fixture
def make_item(make_finding: Any, health: Unit) -> MakeItem:
    """Something to put right: ``make_item(unit=education, due_on=…)``; of a finding of its own unless one is given.

    The unit's plan of the round is approved.
    """

    def make(*, unit: Unit | None = None, finding: Finding | None = None, **fields: Any) -> Rectification:
        unit = unit or health
        finding = finding or make_finding(unit=unit)
        claim = Claim.objects.create(
            addressee=finding.addressees.get(unit=unit), finding=finding, unit=unit, state="claimed", said="claimed"
        )
        approved = {"state": "approved", "draft_no": 1, "approved_on": datetime.date(2026, 9, 1)}
        Plan.objects.get_or_create(round_id=finding.round_id, unit=unit, defaults=approved)
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


@pytest.fixture
def make_done(make_item: MakeItem, make_measure: MakeMeasure, liaison: User) -> MakeItem:
    """An item whose measures are all done, with a picture as evidence of each: ready to be applied for."""

    def make(*, measures: int = 1, actor: User | None = None, **fields: Any) -> Rectification:
        item = make_item(**fields)
        for number in range(measures):
            measure = make_measure(item, f"清算并拨付滞留资金之{number}")
            picture = io.BytesIO(b"\x89PNG\r\n\x1a\n" + f"{measure.pk}".encode())
            add_evidence(measure, f"凭证{number}.png", picture, actor=actor or liaison)
            words = f"第{number}笔资金已拨付到位，凭证附后"
            done = Report(measure.pk, "done", words, datetime.date(2026, 9, 10), 1, rules_made=1)
            report_progress([done], actor=actor or liaison)
        item.refresh_from_db()
        return item

    return make
