"""Feedback as the actor may see it: lists, one with what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from xuncha.findings.models import Addressee, Feedback, Finding, Recipient, Requirement
from xuncha.findings.permissions import feedbacks_visible_to, findings_visible_to
from xuncha.findings.workflow import CURRENT, FindingState
from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import Round
from xuncha.security.models import User
from xuncha.security.policy import part_in_sight, reads_the_ledger

PAGE: Final = 50
KINDS: Final = tuple(Feedback.Kind.choices)
"""Kinds of feedback, code and label."""


@dataclass(frozen=True, slots=True)
class FeedbackFilter:
    """What a list of feedback is narrowed to. ``is_issued``: null for both. ``unit``: as a recipient."""

    round: int | None = None
    unit: int | None = None
    kind: str = ""
    is_issued: bool | None = None


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """A page of feedback, newest first; ``before`` is the key to ask for the next page with, null on the last."""

    feedbacks: list[Feedback]
    before: int | None


def feedbacks(actor: User, narrowed: FeedbackFilter | None = None) -> QuerySet[Feedback]:
    """The feedback the actor may see, newest first, with ``findings_count`` and ``requirements_count``.

    ``findings_count`` counts the current findings that the actor may see. ``recipients_count`` and ``first_recipient``
    (short name) are told only to those who read the whole ledger; else null.
    """
    narrowed = narrowed or FeedbackFilter()
    rows = feedbacks_visible_to(actor).select_related("round__term", "issued_by")
    if narrowed.round is not None:
        rows = rows.filter(round=narrowed.round)
    if narrowed.kind:
        rows = rows.filter(kind=narrowed.kind)
    if narrowed.is_issued is not None:
        rows = rows.filter(issued_at__isnull=not narrowed.is_issued)
    reads = reads_the_ledger(actor)
    if narrowed.unit is not None and reads:
        given = Recipient.objects.filter(part_in_sight(actor, round="feedback__round"), unit=narrowed.unit)
        rows = rows.filter(pk__in=given.values("feedback"))
    rows = rows.annotate(
        findings_count=_number(findings_visible_to(actor).filter(state__in=CURRENT)),
        requirements_count=_number(Requirement.objects.all()),
    )
    if reads:
        known = Recipient.objects.filter(part_in_sight(actor, round="feedback__round"))
        named = known.filter(feedback=OuterRef("pk")).order_by("unit__order", "unit_id")
        rows = rows.annotate(
            recipients_count=_number(known),
            first_recipient=Subquery(named.values("unit__short_name")[:1]),
        )
    return rows.order_by("-id")


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = (
        rows.order_by()
        .filter(feedback=OuterRef("pk"))
        .values("feedback")
        .annotate(number=Count("pk", distinct=True))
        .values("number")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def page_of_feedbacks(
    actor: User, narrowed: FeedbackFilter | None = None, *, before: int | None = None, size: int = PAGE
) -> FeedbackPage:
    """A page of the list. ``before``: only those older than this key."""
    rows = feedbacks(actor, narrowed)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: size + 1])
    return FeedbackPage(found[:size], found[size - 1].pk if len(found) > size else None)


def feedback_of(actor: User, pk: int) -> Feedback | None:
    """One feedback; null where it is not there or not in sight."""
    return feedbacks(actor).select_related("paper").defer("paper__text", "paper__reading").filter(pk=pk).first()


def findings_of(actor: User, feedback: Feedback) -> QuerySet[Finding]:
    """The findings of a feedback that the actor may see, by number; those withdrawn or replaced last."""
    rows = findings_visible_to(actor).filter(feedback=feedback, state__in=CURRENT)
    return rows.select_related("category", "unit").order_by("number_key", "id")


def drafts_of(feedback: Feedback) -> int:
    """How many findings issuing would feed back."""
    return Finding.objects.filter(feedback=feedback, state=FindingState.DRAFT).count()


def unbound_drafts_for(actor: User, feedback: Feedback) -> QuerySet[Finding]:
    """Drafts of the round that no feedback waits with and that only units of this one are addressed by, by number."""
    units = Recipient.objects.filter(feedback=feedback).values("unit")
    addressed = Addressee.objects.filter(finding__round=feedback.round_id, finding__state=FindingState.DRAFT)
    rows = findings_visible_to(actor).filter(
        Q(feedback=None) | Q(feedback__issued_at__isnull=False),
        round=feedback.round_id,
        state=FindingState.DRAFT,
        pk__in=addressed.filter(unit__in=units).values("finding"),
    )
    if feedback.kind == Feedback.Kind.SINGLE:
        rows = rows.filter(unit__in=units)
    else:
        rows = rows.exclude(pk__in=addressed.exclude(unit__in=units).values("finding"))
    return rows.select_related("category", "unit").order_by("number_key", "id")


def requirements_of(feedback: Feedback) -> QuerySet[Requirement]:
    """The demands of a feedback in their order; whoever sees the feedback sees all of them."""
    return Requirement.objects.filter(feedback=feedback).order_by("order", "id")


def recipients_of(actor: User, feedback: Feedback) -> list[Unit]:
    """The units that a feedback was or will be given to; of others a unit is told nothing."""
    if not reads_the_ledger(actor):
        return []
    rows = units_visible_to(actor).filter(pk__in=Recipient.objects.filter(feedback=feedback).values("unit"))
    return list(rows.select_related("sector").order_by("order", "id"))


def counts(actor: User) -> tuple[int, int]:
    """How many feedbacks the actor may see that are not issued yet, and that are."""
    rows = feedbacks_visible_to(actor).order_by()
    issued = rows.filter(issued_at__isnull=False).count()
    return rows.count() - issued, issued


def rounds_of_feedbacks(actor: User) -> QuerySet[Round]:
    """The rounds that feedback the actor may see belongs to, newest first."""
    used = feedbacks_visible_to(actor).values("round")
    return Round.objects.select_related("term").filter(pk__in=used).order_by("-term__number", "-number")
