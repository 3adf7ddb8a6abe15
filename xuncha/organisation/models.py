"""Units and their tree."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.rulebook.models import Sector


class Unit(models.Model):
    """单位: a Party organisation under the committee's management, in a tree.

    ``short_name`` stands in numbers (卫健局); ``path`` holds the keys from the root to itself, ``/3/17/``, so that a
    subtree is a prefix. A unit that was merged keeps its rows and names the one that took it over.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        MERGED = "merged", _("Merged")
        ABOLISHED = "abolished", _("Abolished")

    name = models.CharField(_("full name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=30)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, blank=True, related_name="units")
    aliases = models.JSONField(_("other names"), default=list, blank=True)
    path = models.CharField(max_length=200, blank=True, db_index=True)
    order = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("order", "id")
        constraints = (
            models.UniqueConstraint(fields=("short_name",), condition=Q(state="active"), name="unit_short_name_once"),
            models.UniqueConstraint(fields=("name",), condition=Q(state="active"), name="unit_name_once"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                name="merged_unit_names_its_successor",
            ),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="unit_is_not_its_own_parent"),
        )

    def __str__(self) -> str:
        return self.name


class UnitName(models.Model):
    """曾用名: a name that a unit bore until a day."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=30)
    until = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ("-until", "-id")

    def __str__(self) -> str:
        return self.name
