"""Items in any state, laid down past the actions, for tests of what is counted and watched."""

from __future__ import annotations

import datetime
import itertools
from typing import Any, Final

from django.utils import timezone

from xuncha.findings.models import Addressee, Feedback, Finding, Recipient
from xuncha.organisation.models import Unit
from xuncha.rectification.models import Claim, HandingOver, Rectification
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Category
from xuncha.security.models import User

_SERIAL: Final = itertools.count(500)


def feedback_to(round: Round, units: list[Unit], by: User, *, handed: bool = True) -> Feedback:
    """An issued feedback to units, handed over to them or not."""
    feedback = Feedback.objects.create(
        round=round, title="反馈意见", given_on=datetime.date(2026, 8, 26), issued_at=timezone.now(), issued_by=by
    )
    Recipient.objects.bulk_create(Recipient(feedback=feedback, unit=unit) for unit in units)
    if handed:
        HandingOver.objects.bulk_create(
            HandingOver(feedback=feedback, unit=unit, handed_on=datetime.date(2026, 8, 26), received_by="某人", by=by)
            for unit in units
        )
    return feedback


def part_in(feedback: Feedback, unit: Unit, by: User, category: Category | None = None) -> Addressee:
    """One more finding of a feedback, with the unit that it is addressed to."""
    serial = next(_SERIAL)
    finding = Finding.objects.create(
        round=feedback.round, unit=unit, serial=serial, number=f"14-8-{unit.short_name}-{serial}",
        number_key=f"{serial:08}", state="issued", statement=f"第{serial}个问题", category=category,
        feedback=feedback, created_by=by, changed_by=by,
    )  # fmt: skip
    return Addressee.objects.create(finding=finding, unit=unit)


def item_of(part: Addressee, **fields: Any) -> Rectification:
    """The item of a part that was claimed; ``fields`` are those of the item."""
    claim = Claim.objects.create(
        addressee=part, finding=part.finding, unit=part.unit, state="claimed", said="claimed", review="accepted"
    )
    if fields.get("closure") == "closed":
        fields = {"progress": "done", "closed_on": timezone.localdate(), **fields}
    return Rectification.objects.create(
        claim=claim, round=part.finding.round, finding=part.finding, unit=part.unit, **fields
    )


def answered(part: Addressee, state: str) -> Claim:
    """A part that the unit did not take on."""
    return Claim.objects.create(
        addressee=part, finding=part.finding, unit=part.unit, state=state, said=state, words="理由", review="waiting"
    )
