"""Feedback, whom it was given to, and what it demands."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.findings.models.finding import Finding
from xuncha.findings.models.paper import Paper
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security.fields import SealedTextField


class Feedback(models.Model):
    """反馈意见: the formal findings given to one unit, or to many at once (集中反馈).

    Issued when ``issued_at`` is set.
    """

    class Kind(models.TextChoices):
        SINGLE = "single", _("Feedback to one unit")
        JOINT = "joint", _("Joint feedback")

    round = models.ForeignKey(Round, models.PROTECT, related_name="feedbacks")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.SINGLE)
    title = models.CharField(_("title"), max_length=200)
    given_on = models.DateField(_("fed back on"), null=True, blank=True)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="feedbacks")
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-given_on", "-id")

    def __str__(self) -> str:
        return self.title


class Recipient(models.Model):
    """接收单位: a unit that a feedback as a whole was given to."""

    feedback = models.ForeignKey(Feedback, models.CASCADE, related_name="recipients")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("feedback", "unit"), name="recipient_once"),)
        indexes = (models.Index(fields=("unit", "feedback"), name="recipient_by_unit"),)

    def __str__(self) -> str:
        return f"{self.feedback_id} {self.unit_id}"


class Addressee(models.Model):
    """反馈对象: a unit that a finding is addressed to, which will claim it or answer for it."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="addressees")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="addressed")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("finding", "unit"), name="addressee_once"),)
        indexes = (models.Index(fields=("unit", "finding"), name="addressee_by_unit"),)

    def __str__(self) -> str:
        return f"{self.finding_id} {self.unit_id}"


class Attribution(models.Model):
    """见于: the office's private note of the unit where a joint finding was seen. No unit sees or can count it.

    ``note`` lies sealed in the database.
    """

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="attributions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    note = SealedTextField(_("note"), bound_to=("finding_id", "unit_id"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("finding", "unit"), name="attribution_once"),)

    def __str__(self) -> str:
        return f"{self.finding_id} {self.unit_id}"


class Requirement(models.Model):
    """整改要求: a demand of a feedback: who must do what by when.

    ``duties`` lists ``{"text", "start", "end", "page"}``; ``due_words`` is the date as the paper says it.
    """

    feedback = models.ForeignKey(Feedback, models.CASCADE, related_name="requirements")
    order = models.PositiveIntegerField(default=0)
    title = models.CharField(_("demand"), max_length=300)
    who = models.CharField(_("who"), max_length=100, blank=True)
    duties = models.JSONField(default=list, blank=True)
    due_on = models.DateField(null=True, blank=True)
    due_words = models.CharField(max_length=100, blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.title[:40]
