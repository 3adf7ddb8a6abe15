"""列入反馈: drafts that no feedback holds are put into one, so that issuing it feeds them back."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import Final

from django.db import transaction
from django.utils import timezone

from xuncha.documents.values.numbering import to_chinese
from xuncha.findings.actions import telling
from xuncha.findings.actions.checking import Faults
from xuncha.findings.actions.issuing import hold_feedback
from xuncha.findings.models import Addressee, Feedback, Finding, Recipient
from xuncha.findings.permissions import POLICY
from xuncha.findings.workflow import FindingState
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.models import User

ACT: Final = "put_into_feedback"
MOST: Final = 500
"""Drafts put into a feedback at once."""


def feedback_title(round: Round, unit: Unit | None, given_on: datetime.date | None = None) -> str:
    """What a feedback without a paper of its own is called (unit null: 集中反馈); its recipients read it."""
    campaign = f"{to_chinese(round.term.number)}届第{to_chinese(round.number)}轮巡察"
    title = f"{campaign}对{unit.name}的反馈意见" if unit else f"{campaign}集中反馈意见"
    day = f"（{given_on.year}年{given_on.month}月{given_on.day}日）" if given_on else ""
    return f"{title[: 200 - len(day)]}{day}"


@transaction.atomic
def put_into_feedback(
    keys: Iterable[int],
    *,
    feedback: Feedback | None,
    actor: User,
    versions: Mapping[int, int] | None = None,
) -> Feedback:
    """列入反馈: drafts that no feedback waits with become findings of this one.

    ``feedback`` null: the newest one of their unit and round that was not issued; where there is none, a new one. Their
    addressees become recipients of it. ``versions`` maps keys to what the actor saw. Errors: `Conflict` when one was
    changed since; `IllegalTransition` when one is no draft, stands in another feedback that waits, or the feedback was
    issued; `Invalid` with ``findings``: ``required``, ``too_many``, ``one_round``, ``one_unit``.
    """
    POLICY.require(actor, "issue_feedback")
    asked = set(keys)
    if not asked or len(asked) > MOST:
        raise Invalid("faulty_fields", faults={"findings": ("too_many", MOST) if asked else ("required", 0)})
    # The feedback first, as issuing holds them: two who meet wait for each other and never crosswise.
    if feedback is None:
        first = Finding.objects.select_related("round__term", "unit").filter(pk__in=asked).order_by("pk").first()
        if first is None:
            raise Invalid("finding_gone", faults={})
        held = _open_one(first.round, first.unit, actor)
    else:
        held = hold_feedback(feedback)
    rows = Finding.objects.select_for_update(of=("self",)).select_related("feedback", "changed_by")
    found = list(rows.filter(pk__in=asked).order_by("pk"))
    if len(found) != len(asked):
        raise Invalid("finding_gone", faults={})
    for finding in found:
        if versions is not None and versions.get(finding.pk, finding.version) != finding.version:
            raise Conflict("finding_changed", current=finding)
        if finding.state != FindingState.DRAFT:
            raise IllegalTransition("not_a_draft", act=ACT, state=finding.state)
        if finding.feedback_id not in (None, held.pk) and finding.feedback and finding.feedback.issued_at is None:
            raise IllegalTransition("in_another_feedback", act=ACT, state=finding.state)
    faults = _faults(held, found)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    batch = uuid.uuid4()
    _receive(held, found, actor, batch)
    for finding in found:
        telling.change(finding, {"feedback_id": held.pk}, actor=actor, act=ACT, batch=batch)
    return held


def _open_one(round: Round, unit: Unit | None, actor: User) -> Feedback:
    """The feedback of a unit (null: joint) in a round that waits to be issued; a new one where none does."""
    # Held, so that two who ask at once are given the same.
    round = Round.objects.select_for_update(of=("self",)).select_related("term").get(pk=round.pk)
    kind = Feedback.Kind.SINGLE if unit else Feedback.Kind.JOINT
    waiting = Feedback.objects.filter(round=round, kind=kind, issued_at=None)
    if unit is not None:
        waiting = waiting.filter(pk__in=Recipient.objects.filter(unit=unit).values("feedback"))
    known = waiting.order_by("-id").first()
    if known is not None:
        return hold_feedback(known)
    made = Feedback.objects.create(round=round, kind=kind, title=feedback_title(round, unit))
    trail.record(actor=actor, act="open_feedback", thing=made, after={"round_id": round.pk, "title": made.title})
    return made


def _faults(feedback: Feedback, found: Iterable[Finding]) -> Faults:
    if any(finding.round_id != feedback.round_id for finding in found):
        return {"findings": ("one_round", 0)}
    if feedback.kind == Feedback.Kind.SINGLE:
        # A feedback to one unit is read whole by it, and by nobody else.
        units = {finding.unit_id for finding in found}
        units |= set(Recipient.objects.filter(feedback=feedback).values_list("unit_id", flat=True))
        if len(units) > 1 or None in units:
            return {"findings": ("one_unit", 0)}
    return {}


def _receive(feedback: Feedback, found: Iterable[Finding], actor: User, batch: uuid.UUID) -> None:
    """Whoever a finding is addressed to is given the feedback that holds it."""
    before = set(Recipient.objects.filter(feedback=feedback).values_list("unit_id", flat=True))
    addressed = set(Addressee.objects.filter(finding__in=list(found)).values_list("unit_id", flat=True))
    if addressed <= before:
        return
    Recipient.objects.bulk_create(Recipient(feedback=feedback, unit_id=unit) for unit in sorted(addressed - before))
    trail.record(
        actor=actor,
        act="choose_recipients",
        thing=feedback,
        before={"recipients": sorted(before)},
        after={"recipients": sorted(before | addressed)},
        batch=batch,
    )


def leave_issued(keys: Iterable[int], *, actor: User, act: str, batch: uuid.UUID) -> None:
    """Drafts of a feedback that was issued meanwhile belong to none: it is not issued again."""
    bound = Finding.objects.filter(
        pk__in=list(keys), state=FindingState.DRAFT, feedback__issued_at__isnull=False
    ).values_list("pk", "feedback_id")
    changes: list[trail.Change] = [(Finding(pk=key), {"feedback_id": was}, {"feedback_id": None}) for key, was in bound]
    if not changes:
        return
    now = timezone.now()
    Finding.objects.filter(pk__in=[thing.pk for thing, _, _ in changes]).update(
        feedback=None, changed_by=actor, changed_at=now
    )
    trail.record_many(actor=actor, act=act, changes=changes, batch=batch)
