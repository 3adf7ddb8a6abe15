"""Letters by which the office presses a unit, and what the unit answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.organisation.models import Unit
from xuncha.rectification.models.rectification import Rectification
from xuncha.rounds.models import Round


class LetterKind(models.Model):
    """督办文书种类: a kind of letter, the mildest first by ``order``. ``prefix`` stands before the number."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    prefix = models.CharField(_("sign"), max_length=10)
    order = models.PositiveIntegerField(default=0)
    source = models.CharField(_("source"), max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """督办文书: one letter to one unit about items that are late or badly done; nothing in it is ever changed.

    ``serial`` counts within kind and year. ``reply_by``: the day by which the unit must answer. ``replied_on``: the day
    of the first answer, null until then; answers are rows of their own.
    """

    kind = models.ForeignKey(LetterKind, models.PROTECT, related_name="letters")
    year = models.PositiveIntegerField()
    serial = models.PositiveIntegerField()
    round = models.ForeignKey(Round, models.PROTECT, related_name="letters")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    items = models.ManyToManyField(Rectification, related_name="letters")
    dated_on = models.DateField(_("dated"), default=timezone.localdate)
    demand = models.TextField(_("demand"))
    reply_by = models.DateField(_("answer by"))
    replied_on = models.DateField(_("answered on"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("kind", "year", "serial"), name="letter_number_once"),)
        indexes = (
            models.Index(fields=("round", "-id"), name="letters_of_round"),
            models.Index(fields=("unit", "replied_on", "reply_by"), name="letters_of_unit"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """督办〔2026〕3号."""
        return f"{self.kind.prefix}〔{self.year}〕{self.serial}号"


class LetterReply(models.Model):
    """复函: what the unit answered; a later one adds to it."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="replies")
    words = models.TextField(_("answer"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.letter_id} {self.at:%Y-%m-%d}"
