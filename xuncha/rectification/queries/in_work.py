"""Rounds whose rectification goes on: nothing of them may be destroyed."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from xuncha.rectification.models import DueDate, Duty, HandingOver, Rectification
from xuncha.rectification.workflow import ClosureState


def rounds_in_work() -> QuerySet[HandingOver, Any]:
    """The keys of rounds of which a step is still to come, a duty not met, or what has to be put right not closed, as a
    query to stand inside another.
    """
    ahead = DueDate.objects.filter(handing=OuterRef("pk"), due_on__gte=timezone.localdate())
    unmet = Duty.objects.filter(handing=OuterRef("pk"), done_on__isnull=True)
    rows = Rectification.objects.filter(round=OuterRef("feedback__round"))
    unclosed = rows.exclude(closure=ClosureState.CLOSED)
    going_on = Exists(ahead) | Exists(unmet) | Exists(unclosed)
    return HandingOver.objects.filter(going_on).order_by().values("feedback__round")
