"""What the office sets for itself: its name, category schemes, sectors."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Office(models.Model):
    """巡察办: the office that runs this installation; one row."""

    name = models.CharField(_("name of the office"), max_length=100, default="县委巡察工作领导小组办公室")
    short_name = models.CharField(_("short name"), max_length=40, default="县委巡察办")
    business_phone = models.CharField(_("phone for questions of work"), max_length=40, blank=True)
    account_phone = models.CharField(_("phone for accounts"), max_length=40, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_office"),)

    def __str__(self) -> str:
        return self.short_name


class Sector(models.Model):
    """系统（行业）: a sector that units belong to, such as health or education; for addressing and counting."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    order = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.name


class Scheme(models.Model):
    """分类方案: a set of categories. A finding has one code in each active scheme.

    The leading scheme is the one lists, pictures and counts use; its code stands on the finding itself, the codes
    of the further schemes in `findings.Classification`.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("In use")
        RETIRED = "retired", _("Retired")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    is_leading = models.BooleanField(default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)
    order = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("order", "id")
        constraints = (
            models.UniqueConstraint(fields=("is_leading",), condition=Q(is_leading=True), name="one_leading_scheme"),
            models.CheckConstraint(condition=Q(is_leading=False) | Q(state="active"), name="leading_scheme_is_active"),
        )

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """类别: one category of a scheme. ``code`` is its stable key; ``letter`` its sign in the paper it came from.

    ``group`` names the heading it stands under. ``retired_on``: no new finding is given it; those that have it keep
    it until moved. ``became`` says which category took its place.
    """

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="categories")
    code = models.CharField(_("code"), max_length=60)
    letter = models.CharField(_("sign"), max_length=10, blank=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    group = models.CharField(_("heading"), max_length=60, blank=True)
    order = models.PositiveIntegerField(default=0)
    source = models.CharField(_("source"), max_length=200, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    became = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="formerly")

    class Meta:
        ordering = ("scheme", "order", "id")
        constraints = (
            models.UniqueConstraint(fields=("scheme", "code"), name="category_code_once_per_scheme"),
            models.CheckConstraint(
                condition=Q(became__isnull=True) | ~Q(became=F("id")), name="category_becomes_another"
            ),
        )

    def __str__(self) -> str:
        return self.name
