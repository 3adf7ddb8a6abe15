"""Findings and what hangs on them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.findings.models.paper import Paper
from xuncha.findings.workflow import FindingState, Nature, Origin, Severity
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Category, Scheme


class Finding(models.Model):
    """发现问题: one problem of the ledger, in the words of the paper.

    ``unit`` owns the number series; null is a joint finding (集中反馈), whose addressees stand in `Addressee`.
    ``number`` is given once: changeable while a draft, frozen when issued, never used again. ``number_key`` sorts
    numbers as people count. ``category`` is the code in the leading scheme; further schemes in `Classification`.
    ``start``/``end`` are code points of the paper's text, ``page`` counts from 1; null where a person wrote it.
    ``stated_*`` is what the paper itself says, not what the office found (the rest in `Stated`).
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="findings")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="findings")
    serial = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=60, unique=True)
    number_key = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=FindingState.choices, default=FindingState.DRAFT)
    statement = models.TextField(_("statement"))
    heading = models.CharField(_("heading in the paper"), max_length=300, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="findings")
    category_reasons = models.JSONField(default=list, blank=True)
    nature = models.CharField(_("nature"), max_length=12, choices=Nature.choices, blank=True)
    origin = models.CharField(_("origin"), max_length=12, choices=Origin.choices, blank=True)
    severity = models.CharField(_("severity"), max_length=12, choices=Severity.choices, blank=True)
    immediate = models.BooleanField(_("to be put right at once"), default=False)
    feedback = models.ForeignKey("findings.Feedback", models.PROTECT, null=True, blank=True, related_name="findings")
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="findings")
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)
    stated_leader = models.CharField(_("leader as stated"), max_length=60, blank=True)
    stated_due = models.DateField(_("date as stated"), null=True, blank=True)
    stated_status = models.CharField(_("status as stated"), max_length=40, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("number_key",)
        constraints = (models.CheckConstraint(condition=Q(state__in=FindingState.values), name="finding_state_known"),)
        indexes = (
            models.Index(fields=("number_key", "id"), name="finding_by_number"),
            models.Index(fields=("changed_at", "id"), name="finding_by_change"),
            models.Index(fields=("stated_due", "id"), name="finding_by_due"),
            models.Index(fields=("round", "number_key"), name="finding_by_round"),
            models.Index(fields=("unit", "number_key"), name="finding_by_unit"),
            models.Index(fields=("category", "number_key"), name="finding_by_category"),
            models.Index(fields=("state", "number_key"), name="finding_by_state"),
            models.Index(fields=("paper", "start"), name="finding_by_paper"),
            models.Index(fields=("severity", "number_key"), name="finding_by_severity"),
            models.Index(fields=("nature", "number_key"), name="finding_by_nature"),
            models.Index(fields=("origin", "number_key"), name="finding_by_origin"),
            models.Index(fields=("immediate", "number_key"), name="finding_by_immediate"),
            # The list is most often that of one round: each of its orders without sorting.
            models.Index(fields=("round", "changed_at", "id"), name="finding_of_round_by_change"),
            models.Index(fields=("round", "stated_due", "id"), name="finding_of_round_by_due"),
            models.Index(fields=("round", "category", "number_key"), name="finding_of_round_by_category"),
            models.Index(fields=("round", "severity", "number_key"), name="finding_of_round_by_severity"),
        )

    def __str__(self) -> str:
        return self.number


class Manifestation(models.Model):
    """具体表现: one concrete fact under a finding."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="manifestations")
    order = models.PositiveIntegerField(default=0)
    text = models.TextField()
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.text[:40]


class Stated(models.Model):
    """原文所述: what a notice or an old ledger states beside the problem, kept as stated for the later plan.

    ``measures`` lists ``{"text", "start", "end", "page"}``.
    """

    finding = models.OneToOneField(Finding, models.CASCADE, related_name="stated")
    department = models.CharField(max_length=100, blank=True)
    person = models.CharField(max_length=100, blank=True)
    due_words = models.CharField(max_length=100, blank=True)
    progress = models.TextField(blank=True)
    measures = models.JSONField(default=list, blank=True)
    number = models.CharField(max_length=60, blank=True)
    remark = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.finding_id}"


class Classification(models.Model):
    """归类: the code of a finding in a further scheme (the leading one stands on the finding), and why it was given."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="classifications")
    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, related_name="classifications")
    reasons = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("finding", "scheme"), name="one_code_per_scheme"),)
        indexes = (models.Index(fields=("category", "finding"), name="classified_by_category"),)

    def __str__(self) -> str:
        return f"{self.finding_id} {self.category_id}"


class NumberSeries(models.Model):
    """编号序列: the last serial given to a unit in a round (unit null: joint). It only grows."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "unit"), condition=Q(unit__isnull=False), name="series_of_unit"),
            models.UniqueConstraint(fields=("round",), condition=Q(unit__isnull=True), name="series_of_joint"),
        )

    def __str__(self) -> str:
        return f"{self.round_id}/{self.unit_id or ''}: {self.last}"


class Lineage(models.Model):
    """沿革: that one finding took the place of another, by split or by merge."""

    class Kind(models.TextChoices):
        SPLIT = "split", _("Split")
        MERGE = "merge", _("Merged")

    predecessor = models.ForeignKey(Finding, models.CASCADE, related_name="successions")
    successor = models.ForeignKey(Finding, models.CASCADE, related_name="origins")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("predecessor", "successor"), name="lineage_once"),)

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class FindingCount(models.Model):
    """问题计数: how many findings a round has per unit, category and state. Kept by triggers of the database.

    Plain keys; 0 stands for "joint" and "no category", since null would not be equal to itself.
    """

    round_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    category_id = models.BigIntegerField()
    state = models.CharField(max_length=10)
    number = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round_id", "unit_id", "category_id", "state"), name="count_once"),
        )
        # Sums of a round by state and category, from the index alone.
        indexes = (models.Index(fields=("round_id", "state", "category_id", "number"), name="count_of_round"),)

    def __str__(self) -> str:
        return f"{self.round_id}/{self.unit_id}/{self.category_id}/{self.state}: {self.number}"


class FindingSketch(models.Model):
    """近似键: keys that near-duplicates share, see `similarity`."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="sketches", db_index=False)
    key = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index(fields=("key", "finding"), name="sketch_by_key"),
            models.Index(fields=("finding",), name="sketch_by_finding"),
        )

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.key}"
