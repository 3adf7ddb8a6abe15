"""Requests for more time: an extension, or a clock that stands while a case is open."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.rectification.models.rectification import Rectification
from xuncha.rectification.workflow import ClockKind, ClockState


class ClockRequest(models.Model):
    """延期、中止申请: a unit asks for another day, or that the clock stand; the office decides. Every row is kept.

    ``old_due`` is the day that held when it was asked, null where none was set. Of an extension: ``wanted_due`` as
    asked, ``new_due`` as granted. Of a suspension: ``since`` the first day on which the clock stands; ``resumed_on``
    the day from which it runs again, null until then; ``new_due`` the day that holds after it.
    """

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="clock_requests")
    kind = models.CharField(max_length=10, choices=ClockKind.choices)
    state = models.CharField(max_length=10, choices=ClockState.choices, default=ClockState.ASKED)
    reason = models.TextField(_("reason"))
    old_due = models.DateField(_("old date"), null=True, blank=True)
    wanted_due = models.DateField(_("wanted date"), null=True, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    new_due = models.DateField(_("new date"), null=True, blank=True)
    resumed_on = models.DateField(_("resumed on"), null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(_("the office's words"), blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=ClockKind.values), name="clock_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ClockState.values), name="clock_state_known"),
            models.CheckConstraint(
                condition=Q(kind="extension", wanted_due__isnull=False) | Q(kind="suspension", since__isnull=False),
                name="clock_asks_for_something",
            ),
            # 申请人不得批准本人的申请.
            models.CheckConstraint(condition=~Q(decided_by=models.F("asked_by")), name="clock_decided_by_another"),
            models.UniqueConstraint(
                fields=("rectification",), condition=Q(state="asked"), name="one_clock_request_at_a_time"
            ),
        )
        indexes = (models.Index(fields=("state", "id"), name="clock_by_state"),)

    def __str__(self) -> str:
        return f"{self.rectification_id} {self.kind}"
