"""Rectifications are opened by the claims that take findings on, and follow the dates that hold for them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from xuncha.findings.workflow import Origin
from xuncha.rectification.models import Claim, DueDate, Rectification
from xuncha.rectification.workflow import CLOSURE_HELD, DueBy, Horizon, is_taken_on
from xuncha.rulebook.models import DeadlineRule
from xuncha.security.errors import IllegalTransition

BATCH: Final = 500
# What hangs on an item once work on it has begun.
_BEGUN: Final = ("measures", "steps", "clock_requests", "site_checks", "letters")


def open_or_withdraw(claims: Sequence[Claim]) -> None:
    """立项: claims that take their finding on have a rectification; one whose claim no longer does is withdrawn.

    Part of the act that settles the claims, told on the trail with them; in as many queries for one claim as for many.
    Errors: `IllegalTransition` (``work_stands``) where measures, requests or letters stand already: nothing of it is
    thrown away.
    """
    by_key = {claim.pk: claim for claim in claims}
    there = set(Rectification.objects.filter(claim__in=by_key).values_list("claim", flat=True))
    gone = [pk for pk, claim in by_key.items() if pk in there and not is_taken_on(claim.state)]
    if gone:
        withdrawn = Rectification.objects.filter(claim__in=gone)
        begun = Q(*((f"{name}__isnull", False) for name in _BEGUN), _connector=Q.OR)
        if withdrawn.filter(begun).exists():
            raise IllegalTransition("work_stands", act="answer_claims", state="taken_on")
        withdrawn.delete()
    new = [claim for pk, claim in by_key.items() if pk not in there and is_taken_on(claim.state)]
    period = _period_ends(new)
    Rectification.objects.bulk_create([_opened(claim, period) for claim in new], batch_size=BATCH)


def _opened(claim: Claim, period: dict[tuple[int, int], datetime.date]) -> Rectification:
    finding = claim.finding
    by_rule = period.get((finding.feedback_id or 0, claim.unit_id))
    stated = finding.stated_due
    return Rectification(
        claim=claim,
        round_id=finding.round_id,
        finding=finding,
        unit_id=claim.unit_id,
        horizon=Horizon.IMMEDIATE if finding.immediate else Horizon.PERIOD,
        due_on=stated or by_rule,
        due_by=DueBy.PAPER if stated else DueBy.RULE,
        inherited=finding.origin == Origin.LEGACY,
        opened_on=timezone.localdate(),
    )


def _period_ends(claims: Iterable[Claim]) -> dict[tuple[int, int], datetime.date]:
    """The end of the concentrated period, by feedback and unit."""
    rows = DueDate.objects.filter(
        rule__code=DeadlineRule.PERIOD,
        handing__feedback__in={claim.finding.feedback_id for claim in claims},
        handing__unit__in={claim.unit_id for claim in claims},
    )
    return {
        (feedback, unit): day
        for feedback, unit, day in rows.values_list("handing__feedback", "handing__unit", "due_on")
    }


def hold_items_due_by_rule(rounds: Iterable[int] | None = None, units: Iterable[int] | None = None) -> None:
    """Hold what may move with the end of the period, in order, before anything is told: items come before the trail in
    every act, so that two cannot wait for each other. ``rounds``, ``units``: of these only, by key; null for all.
    """
    # Ordered by its key, the row is held alone: no join reaches for its finding.
    list(_due_by_rule(rounds, units).select_for_update().order_by("pk").values_list("pk", flat=True))


def follow_due_dates(rounds: Iterable[int] | None = None, units: Iterable[int] | None = None) -> int:
    """Items due by rule follow the end of the period where that moved; how many moved. ``rounds``, ``units``: of these
    only, by key, as `hold_items_due_by_rule` held them; null for all.

    In one statement, however many there are.
    """
    # Joins stand in the inner query: the rows that are changed can have none.
    ends = DueDate.objects.filter(
        rule__code=DeadlineRule.PERIOD,
        handing__feedback__findings__rectifications=OuterRef("pk"),
        handing__unit=OuterRef("unit"),
    ).order_by("-due_on")
    end = Subquery(ends.values("due_on")[:1])
    rows = _due_by_rule(rounds, units).exclude(due_on=end)
    return Rectification.objects.filter(pk__in=rows.values("pk")).update(due_on=end)


def _due_by_rule(rounds: Iterable[int] | None, units: Iterable[int] | None) -> QuerySet[Rectification]:
    rows = Rectification.objects.filter(due_by=DueBy.RULE).exclude(closure__in=CLOSURE_HELD)
    if rounds is not None:
        rows = rows.filter(round__in=list(rounds))
    return rows if units is None else rows.filter(unit__in=list(units))
