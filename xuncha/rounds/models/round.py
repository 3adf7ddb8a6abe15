"""Terms, rounds, and the units inspected in a round."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from xuncha.organisation.models import Unit


class Term(models.Model):
    """届: the five-year term of a county committee; ``number`` as in 十四届."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return str(self.number)


class Round(models.Model):
    """轮次: one organised campaign of a term; ``number`` counts within the term.

    ``version`` counts changes to it and to the choice of its units, for two people on one round.
    """

    class Kind(models.TextChoices):
        ROUTINE = "routine", _("Routine")
        SPECIAL = "special", _("Special topic")
        FLEXIBLE = "flexible", _("Flexible")
        LOOK_BACK = "look_back", _("Look-back")
        CROSS = "cross", _("Cross-county")

    term = models.ForeignKey(Term, models.PROTECT, related_name="rounds")
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ROUTINE)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    feedback_on = models.DateField(_("feedback on"), null=True, blank=True)
    units = models.ManyToManyField(Unit, through="InspectedUnit", related_name="rounds")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-term__number", "-number")
        constraints = (models.UniqueConstraint(fields=("term", "number"), name="round_once_per_term"),)

    def __str__(self) -> str:
        return f"{self.term.number}-{self.number}"


class InspectedUnit(models.Model):
    """被巡察单位: a unit inspected in a round, and by which team of it (null: not assigned yet)."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="inspected")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="inspections")
    team = models.ForeignKey("Team", models.PROTECT, null=True, blank=True, related_name="inspected")

    class Meta:
        ordering = ("unit__order", "unit_id")
        constraints = (models.UniqueConstraint(fields=("round", "unit"), name="unit_once_per_round"),)

    def __str__(self) -> str:
        return f"{self.round} {self.unit}"
