"""Feedback is handed over to its recipients, and what it demands becomes their duties."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from xuncha.findings.models import Feedback, Recipient, Requirement
from xuncha.rectification.actions.opening import hold_items_due_by_rule
from xuncha.rectification.actions.timing import settle_due_dates
from xuncha.rectification.models import Duty, HandingOver
from xuncha.rectification.permissions import POLICY
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.models import User
from xuncha.security.policy import part_in_sight

_TOLD: Final = ("handed_on", "meeting", "received_by", "documents")
_LONGEST: Final = {"meeting": 200, "documents": 2000}
_LONGEST_NAME: Final = 60


@transaction.atomic
def hand_over(
    feedback: Feedback,
    *,
    received: Mapping[int, str],
    handed_on: datetime.date,
    meeting: str = "",
    documents: str = "",
    seen: Mapping[int, int] | None = None,
    actor: User,
) -> list[HandingOver]:
    """移交反馈: record when and in whose hands a feedback came; the clocks of these units run from that day.

    ``received`` maps the key of a unit to who received it; ``seen`` to the version of the record that the actor saw, 0
    or nothing for none. What was recorded before is corrected by it. Errors: `NotPermitted`; `IllegalTransition` before
    the feedback is issued; `Invalid` by field, ``received.UNIT`` for a name; `Conflict` when a record is another now.
    """
    POLICY.require(actor, "hand_over_feedback")
    held = Feedback.objects.select_for_update().get(pk=feedback.pk)
    if held.issued_at is None:
        raise IllegalTransition("not_issued", act="hand_over_feedback", state="draft")
    names = {unit: name.strip() for unit, name in received.items()}
    values = {"handed_on": handed_on, "meeting": meeting.strip(), "documents": documents.strip()}
    faults = _faults(held, names, values, actor)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    hold_items_due_by_rule([held.round_id], names)
    there = {
        handing.unit_id: handing
        for handing in HandingOver.objects.select_for_update().filter(feedback=held, unit__in=names)
    }
    if any((seen or {}).get(unit, 0) != (there[unit].version if unit in there else 0) for unit in names):
        raise Conflict("handing_changed", current=held)
    changes: list[trail.Change] = []
    moved: list[HandingOver] = []
    done: list[HandingOver] = []
    for unit, name in names.items():
        wanted = {**values, "received_by": name}
        handing = there.get(unit)
        if handing is None:
            handing = HandingOver.objects.create(feedback=held, unit_id=unit, by=actor, **wanted)
            changes.append((handing, None, {"unit": unit, **wanted}))
            moved.append(handing)
        else:
            changed = [field for field in _TOLD if getattr(handing, field) != wanted[field]]
            before = {field: getattr(handing, field) for field in changed}
            if changed:
                for field in changed:
                    setattr(handing, field, wanted[field])
                handing.version += 1
                handing.save()
                changes.append((handing, before, {field: wanted[field] for field in changed}))
            if "handed_on" in changed:
                moved.append(handing)
        done.append(handing)
    # Told before the dates are reckoned: whoever changes rules or calendar waits for the trail, or is waited for.
    trail.record_many(actor=actor, act="hand_over_feedback", changes=changes, batch=uuid.uuid4())
    settle_due_dates(moved)
    _lay_down_duties(held, done)
    return done


def _faults(feedback: Feedback, names: Mapping[int, str], values: Mapping[str, Any], actor: User) -> dict[str, str]:
    faults: dict[str, str] = {}
    if values["handed_on"] > timezone.localdate():
        faults["handed_on"] = "in_future"
    elif feedback.round.starts_on is not None and values["handed_on"] < feedback.round.starts_on:
        faults["handed_on"] = "feedback_before_it_starts"
    for field, most in _LONGEST.items():
        if len(values[field]) > most:
            faults[field] = "too_long"
    if not names:
        faults["received"] = "choose_a_unit"
    known = Recipient.objects.filter(part_in_sight(actor, round="feedback__round"), feedback=feedback)
    if set(names) - set(known.values_list("unit_id", flat=True)):
        faults["received"] = "no_recipient"
    for unit, name in names.items():
        if not name:
            faults[f"received.{unit}"] = "required"
        elif len(name) > _LONGEST_NAME:
            faults[f"received.{unit}"] = "too_long"
    return faults


def _lay_down_duties(feedback: Feedback, handings: list[HandingOver]) -> None:
    """Each demand becomes a duty of each unit it was handed to; those there stay."""
    demands = list(Requirement.objects.filter(feedback=feedback).order_by("order", "id"))
    Duty.objects.bulk_create(
        [Duty(handing=handing, requirement=demand, due_on=demand.due_on) for handing in handings for demand in demands],
        ignore_conflicts=True,
    )


@transaction.atomic
def record_duty(duty: Duty, *, done_on: datetime.date | None, proof: str, actor: User, version: int) -> Duty:
    """填报落实: a unit says when it met a duty and what proves it; without a day the duty is open again.

    Errors: `NotPermitted`; `Conflict`; `Invalid` by field.
    """
    held: Duty = Duty.objects.select_for_update(of=("self",)).select_related("handing").get(pk=duty.pk)
    POLICY.require(actor, "record_duty", held.handing)
    if held.version != version:
        raise Conflict("duty_changed", current=held)
    proof = proof.strip()
    faults: dict[str, str] = {}
    if done_on is not None and done_on > timezone.localdate():
        faults["done_on"] = "in_future"
    elif done_on is not None and done_on < held.handing.handed_on:
        faults["done_on"] = "before_handing"
    if done_on is not None and not proof:
        faults["proof"] = "required"
    if len(proof) > 500:
        faults["proof"] = "too_long"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    before = {"done_on": held.done_on, "proof": held.proof}
    after = {"done_on": done_on, "proof": proof}
    if before == after:
        return held
    held.done_on, held.proof = done_on, proof
    held.version += 1
    held.save()
    trail.record(actor=actor, act="record_duty", thing=held, before=before, after=after)
    return held
