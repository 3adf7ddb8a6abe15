"""The handing over of feedback, and the dates and duties that run from it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.findings.models import Feedback, Requirement
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.rulebook.models import DeadlineRule


class HandingOver(models.Model):
    """移交: a feedback as handed over to one of its recipients; from ``handed_on`` the clocks run.

    ``documents``: what was given into whose hands, one a line.
    """

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="handings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    handed_on = models.DateField(_("handed over on"))
    meeting = models.CharField(_("meeting"), max_length=200, blank=True)
    received_by = models.CharField(_("received by"), max_length=60)
    documents = models.TextField(_("documents"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("unit__order", "unit_id")
        constraints = (models.UniqueConstraint(fields=("feedback", "unit"), name="handed_over_once"),)
        indexes = (
            models.Index(fields=("unit", "feedback"), name="handing_by_unit"),
            models.Index(fields=("handed_on",), name="handing_by_day"),
        )

    def __str__(self) -> str:
        return f"{self.feedback_id} {self.unit_id}"


class DueDate(models.Model):
    """到期日: by when a unit must have done a step, reckoned by its rule from the day of handing over.

    It follows the rule and the calendar: `actions.timing` reckons it anew when either changes.
    """

    handing = models.ForeignKey(HandingOver, models.CASCADE, related_name="due_dates")
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, related_name="+")
    due_on = models.DateField(_("due on"))

    class Meta:
        ordering = ("due_on", "rule__order")
        constraints = (models.UniqueConstraint(fields=("handing", "rule"), name="due_once_per_step"),)
        indexes = (models.Index(fields=("rule", "due_on"), name="due_by_step"),)

    def __str__(self) -> str:
        return f"{self.handing_id} {self.rule_id} {self.due_on}"


class RoundTime(models.Model):
    """本轮期限: how long a step may take in one round, where that is another time than the rule's.

    Everything else of the rule holds. ``source``: the plan of the round or the decision that says so.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="own_times")
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, related_name="+")
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=12, choices=DeadlineRule.Unit.choices)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        ordering = ("rule__order", "rule_id")
        constraints = (models.UniqueConstraint(fields=("round", "rule"), name="own_time_once_a_step"),)

    def __str__(self) -> str:
        return f"{self.round_id} {self.rule_id}: {self.amount} {self.unit}"


class Duty(models.Model):
    """落实事项: what a demand of a feedback asks of one unit, with its date, and how it was met.

    ``due_on`` is the date the paper names; null where it names none. Done when ``done_on`` is set; ``proof`` says what
    shows it and where that is kept.
    """

    handing = models.ForeignKey(HandingOver, models.CASCADE, related_name="duties")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="+")
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    proof = models.CharField(_("proof"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("due_on", "requirement__order", "id")
        constraints = (models.UniqueConstraint(fields=("handing", "requirement"), name="duty_once_per_unit"),)

    def __str__(self) -> str:
        return f"{self.handing_id} {self.requirement_id}"
