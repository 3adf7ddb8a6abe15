"""Signs that something was put right on paper only, left to a person's judgement."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.rectification.models.rectification import Evidence, Measure, ProgressEntry, Rectification


class PaperFlag(models.Model):
    """疑似纸面整改: a sign that a person should look at; never a verdict.

    ``entry`` and ``evidence`` are what it is about, ``other_entry`` and ``other_evidence`` what it is alike to, maybe
    of another unit: no unit sees a flag. ``share``: likeness in percent, null where it is none of texts. ``outcome`` is
    empty until somebody noted what is to be thought of it, and why.
    """

    class Kind(models.TextChoices):
        """What it is a sign of."""

        SAME_TEXT = "same_text", _("Same text reported elsewhere")
        SAME_FILE = "same_file", _("Same file as evidence twice")
        ONLY_MEETINGS = "only_meetings", _("Only meetings and papers")
        LAST_DAY = "last_day", _("Everything done on the last day")
        NO_FACT = "no_fact", _("Done without a changed fact")
        EARLY_PROOF = "early_proof", _("Evidence older than the feedback")

    class Outcome(models.TextChoices):
        """What somebody noted of it."""

        ASK = "ask", _("To be explained")
        NO_MATTER = "no_matter", _("No matter")

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    measure = models.ForeignKey(Measure, models.CASCADE, null=True, related_name="+")
    entry = models.ForeignKey(ProgressEntry, models.CASCADE, null=True, related_name="+")
    other_entry = models.ForeignKey(ProgressEntry, models.CASCADE, null=True, related_name="+")
    evidence = models.ForeignKey(Evidence, models.CASCADE, null=True, related_name="+")
    other_evidence = models.ForeignKey(Evidence, models.CASCADE, null=True, related_name="+")
    share = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    reason = models.TextField(blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = (
            # Whoever notes something says why.
            models.CheckConstraint(condition=Q(outcome="") | ~Q(reason=""), name="flag_noted_with_reason"),
        )
        indexes = (models.Index(fields=("rectification", "id"), name="flags_of_rectification"),)

    def __str__(self) -> str:
        return f"{self.rectification_id} {self.kind}"
