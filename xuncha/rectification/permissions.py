"""Who sees what was handed over and what follows from it, and who may do what with it."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet

from xuncha.findings.permissions import feedbacks_visible_to
from xuncha.rectification.models import DueDate, Duty, HandingOver
from xuncha.security.models import User
from xuncha.security.policy import Policy, part_in_sight, units_acted_for


class RectificationPolicy(Policy):
    """The office hands over; a unit answers for its own part, and knows of no other's."""

    office_acts = frozenset({"hand_over_feedback"})
    reading_acts = frozenset({"see_all_parts"})
    unit_acts = frozenset({"record_duty"})

    def may(self, actor: User, act: str, thing: object | None = None) -> bool:
        if act in self.unit_acts:
            unit = getattr(thing, "unit_id", None)
            return unit is not None and units_acted_for(actor).filter(scope_id=unit).exists()
        return super().may(actor, act, thing)

    def acts_for_a_unit(self, actor: User) -> bool:
        """Whether the actor answers for any unit at all."""
        return units_acted_for(actor).exists()


POLICY: Final = RectificationPolicy()


def handings_visible_to(actor: User) -> QuerySet[HandingOver]:
    """What was handed over, of the parts that the actor may know."""
    return HandingOver.objects.filter(part_in_sight(actor), feedback__in=feedbacks_visible_to(actor).values("pk"))


def due_dates_visible_to(actor: User) -> QuerySet[DueDate]:
    """The due dates of the parts that the actor may know."""
    return DueDate.objects.filter(handing__in=handings_visible_to(actor).values("pk"))


def duties_visible_to(actor: User) -> QuerySet[Duty]:
    """The duties of the parts that the actor may know."""
    return Duty.objects.filter(handing__in=handings_visible_to(actor).values("pk"))
