"""Feedback is given to its recipients: its findings are fed back, their numbers frozen."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from xuncha.findings.actions.keeping import BATCH
from xuncha.findings.models import Addressee, Feedback, Finding, Recipient
from xuncha.findings.permissions import POLICY
from xuncha.findings.workflow import FINDING_MOVES, FindingState, move
from xuncha.organisation.models import Unit
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.models import User
from xuncha.security.policy import hidden_units


@dataclass(frozen=True, slots=True)
class Issue:
    """What issuing a feedback did."""

    feedback: Feedback
    findings: int
    recipients: int
    batch: uuid.UUID


@transaction.atomic
def issue_feedback(feedback: Feedback, *, actor: User, given_on: datetime.date, findings: int | None = None) -> Issue:
    """下达反馈: the recipients see their findings from now on. It cannot be taken back.

    ``findings``: how many the actor saw that it would be. Errors: `Conflict` (``feedback_changed``) when it is another
    number now; `IllegalTransition` when it was issued already; `Invalid` (``not_ready``) whose ``lacks`` are
    ``no_findings``, ``no_recipients``, ``no_addressees``, with a number each, and whose fault ``given_on`` is
    ``in_future``.
    """
    POLICY.require(actor, "issue_feedback")
    held = hold_feedback(feedback)
    drafts = Finding.objects.filter(feedback=held, state=FindingState.DRAFT)
    # Held: one that somebody withdraws at this moment is either not fed back or no longer to be withdrawn.
    keys = list(drafts.select_for_update().order_by("number_key").values_list("pk", flat=True))
    if findings is not None and findings != len(keys):
        raise Conflict("feedback_changed", current=held)
    lacks = lacks_of(held)
    if lacks:
        raise Invalid("not_ready", faults={}, lacks=lacks)
    if given_on > timezone.localdate():
        raise Invalid("faulty_fields", faults={"given_on": ("in_future", 0)})
    now = timezone.now()
    batch = uuid.uuid4()
    # A finding is never addressed to a unit that its feedback was not given to.
    beside = Addressee.objects.filter(finding__in=drafts).exclude(
        unit__in=Recipient.objects.filter(feedback=held).values("unit")
    )
    units = list(beside.values_list("unit_id", flat=True).distinct())
    Recipient.objects.bulk_create(Recipient(feedback=held, unit_id=unit) for unit in units)
    before = {"issued_at": None, "given_on": held.given_on}
    held.issued_at, held.issued_by, held.given_on = now, actor, given_on
    held.save(update_fields=["issued_at", "issued_by", "given_on"])
    trail.record(
        actor=actor,
        act="issue_feedback",
        thing=held,
        before=before,
        after={"issued_at": now, "given_on": given_on},
        batch=batch,
    )
    state = move(FINDING_MOVES, "issue", FindingState.DRAFT)
    for i in range(0, len(keys), BATCH):
        part = keys[i : i + BATCH]
        Finding.objects.filter(pk__in=part).update(
            state=state, changed_by=actor, changed_at=now, version=F("version") + 1
        )
        changes = [(Finding(pk=key), {"state": FindingState.DRAFT}, {"state": state}) for key in part]
        trail.record_many(actor=actor, act="issue_feedback", changes=changes, batch=batch)
    return Issue(held, len(keys), held.recipients.count(), batch)


def lacks_of(feedback: Feedback) -> dict[str, int]:
    """What a feedback needs before it can be given: code to number."""
    drafts = Finding.objects.filter(feedback=feedback, state=FindingState.DRAFT)
    lacks = {}
    if not drafts.exists():
        lacks["no_findings"] = 0
    if not feedback.recipients.exists():
        lacks["no_recipients"] = 0
    alone = drafts.filter(addressees=None).count()
    if alone:
        lacks["no_addressees"] = alone
    return lacks


@transaction.atomic
def choose_recipients(
    feedback: Feedback, *, units: Iterable[int], actor: User, seen: Iterable[int] | None = None
) -> Feedback:
    """选接收单位: the units that a feedback will be given to, in place of those before; of an issued one none changes.

    A unit that a finding of it is addressed to is one of them. ``seen``: the recipients as the actor saw them (null:
    not said). Errors: `Conflict` (``recipients_changed``) when they are others now; `Invalid` with faults (``unknown``,
    how many).
    """
    POLICY.require(actor, "issue_feedback")
    held = hold_feedback(feedback)
    asked = set(units)
    known = set(Unit.objects.filter(pk__in=asked, state=Unit.State.ACTIVE).values_list("pk", flat=True))
    before = set(held.recipients.values_list("unit_id", flat=True))
    # Who is recused from a unit neither adds nor strikes it out.
    hidden = hidden_units(actor)
    if seen is not None and set(seen) != before - hidden:
        raise Conflict("recipients_changed", current=held)
    if asked - known - before:
        raise Invalid("faulty_fields", faults={"units": ("unknown", len(asked - known - before))})
    bound = set(Addressee.objects.filter(finding__feedback=held).values_list("unit_id", flat=True))
    asked = (asked - hidden) | bound | (before & hidden)
    if asked == before:
        return held
    held.recipients.filter(unit__in=before - asked).delete()
    Recipient.objects.bulk_create(Recipient(feedback=held, unit_id=unit) for unit in sorted(asked - before))
    trail.record(
        actor=actor,
        act="choose_recipients",
        thing=held,
        before={"recipients": sorted(before)},
        after={"recipients": sorted(asked)},
    )
    return held


def hold_feedback(feedback: Feedback) -> Feedback:
    """The feedback held for a change; inside the caller's transaction. Errors: `IllegalTransition` once issued."""
    held: Feedback = (
        Feedback.objects.select_for_update(of=("self",)).select_related("round__term", "paper").get(pk=feedback.pk)
    )
    if held.issued_at is not None:
        raise IllegalTransition("already_issued", act="issue_feedback", state="issued")
    return held
