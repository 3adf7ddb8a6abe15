"""What units answer to findings, and what the office says to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.findings.models import Addressee, Finding
from xuncha.organisation.models import Unit
from xuncha.rectification.workflow import Act, ClaimState, Review


class Claim(models.Model):
    """认领: a unit's answer to a finding, and the office's word on it. Without a row the unit has not answered.

    ``said`` is the unit's own last answer and stays when a ruling assigns the finding, so that dissent is on record;
    empty where it kept silent. ``manifestations``: what of the finding the unit sees in itself. ``words``: the
    objection, how it was checked, or why it is not its own. ``ruling``: what the office last asked or ruled.
    ``addressee`` is null once the finding is no longer addressed to the unit; what was said stays.
    """

    addressee = models.OneToOneField(Addressee, models.SET_NULL, null=True, blank=True, related_name="claim")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="claims")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    state = models.CharField(max_length=24, choices=ClaimState.choices)
    said = models.CharField(max_length=24, choices=ClaimState.choices, blank=True)
    manifestations = models.TextField(_("own manifestations"), blank=True)
    words = models.TextField(_("reasons"), blank=True)
    review = models.CharField(max_length=12, choices=Review.choices, default=Review.WAITING)
    ruling = models.TextField(_("ruling"), blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("finding", "unit"), name="one_claim_of_a_unit"),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="claim_state_known"),
            models.CheckConstraint(condition=Q(review__in=Review.values), name="claim_review_known"),
            # Assigned is what a ruling makes of it, never what a unit says.
            models.CheckConstraint(condition=~Q(state="assigned") | Q(review="ruled"), name="assigned_by_ruling"),
            models.CheckConstraint(condition=~Q(said="assigned"), name="no_unit_assigns"),
        )
        indexes = (models.Index(fields=("unit", "review"), name="claim_by_unit"),)

    def __str__(self) -> str:
        return f"{self.finding_id} {self.unit_id}"


class ClaimStep(models.Model):
    """认领往来: one word in the exchange over a finding; nothing in it is ever changed."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="steps")
    act = models.CharField(max_length=10, choices=Act.choices)
    state = models.CharField(max_length=24, choices=ClaimState.choices)
    words = models.TextField(blank=True)
    manifestations = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.claim_id} {self.act}"
