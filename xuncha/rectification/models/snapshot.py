"""Numbers for publication, frozen with the rows that they were counted from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.rounds.models import Round


class Snapshot(models.Model):
    """快照: how a round stood at a moment; nothing in it is ever changed.

    ``figures`` are the numbers; ``rows`` the parts they were counted from, packed (`freezing.packed`): whoever has them
    counts again. ``line`` is signed by the key of the anchors over number, digest of both, and place in the trail.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="snapshots")
    number = models.CharField(_("number"), max_length=40, unique=True)
    at = models.DateTimeField(default=timezone.now)
    figures = models.JSONField()
    rows = models.BinaryField()
    line = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("round", "-id"), name="snapshots_of_round"),)

    def __str__(self) -> str:
        return self.number
