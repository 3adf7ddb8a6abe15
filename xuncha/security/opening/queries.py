"""Requests to open and openings: of whoever asked, of those who decide, and of the security administrator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from xuncha.security import policy
from xuncha.security.models import Opening, OpeningRequest, OpeningRule, User
from xuncha.security.opening.kinds import SealedKind, kinds
from xuncha.security.opening.workflow import OpeningState
from xuncha.security.roles import Role

PAGE: Final = 50
MANY: Final = 1000
"""Free counts stop here."""


def watches_openings(actor: User) -> bool:
    """Whether the actor watches over all openings: the security administrator, who opens none."""
    return Role.SECURITY_ADMINISTRATOR in policy.roles(actor)


def _held(actor: User) -> frozenset[str]:
    standing = policy.standing(actor)
    return standing.roles | standing.partial


def asks_for(actor: User, kind: SealedKind) -> bool:
    """Whether the actor's roles let ask for values of the kind."""
    return bool(_held(actor) & kind.askers)


def decides(actor: User, kind: SealedKind) -> bool:
    """Whether the actor's roles let decide on values of the kind."""
    return bool(_held(actor) & kind.approvers)


def _decided_by(actor: User) -> Q:
    mine = Q(pk__in=())
    for kind in kinds().values():
        if decides(actor, kind):
            mine |= Q(kind=kind.code, object_id__in=kind.in_sight(actor))
    return mine


def _own(actor: User) -> Q:
    """The own requests; of whoever is recused only those whose object is still in sight."""
    own = Q(asked_by=actor)
    if policy.is_excluded(actor):
        in_sight = Q(pk__in=())
        for kind in kinds().values():
            in_sight |= Q(kind=kind.code, object_id__in=kind.in_sight(actor))
        own &= in_sight
    return own


def requests_visible_to(actor: User) -> QuerySet[OpeningRequest]:
    """The requests the actor may know of: the own ones, those to decide, all for the security administrator."""
    rows = OpeningRequest.objects.select_related("asked_by", "decided_by")
    return rows if watches_openings(actor) else rows.filter(_own(actor) | _decided_by(actor))


def waiting_for(actor: User) -> QuerySet[OpeningRequest]:
    """What waits for the actor's word, oldest first; never what the actor asked for."""
    rows = OpeningRequest.objects.select_related("asked_by").filter(_decided_by(actor), state=OpeningState.ASKED)
    return rows.exclude(asked_by=actor).order_by("id")


def good_for(actor: User) -> QuerySet[OpeningRequest]:
    """The actor's own requests under which a value may be opened now, oldest first."""
    rows = OpeningRequest.objects.select_related("decided_by").filter(
        _own(actor), state=OpeningState.APPROVED, good_until__gt=timezone.now(), made__lt=F("allowed")
    )
    return rows.order_by("id")


def find(actor: User, key: int) -> OpeningRequest | None:
    """One request; null: out of sight."""
    return requests_visible_to(actor).filter(pk=key).first()


@dataclass(frozen=True, slots=True)
class Page:
    """Requests, newest first; ``before`` is the number to go on with, null on the last page."""

    rows: Sequence[OpeningRequest]
    before: int | None


def page(actor: User, *, before: int | None = None, size: int = PAGE) -> Page:
    """A page of requests."""
    rows = requests_visible_to(actor).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: size + 1])
    return Page(found[:size], found[size - 1].pk if len(found) > size else None)


def openings_of(requests: Iterable[OpeningRequest]) -> Mapping[int, list[Opening]]:
    """The openings of requests in sight, by the request's key."""
    found: dict[int, list[Opening]] = {}
    for opening in Opening.objects.filter(request__in=[request.pk for request in requests]).order_by("id"):
        found.setdefault(opening.request_id, []).append(opening)
    return found


def own_requests(actor: User, kind: SealedKind, keys: Iterable[int]) -> Mapping[int, OpeningRequest]:
    """What the actor asked for of objects: for each the newest request that is undecided or still good."""
    rows = OpeningRequest.objects.filter(kind=kind.code, object_id__in=list(keys), asked_by=actor)
    rows = rows.filter(Q(state=OpeningState.ASKED) | Q(state=OpeningState.APPROVED, good_until__gt=timezone.now()))
    return {row.object_id: row for row in rows.order_by("id") if row.state == OpeningState.ASKED or row.is_good}


def rule_of(kind: SealedKind) -> OpeningRule:
    """The rule of a kind: as the office set it, else as it ships (``version`` 0)."""
    return OpeningRule.objects.filter(kind=kind.code).first() or _shipped(kind)


def rules() -> list[tuple[SealedKind, OpeningRule]]:
    """Every kind with its rule, in one query."""
    found = {rule.kind: rule for rule in OpeningRule.objects.all()}
    return [(kind, found.get(kind.code) or _shipped(kind)) for kind in kinds().values()]


def _shipped(kind: SealedKind) -> OpeningRule:
    return OpeningRule(kind=kind.code, hours=kind.hours, openings=kind.openings, source=kind.source, version=0)
