"""People are told things, and look at them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from django.utils import timezone

from xuncha.notices.models import Notice
from xuncha.security.models import User

BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What a person (by key) is to be told; the same ``key`` again tells nothing."""

    user: int
    kind: str
    key: str
    facts: dict[str, Any] = field(default_factory=dict)


def tell(notices: Iterable[NewNotice]) -> None:
    """告知, many at once, in portions. What somebody was told before is passed over. No act of a person: no trail."""
    rest = iter(notices)
    while portion := list(islice(rest, BATCH)):
        Notice.objects.bulk_create(
            [Notice(user_id=new.user, kind=new.kind, key=new.key, facts=new.facts) for new in portion],
            ignore_conflicts=True,
        )


def see_notices(*, until: int, actor: User) -> int:
    """已阅: the actor has looked at all notices up to one of them; how many were new."""
    rows = Notice.objects.filter(user=actor, seen_at__isnull=True, pk__lte=until)
    return rows.update(seen_at=timezone.now())
