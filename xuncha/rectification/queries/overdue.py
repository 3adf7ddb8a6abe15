"""超期: what is late and for how long. The one place that says what late means."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from xuncha.findings.workflow import FindingState
from xuncha.rectification.models import Measure, Rectification
from xuncha.rectification.permissions import rectifications_visible_to
from xuncha.rectification.workflow import ClosureState
from xuncha.rounds.models import Round
from xuncha.security.models import User

OPEN: Final = (ClosureState.NONE, ClosureState.RETURNED, ClosureState.REOPENED)
"""Where the unit has to act: not applied for closure, sent back, or reopened."""


def is_overdue(today: datetime.date) -> Q:
    """Of items, those past their day that were not applied for closure, were not extended, and whose clock runs."""
    return Q(closure__in=OPEN, due_on__lt=today, suspended_on__isnull=True)


def days_late(item: Rectification, today: datetime.date) -> int:
    """How many days an item is late; 0 where it is not."""
    late = item.closure in OPEN and item.suspended_on is None and item.due_on is not None and item.due_on < today
    return (today - item.due_on).days if late and item.due_on is not None else 0


@dataclass(frozen=True, slots=True)
class Late:
    """An item that is late: by how many days, and who answers for it (empty where no measure names anybody)."""

    item: Rectification
    days: int
    leader: str


def overdue_items(actor: User, round: Round, today: datetime.date, *, most: int) -> list[Late]:
    """The items of a round that are late, the latest first, of those the actor may know."""
    rows = rectifications_visible_to(actor).filter(is_overdue(today), round=round, finding__state=FindingState.ISSUED)
    found = list(rows.select_related("finding", "unit").order_by("due_on", "pk")[:most])
    leaders: dict[int, str] = {}
    named = Measure.objects.filter(rectification__in=found).exclude(responsible_leader="").order_by("order", "pk")
    for item, leader in named.values_list("rectification", "responsible_leader"):
        leaders.setdefault(item, leader)
    return [Late(item, days_late(item, today), leaders.get(item.pk, "")) for item in found]
