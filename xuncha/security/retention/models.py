"""How long what is kept, what is held back, and what was destroyed by whose word."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from xuncha.security.retention.workflow import OPEN, DestructionState


class RetentionRule(models.Model):
    """保管期限: for how many years after which event one kind of record is kept.

    ``kind`` is the code of a `RecordKind`, ``event`` one of its events, ``source`` the rule it follows. A kind without
    a row is kept as it ships.
    """

    kind = models.CharField(max_length=40, unique=True)
    years = models.PositiveIntegerField()
    event = models.CharField(max_length=20)
    source = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(years__gte=1), name="kept_a_year_at_least"),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.years}"


class Hold(models.Model):
    """暂缓销毁: keeps one record, or all of a kind (``object_id`` null), from destruction until it is lifted."""

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True, blank=True)
    name = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=500)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "object_id"),
                condition=Q(lifted_at__isnull=True, object_id__isnull=False),
                name="held_once",
            ),
            models.UniqueConstraint(
                fields=("kind",), condition=Q(lifted_at__isnull=True, object_id__isnull=True), name="kind_held_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id or 'all'}"


class Destruction(models.Model):
    """销毁: what of one kind was over its time, proposed by one, confirmed and approved by two others, and destroyed.

    ``years``, ``event``, ``source``, ``rule_version`` are the rule as it was; ``before`` is the moment before which the
    event lies. ``expected`` is how many were due then, ``count`` and ``files`` how many were destroyed. ``cursor`` is
    the key up to which it has come. ``number``, ``digest`` and ``line`` (signed) make the certificate; empty until
    it is done. Of the three no two are one person: the database refuses it too.
    """

    kind = models.CharField(max_length=40)
    years = models.PositiveIntegerField()
    event = models.CharField(max_length=20)
    source = models.CharField(max_length=200, blank=True)
    rule_version = models.PositiveIntegerField()
    before = models.DateTimeField()
    expected = models.PositiveIntegerField()
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=DestructionState.choices, default=DestructionState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=500, blank=True)
    cursor = models.BigIntegerField(default=0)
    count = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=12, null=True, unique=True)
    digest = models.CharField(max_length=80, blank=True)
    line = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=(Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")))
                & (Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")))
                & (Q(approved_by__isnull=True) | Q(confirmed_by__isnull=True) | ~Q(approved_by=F("confirmed_by"))),
                name="destroyed_by_three_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "under_way", "done"))
                | Q(confirmed_by__isnull=False, approved_by__isnull=False),
                name="destroyed_after_two_approvals",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(number__isnull=False), name="destroyed_with_certificate"
            ),
            models.CheckConstraint(condition=Q(state__in=DestructionState.values), name="destruction_state_known"),
            models.UniqueConstraint(fields=("kind",), condition=Q(state__in=OPEN), name="one_destruction_of_a_kind"),
        )
        indexes = (models.Index(fields=("state", "id"), name="destruction_by_state"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.number or self.state}"


class Destroyed(models.Model):
    """销毁清册: one thing that was destroyed, what it was called, and the digest of what it was."""

    destruction = models.ForeignKey(Destruction, models.PROTECT, related_name="things")
    object_id = models.BigIntegerField()
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    files = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("object_id",)
        constraints = (models.UniqueConstraint(fields=("destruction", "object_id"), name="destroyed_once"),)

    def __str__(self) -> str:
        return f"{self.destruction_id}:{self.object_id}"
