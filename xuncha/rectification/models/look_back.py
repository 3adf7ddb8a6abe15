"""Going back to what was closed: what was chosen, how, and what was found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.rectification.models.rectification import Rectification
from xuncha.rectification.workflow import LookBackResult
from xuncha.rounds.models import Round


class LookBack(models.Model):
    """回头看: items of a round that were closed, drawn to be looked at again.

    ``candidates`` is how many were in the pot and ``pot`` the digest of their names; with ``seed`` the draw can be
    repeated (`drawing_lots`). Never changed.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="look_backs")
    seed = models.CharField(max_length=64)
    candidates = models.PositiveIntegerField()
    pot = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.round_id} {self.at:%Y-%m-%d}"


class LookedBack(models.Model):
    """抽查事项: one item drawn, with what was found; ``result`` is empty until somebody has looked."""

    look_back = models.ForeignKey(LookBack, models.PROTECT, related_name="items")
    item = models.ForeignKey(Rectification, models.PROTECT, related_name="look_backs")
    name = models.CharField(max_length=100)
    lot = models.CharField(max_length=64)
    result = models.CharField(max_length=12, choices=LookBackResult.choices, blank=True)
    words = models.TextField(_("what was found"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("lot",)
        constraints = (
            models.UniqueConstraint(fields=("look_back", "item"), name="drawn_once"),
            models.CheckConstraint(condition=Q(result__in=[*LookBackResult.values, ""]), name="look_back_result_known"),
        )

    def __str__(self) -> str:
        return self.name
