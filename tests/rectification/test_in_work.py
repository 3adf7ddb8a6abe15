"""Of a round whose rectification goes on nothing is due for destruction."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from xuncha.findings import retained
from xuncha.findings.actions.noting import add_sealed_note
from xuncha.findings.models import Feedback, Finding
from xuncha.rectification.actions.claiming import Answer, answer_claims
from xuncha.rectification.models import DueDate, Duty, Rectification
from xuncha.rectification.permissions import parts_answered_by
from xuncha.rectification.queries.in_work import rounds_in_work
from xuncha.security.models import User


def test_notes_are_due_only_when_no_step_is_ahead_and_every_duty_is_met(
    joint: Feedback, handed: dict[str, Any], staff: User
) -> None:
    add_sealed_note(Finding.objects.get(feedback=joint).pk, text="系会计反映", actor=staff)
    later, today = timezone.now() + datetime.timedelta(days=1), timezone.localdate()

    def is_due() -> bool:
        return retained.SEALED_NOTES.due("noted", later).exists()

    assert not is_due()
    DueDate.objects.update(due_on=today - datetime.timedelta(days=1))
    assert not is_due()
    Duty.objects.update(done_on=today)
    assert is_due()
    DueDate.objects.filter(pk=DueDate.objects.earliest("pk").pk).update(due_on=today)
    assert not is_due()


def test_nor_before_all_that_has_to_be_put_right_is_closed(
    joint: Feedback, handed: dict[str, Any], liaison: User
) -> None:
    DueDate.objects.update(due_on=timezone.localdate() - datetime.timedelta(days=1))
    Duty.objects.update(done_on=timezone.localdate())
    part = parts_answered_by(liaison).get()
    assert not rounds_in_work().exists()
    answer_claims([Answer(part.pk, "claimed", "专项资金滞留")], actor=liaison)
    assert rounds_in_work().exists()
    Rectification.objects.update(progress="done", closure="closed", closed_on=timezone.localdate())
    assert not rounds_in_work().exists()
