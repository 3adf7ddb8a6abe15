"""Findings and what units answer to them: a unit's own, and the office's queue."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from xuncha.findings.models import Addressee, Attribution
from xuncha.organisation.models import Unit
from xuncha.rectification.models import Claim, ClaimStep, DueDate
from xuncha.rectification.permissions import POLICY, parts_answered_by, parts_visible_to
from xuncha.rectification.queries.times import alerts_of
from xuncha.rectification.workflow import ANSWERS, PENDING, ClaimState, Review, may_move
from xuncha.rounds.models import Round
from xuncha.security.models import User
from xuncha.security.policy import units_acted_for
from xuncha.vocabulary.days import Alert

PAGE: Final = 50
ANSWER_CHOICES: Final = [(state.value, state.label) for state in ANSWERS]
"""What a unit can answer, code and label."""
CLAIM_STEP: Final = "claim"
"""The deadline by which units have to answer."""

# A heap of the queue: code to condition on the part.
HEAPS: Final[dict[str, Q]] = {
    "waiting": Q(claim__review=Review.WAITING),
    "silent": Q(claim__isnull=True),
    "questioned": Q(claim__review=Review.QUESTIONED),
    "accepted": Q(claim__review=Review.ACCEPTED),
    "ruled": Q(claim__review=Review.RULED),
    # Of a unit's own page.
    "open": Q(claim__isnull=True) | Q(claim__review=Review.QUESTIONED),
    "settled": Q(claim__review__in=(Review.ACCEPTED, Review.RULED)),
}


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """What a list of parts is narrowed to. ``heap``: a code of `HEAPS`, empty for all; ``state``: an answer."""

    round: int | None = None
    unit: int | None = None
    heap: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """A page of parts; ``after`` is the key to ask for the next page with, null on the last."""

    parts: list[Addressee]
    after: int | None


def _narrowed(rows: QuerySet[Addressee], narrowed: ClaimFilter) -> QuerySet[Addressee]:
    if narrowed.round is not None:
        rows = rows.filter(finding__round=narrowed.round)
    if narrowed.unit is not None:
        rows = rows.filter(unit=narrowed.unit)
    if narrowed.state:
        rows = rows.filter(claim__state=narrowed.state)
    return rows


def parts(actor: User, narrowed: ClaimFilter, *, after: int | None = None, size: int = PAGE) -> ClaimPage:
    """A page of the parts that the actor may know, each with ``claim`` (null: no answer), its steps, and ``due_on``."""
    rows = _narrowed(parts_visible_to(actor), narrowed)
    if narrowed.heap:
        rows = rows.filter(HEAPS[narrowed.heap])
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(_complete(rows).order_by("pk")[: size + 1])
    return ClaimPage(found[:size], found[size - 1].pk if len(found) > size else None)


def _complete(rows: QuerySet[Addressee]) -> QuerySet[Addressee]:
    due = DueDate.objects.filter(
        handing__feedback=OuterRef("finding__feedback"), handing__unit=OuterRef("unit"), rule__code=CLAIM_STEP
    )
    steps = Prefetch("claim__steps", ClaimStep.objects.select_related("by").order_by("id"))
    return (
        rows.select_related("finding", "unit", "claim")
        .annotate(due_on=Subquery(due.values("due_on")[:1]))
        .prefetch_related(steps, "finding__manifestations")
    )


def some_parts(actor: User, keys: Sequence[int]) -> list[Addressee]:
    """Parts by key, of those the actor may know, in order."""
    return list(_complete(parts_visible_to(actor).filter(pk__in=keys)).order_by("pk"))


def counts(actor: User, narrowed: ClaimFilter) -> dict[str, int]:
    """How many parts the actor may know lie on each heap, and ``all``; in one query."""
    rows = _narrowed(parts_visible_to(actor), narrowed).order_by()
    by_review = dict(rows.values_list("claim__review").annotate(number=Count("pk")))
    silent = by_review.get(None, 0)
    told = {code: by_review.get(code, 0) for code in Review.values}
    return {
        **told,
        "silent": silent,
        "open": silent + told[Review.QUESTIONED],
        "settled": told[Review.ACCEPTED] + told[Review.RULED],
        "all": sum(by_review.values()),
    }


def last_step() -> int:
    """The key of the last step of any claim: what a decision says it has seen."""
    return ClaimStep.objects.aggregate(last=Max("pk"))["last"] or 0


def decidable(parts: Sequence[Addressee], act: str) -> tuple[list[Addressee], list[Addressee]]:
    """Of parts those for which the office's act is possible, and those for which it is not."""
    can = [part for part in parts if may_move(act, *_standing(part))]
    return can, [part for part in parts if part not in can]


def claim_of(part: Addressee) -> Claim | None:
    """The claim of a part, null where the unit has not answered."""
    return getattr(part, "claim", None)


def _standing(part: Addressee) -> tuple[str, str]:
    claim = claim_of(part)
    return (claim.review, claim.state) if claim else (PENDING, PENDING)


def answerable(actor: User, keys: Sequence[int]) -> set[int]:
    """Of parts, those that the actor may answer for."""
    return set(parts_answered_by(actor).filter(pk__in=keys).values_list("pk", flat=True))


def units_answered_for(actor: User) -> set[int | None]:
    """The keys of the units that the actor answers for."""
    return set(units_acted_for(actor).values_list("scope_id", flat=True))


def silence(actor: User, round: Round | None, most: int = 200) -> list[Addressee]:
    """应认未认: parts of joint findings that the office noted in the unit, and that the unit has not taken on.

    The office's alone: it rests on private notes. Errors: `NotPermitted`.
    """
    POLICY.require(actor, "see_silence")
    noted = Attribution.objects.filter(finding=OuterRef("finding"), unit=OuterRef("unit"))
    unclaimed = Q(claim__isnull=True) | Q(claim__state__in=(ClaimState.NONE_FOUND, ClaimState.NOT_OURS))
    rows = parts_visible_to(actor).filter(unclaimed, Exists(noted))
    if round is not None:
        rows = rows.filter(finding__round=round)
    return list(_complete(rows).order_by("pk")[:most])


def units_with_parts(actor: User, round: Round | None) -> list[Unit]:
    """The units that have to answer in a round, of those the actor may know."""
    used = parts_visible_to(actor)
    if round is not None:
        used = used.filter(finding__round=round)
    return list(Unit.objects.filter(pk__in=used.values("unit")).order_by("order", "id"))


def claim_alerts() -> tuple[Alert, ...]:
    """The warnings of the deadline of claiming; none where it is out of use."""
    return alerts_of(CLAIM_STEP)


def due_of(part: Any) -> datetime.date | None:
    """By when a part of a list has to be answered; null where no deadline is set."""
    found: datetime.date | None = part.due_on
    return found
