"""Recusals as the actor may see them: the own ones, those that wait, those decided."""

from __future__ import annotations

from typing import Final

from django.db.models import F, QuerySet
from django.utils import timezone

from xuncha.organisation.models import Unit
from xuncha.rounds.models import Recusal, Round
from xuncha.rounds.permissions import open_to_objection, recusals_visible_to, rounds_in_question
from xuncha.rounds.workflow import KEEPS_OFF, OPEN
from xuncha.security.models import User
from xuncha.security.policy import keeps_the_ledger
from xuncha.security.policy import roles as roles_of
from xuncha.security.roles import Role

PAGE: Final = 50
GROUNDS: Final = tuple(Recusal.Ground.choices)
"""Grounds, code and label."""


def _told(rows: QuerySet[Recusal]) -> QuerySet[Recusal]:
    return rows.select_related("user", "unit", "round__term", "raised_by", "decided_by", "ended_by")


def own(actor: User) -> QuerySet[Recusal]:
    """What keeps, or was to keep, the actor off a unit, as far as one learns of it; newest first."""
    return _told(recusals_visible_to(actor).filter(user=actor)).order_by("-id")


def raised_by(actor: User) -> QuerySet[Recusal]:
    """What the actor objected to in others, newest first."""
    return _told(recusals_visible_to(actor).filter(raised_by=actor).exclude(user=actor)).order_by("-id")


def waiting(actor: User) -> QuerySet[Recusal]:
    """Of others, what waits for a decision, oldest first; the office's."""
    rows = recusals_visible_to(actor) if keeps_the_ledger(actor) else Recusal.objects.none()
    return _told(rows.filter(state__in=OPEN).exclude(user=actor)).order_by("id")


def waiting_for(actor: User) -> QuerySet[Recusal]:
    """What the actor can decide on, oldest first."""
    if Role.OFFICE_HEAD not in roles_of(actor):
        return Recusal.objects.none()
    return waiting(actor).exclude(raised_by=actor)


def decided(actor: User, *, before: int | None = None, size: int = PAGE) -> tuple[list[Recusal], int | None]:
    """Of others, what was decided, newest first; ``before``: only older than this key. The second is the key of the
    next page, null on the last. The office's.
    """
    rows = recusals_visible_to(actor) if keeps_the_ledger(actor) else Recusal.objects.none()
    rows = _told(rows.exclude(state__in=OPEN).exclude(user=actor)).order_by("-id")
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


def find_recusal(actor: User, pk: int) -> Recusal | None:
    """The recusal, if the actor may know of it."""
    return _told(recusals_visible_to(actor).filter(pk=pk)).first()


def units_to_keep_off(actor: User) -> QuerySet[Unit]:
    """What one can declare a recusal from: every unit there is by its name, whoever inspects it, but for those one
    keeps off already.
    """
    kept_off = Recusal.objects.filter(user=actor, state__in=KEEPS_OFF).running(timezone.localdate())
    active = Unit.objects.filter(state=Unit.State.ACTIVE).exclude(pk__in=kept_off.values("unit"))
    return active.select_related("sector").order_by(F("sector__order").asc(nulls_last=True), "order", "id")


def units_to_object(actor: User, user: User) -> QuerySet[Unit]:
    """What somebody of the office, or of the same team, can object to a person about."""
    rows = open_to_objection(actor, user).select_related("sector")
    return rows.order_by(F("sector__order").asc(nulls_last=True), "order", "id")


def rounds_to_name(actor: User) -> QuerySet[Round]:
    """The rounds for which the question of a recusal can come up, newest first."""
    return rounds_in_question(actor).select_related("term").order_by("-term__number", "-number")
