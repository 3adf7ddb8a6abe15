"""What is noted under seal beside a finding."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from xuncha.findings.models.finding import Finding
from xuncha.security.fields import SealedTextField


class SealedNote(models.Model):
    """密注: what may be opened by approval alone, such as who told of the finding; ``serial`` counts per finding.

    It is written once, never changed, and nobody sees it on a page of the ledger, whoever wrote it neither.
    ``destroyed_at``: its text was destroyed by rule; that there was one stays.
    """

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="sealed_notes")
    serial = models.PositiveIntegerField()
    text = SealedTextField(bound_to=("finding_id", "serial"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("finding_id", "serial")
        constraints = (models.UniqueConstraint(fields=("finding", "serial"), name="sealed_note_once"),)
        indexes = (models.Index(fields=("at", "id"), name="sealed_note_by_time"),)

    def __str__(self) -> str:
        return f"{self.finding_id} {self.serial}"
