"""What is due, what is held back, what was proposed and what is certified."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from xuncha.security import policy
from xuncha.security.models import Destroyed, Destruction, Hold, RetentionRule, User
from xuncha.security.retention.kinds import RecordKind, kinds
from xuncha.security.retention.workflow import OPEN, DestructionState
from xuncha.security.roles import Role
from xuncha.vocabulary.loading import load

PAGE: Final = 50
MANY: Final = 10_000
"""Free counts stop here: "10,000+"."""


def proposes(actor: User) -> bool:
    """Whether the actor proposes destructions and holds records back: whoever keeps the ledger."""
    return policy.keeps_the_ledger(actor)


def confirms(actor: User) -> bool:
    """Whether the actor's word is the first: that the office needs it no more. The head's."""
    return Role.OFFICE_HEAD in policy.roles(actor)


def approves(actor: User) -> bool:
    """Whether the actor's word is the second: that rule, term and holds are kept. The security administrator's."""
    return Role.SECURITY_ADMINISTRATOR in policy.roles(actor)


def sees_names(actor: User) -> bool:
    """Whether the actor sees what the records are called; whoever administers sees kinds and numbers alone."""
    return policy.keeps_the_ledger(actor) and not policy.is_excluded(actor)


def rule_of(kind: RecordKind) -> RetentionRule:
    """The rule of a kind: as the office set it, else as it ships (``version`` 0)."""
    return RetentionRule.objects.filter(kind=kind.code).first() or _shipped(kind)


def _shipped(kind: RecordKind) -> RetentionRule:
    term = load("retention")[kind.code]
    return RetentionRule(kind=kind.code, years=term["years"], event=term["event"], source=term["source"], version=0)


def before_of(rule: RetentionRule, today: datetime.date | None = None) -> datetime.datetime:
    """The moment before which the event must lie: the day's beginning, so many years ago."""
    today = today or timezone.localdate()
    year = today.year - rule.years
    # Of 29 February the last day of the month in other years: nothing goes a day too early.
    leap = (today.month, today.day) == (2, 29) and not calendar.isleap(year)
    day = datetime.date(year, 2, 28) if leap else today.replace(year=year)
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=timezone.get_current_timezone())


def due(kind: RecordKind, event: str, before: datetime.datetime) -> QuerySet[Any]:
    """What may be destroyed: over its time, in nobody's work, and not held back; a condition in SQL."""
    held = Hold.objects.filter(kind=kind.code, lifted_at__isnull=True)
    rows = kind.due(event, before).exclude(pk__in=held.filter(object_id__isnull=False).values("object_id"))
    return rows.none() if held.filter(object_id__isnull=True).exists() else rows


@dataclass(frozen=True, slots=True)
class Standing:
    """How one kind stands. ``due`` is counted to `MANY`; ``open`` the destruction that is under way, null without."""

    kind: RecordKind
    rule: RetentionRule
    due: int
    is_more: bool
    held: int
    open: Destruction | None


def standings() -> list[Standing]:
    """Every kind with its rule and what is due, in a number of queries that does not grow with the records."""
    rules = {rule.kind: rule for rule in RetentionRule.objects.all()}
    under_way = {each.kind: each for each in Destruction.objects.filter(state__in=OPEN)}
    held: dict[str, int] = {}
    for code in Hold.objects.filter(lifted_at__isnull=True).values_list("kind", flat=True):
        held[code] = held.get(code, 0) + 1
    found = []
    for kind in kinds().values():
        rule = rules.get(kind.code) or _shipped(kind)
        number = due(kind, rule.event, before_of(rule)).order_by().values("pk")[: MANY + 1].count()
        found.append(
            Standing(kind, rule, min(number, MANY), number > MANY, held.get(kind.code, 0), under_way.get(kind.code))
        )
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows; ``after`` is the key to go on with, null on the last page."""

    rows: Sequence[Any]
    after: int | None


def page_of_due(kind: RecordKind, *, after: int | None = None, size: int = PAGE) -> Page:
    """What is due today, by key."""
    rule = rule_of(kind)
    rows = due(kind, rule.event, before_of(rule)).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return _page(list(rows[: size + 1]), size)


def page_of_destroyed(destruction: Destruction, *, after: int | None = None, size: int = PAGE) -> Page:
    """What a destruction destroyed, by key."""
    rows = Destroyed.objects.filter(destruction=destruction).order_by("object_id")
    if after is not None:
        rows = rows.filter(object_id__gt=after)
    found = list(rows[: size + 1])
    return Page(found[:size], found[size - 1].object_id if len(found) > size else None)


def page_of_destructions(*, before: int | None = None, size: int = PAGE) -> Page:
    """All destructions, newest first; to go on with ``before``."""
    rows = _with_people().order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _page(list(rows[: size + 1]), size)


def _page(found: list[Any], size: int) -> Page:
    return Page(found[:size], found[size - 1].pk if len(found) > size else None)


def _with_people() -> QuerySet[Destruction]:
    return Destruction.objects.select_related("proposed_by", "confirmed_by", "approved_by", "ended_by")


def find(key: int) -> Destruction | None:
    """One destruction; null where there is none."""
    return _with_people().filter(pk=key).first()


def holds(kind: RecordKind) -> QuerySet[Hold]:
    """What is held back of a kind, newest first."""
    return Hold.objects.filter(kind=kind.code, lifted_at__isnull=True).select_related("placed_by").order_by("-id")


def find_hold(key: int) -> Hold | None:
    """One hold; null where there is none."""
    return Hold.objects.filter(pk=key).first()


def waiting_for(actor: User) -> QuerySet[Destruction]:
    """The destructions that wait for the actor's word, oldest first."""
    rows = _with_people().order_by("id")
    if confirms(actor):
        return rows.filter(state=DestructionState.PROPOSED).exclude(proposed_by=actor)
    if approves(actor):
        return rows.filter(state=DestructionState.CONFIRMED).exclude(confirmed_by=actor)
    return rows.filter(pk__in=())
