"""Rounds whose rectification goes on: nothing of them may be destroyed."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from xuncha.rectification.models import DueDate, Duty, HandingOver


def rounds_in_work() -> QuerySet[HandingOver, Any]:
    """The keys of rounds of which a step is still to come or a duty not met, as a query to stand inside another."""
    ahead = DueDate.objects.filter(handing=OuterRef("pk"), due_on__gte=timezone.localdate())
    unmet = Duty.objects.filter(handing=OuterRef("pk"), done_on__isnull=True)
    return HandingOver.objects.filter(Exists(ahead) | Exists(unmet)).order_by().values("feedback__round")
