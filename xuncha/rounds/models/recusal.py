"""Who keeps off which unit, and why."""

from __future__ import annotations

import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.organisation.models import Unit
from xuncha.rounds.models.round import Round
from xuncha.rounds.workflow import OPEN, RecusalState
from xuncha.security.models import User


class RecusalRows(models.QuerySet["Recusal"]):
    """Recusals by how they stand."""

    def running(self, day: datetime.date) -> RecusalRows:
        """Those that wait for a decision, or were upheld and are not over on the day."""
        upheld = Q(state=RecusalState.UPHELD) & (Q(until__isnull=True) | Q(until__gte=day))
        return self.filter(Q(state__in=OPEN) | upheld)


class Recusal(models.Model):
    """回避: a person keeps off a unit for a ground; declared by the person, or objected to by another.

    ``round`` is the round for which the question came up, null where for none. The unit is hidden as a whole, in every
    round: the ground lies between person and unit. ``until`` is the last day of what was upheld, null without end.
    ``reason`` is that of the decision, ``end_reason`` that of ending it before its day.
    """

    class Ground(models.TextChoices):
        KIN = "kin", _("Kin")
        FORMER_POST = "former_post", _("Former post or shared leadership")
        ECONOMIC_INTEREST = "economic_interest", _("Economic interest")
        OTHER = "other", _("Other ground")

    user = models.ForeignKey(User, models.PROTECT, related_name="recusals")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="recusals")
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="recusals")
    ground = models.CharField(_("ground"), max_length=20, choices=Ground.choices)
    words = models.CharField(_("in what it lies"), max_length=300, blank=True)
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    raised_on = models.DateField(default=timezone.localdate)
    state = models.CharField(max_length=10, choices=RecusalState.choices)
    until = models.DateField(_("until"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects: ClassVar[models.Manager[Recusal]] = RecusalRows.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("declared", "objected"), decided_by=None) | Q(decided_by__isnull=False),
                name="recusal_was_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("user")), name="recusal_is_not_decided_by_oneself"
            ),
        )
        indexes = (
            models.Index(fields=("state", "raised_on"), name="recusal_by_state"),
            models.Index(fields=("user", "unit"), name="recusal_by_person"),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.unit} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state in OPEN
