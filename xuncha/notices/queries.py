"""What a person was told: everybody's own alone."""

from __future__ import annotations

from typing import Final

from xuncha.notices.models import Notice
from xuncha.security.models import User

PAGE: Final = 50
BOUND: Final = 99
"""Counted as far as this: beyond it a page says "99+"."""


def notices(actor: User, *, before: int | None = None) -> tuple[list[Notice], int | None]:
    """A page of the actor's notices, the newest first, and the key to ask for the next page with."""
    rows = Notice.objects.filter(user=actor)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def unseen(actor: User) -> int:
    """How many of them the actor has not looked at, counted to `BOUND` and one."""
    return Notice.objects.filter(user=actor, seen_at__isnull=True).order_by()[: BOUND + 1].count()
