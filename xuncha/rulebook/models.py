"""What the office sets for itself: its name, category schemes, sectors, working days, deadlines."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xuncha.vocabulary.days import Alert, Counting, OnRest, TimeUnit


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


class WorkWeek(models.Model):
    """工作周: the weekdays of rest; one row. ``version`` counts changes of the whole calendar, holidays included.

    ``rest_weekdays`` holds ISO numbers with commas between, 1 Monday … 7 Sunday.
    """

    rest_weekdays = models.CharField(_("weekdays of rest"), max_length=13, default="6,7", blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_work_week"),)

    def __str__(self) -> str:
        return self.rest_weekdays


class Holiday(models.Model):
    """节假日: a day that differs from its weekday: a public holiday, or a make-up workday (调休上班)."""

    day = models.DateField(_("day"), unique=True)
    is_off = models.BooleanField(_("off"))
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class DeadlineRule(models.Model):
    """期限规则: how long a step of rectification may take, from which event, and who is warned when.

    ``alerts`` lists ``{"days_left", "colour", "word", "word_en", "recipients"}``, the earliest first.
    """

    class Base(models.TextChoices):
        HANDED_OVER = "handed_over", _("Feedback handed over")
        PERIOD_END = "period_end", _("End of the concentrated period")

    class Unit(models.TextChoices):
        DAYS = TimeUnit.DAYS.value, _("days")
        WORKING_DAYS = TimeUnit.WORKING_DAYS.value, _("working days")
        MONTHS = TimeUnit.MONTHS.value, _("months")

    class Rest(models.TextChoices):
        NEXT = OnRest.NEXT.value, _("moves to the next working day")
        PREVIOUS = OnRest.PREVIOUS.value, _("moves to the last working day before")
        KEEP = OnRest.KEEP.value, _("stays on that day")

    class Colour(models.TextChoices):
        GREEN = "green", _("Green")
        BLUE = "blue", _("Blue")
        YELLOW = "yellow", _("Yellow")
        ORANGE = "orange", _("Orange")
        RED = "red", _("Red")

    class Told(models.TextChoices):
        LIAISON = "liaison", _("Liaison")
        SECRETARY = "secretary", _("Secretary")
        LEADER_IN_CHARGE = "leader_in_charge", _("County leader in charge")
        OFFICE = "office", _("Inspection office")

    # The rule whose last day is the end of the period, on which other rules are based.
    PERIOD = "period"

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("step"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    base = models.CharField(max_length=20, choices=Base.choices, default=Base.HANDED_OVER)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=12, choices=Unit.choices, default=Unit.DAYS)
    from_next_day = models.BooleanField(default=True)
    on_rest = models.CharField(max_length=8, choices=Rest.choices, default=Rest.NEXT)
    alerts = models.JSONField(default=list, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    order = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("order", "id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(code="period") | Q(base="handed_over", is_active=True),
                name="period_runs_from_handing_over",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def counting(self) -> Counting:
        """The rule as the arithmetic takes it."""
        return Counting(self.amount, TimeUnit(self.unit), self.from_next_day, OnRest(self.on_rest))

    @property
    def warnings(self) -> tuple[Alert, ...]:
        """Its alerts."""
        return tuple(Alert(**{**each, "recipients": tuple(each["recipients"])}) for each in self.alerts)
