"""超期: what is late and for how long. The one place that says what late means."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from xuncha.findings.workflow import FindingState
from xuncha.rectification.models import Measure, Rectification
from xuncha.rectification.permissions import known_measures, rectifications_visible_to
from xuncha.rectification.queries.plan_drafts import told_to
from xuncha.rectification.workflow import ClosureState, DueBy, Progress
from xuncha.rounds.models import Round
from xuncha.security.models import User

OPEN: Final = (ClosureState.NONE, ClosureState.RETURNED, ClosureState.REOPENED)
"""Where the unit has to act: not applied for closure, sent back, or reopened."""


def running() -> Q:
    """Of items, those whose clock runs: the unit has to act, and it was not made to stand."""
    return Q(closure__in=OPEN, suspended_on__isnull=True)


def is_running(item: Rectification) -> bool:
    """The same of one item."""
    return item.closure in OPEN and item.suspended_on is None


def is_overdue(today: datetime.date) -> Q:
    """Of items, those past their day that were not applied for closure, were not extended, and whose clock runs."""
    return running() & Q(due_on__lt=today)


def days_late(item: Rectification, today: datetime.date) -> int:
    """How many days an item is late; 0 where it is not."""
    late = is_running(item) and item.due_on is not None and item.due_on < today
    return (today - item.due_on).days if late and item.due_on is not None else 0


def granted_until(measure: Measure, item: Rectification) -> datetime.date | None:
    """The day that was granted to the item of a measure, and so to the measure; null without, or once it is done."""
    return item.due_on if item.due_by == DueBy.EXTENSION and measure.progress != Progress.DONE else None


def measure_due(measure: Measure, item: Rectification) -> datetime.date | None:
    """The day that holds for a measure: its own, or a later one granted to its item; null where it has none."""
    granted = granted_until(measure, item)
    return measure.due_on if measure.due_on is None or granted is None else max(measure.due_on, granted)


def measure_late(measure: Measure, item: Rectification, today: datetime.date) -> bool:
    """Whether a measure is late: not done, past the day that holds, and the clock of its item runs."""
    due_on = measure_due(measure, item)
    return measure.progress != Progress.DONE and is_running(item) and due_on is not None and due_on < today


def items(actor: User, round: Round) -> QuerySet[Rectification]:
    """The items of a round that count, on the board and as late: of findings that stand."""
    return rectifications_visible_to(actor).filter(round=round, finding__state=FindingState.ISSUED)


@dataclass(frozen=True, slots=True)
class Late:
    """An item that is late: by how many days, and who answers for it (empty where no measure names anybody)."""

    item: Rectification
    days: int
    leader: str


def overdue_items(actor: User, round: Round, today: datetime.date, *, most: int) -> list[Late]:
    """The items of a round that are late, the latest first, of those the actor may know."""
    found = list(
        items(actor, round).filter(is_overdue(today)).select_related("finding", "unit").order_by("due_on", "pk")[:most]
    )
    leaders: dict[int, str] = {}
    known = known_measures(actor).filter(rectification__in=found).select_related("rectification")
    for measure in told_to(actor, known.order_by("order", "pk")):
        if measure.responsible_leader:
            leaders.setdefault(measure.rectification_id, measure.responsible_leader)
    return [Late(item, days_late(item, today), leaders.get(item.pk, "")) for item in found]
