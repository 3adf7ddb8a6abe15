"""Who asked to open which sealed value, who approved it, and each opening. None of them holds the value."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from xuncha.security.opening.workflow import OpeningState


class OpeningRule(models.Model):
    """开启规则: for how long and how many openings an approval is good, for one kind of sealed value.

    ``source`` says by which rule; the numbers of a kind without a row are those the kind ships with.
    """

    kind = models.CharField(max_length=40, unique=True)
    hours = models.PositiveIntegerField()
    openings = models.PositiveIntegerField()
    source = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(hours__gte=1, openings__gte=1), name="opening_rule_allows_one"),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.hours} h, {self.openings}"


class OpeningRequest(models.Model):
    """开启申请: a person asks to open one sealed value, with a reason; another approves or refuses.

    ``kind`` is the code of a `SealedKind`, ``object_id`` the key of what holds the value, ``number`` what the object
    is called, which tells nothing of the value. ``good_until`` and ``allowed`` are set by the approval; ``made`` counts
    the openings. Whoever asked is not who decides: the database refuses it too.
    """

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    number = models.CharField(max_length=80)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=OpeningState.choices, default=OpeningState.ASKED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    good_until = models.DateTimeField(null=True)
    allowed = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="opening_decided_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_by__isnull=False, good_until__isnull=False, made__lte=F("allowed")),
                name="opening_within_its_approval",
            ),
            models.CheckConstraint(condition=Q(state__in=OpeningState.values), name="opening_state_known"),
            models.UniqueConstraint(
                fields=("kind", "object_id", "asked_by"), condition=Q(state="asked"), name="opening_asked_once"
            ),
        )
        indexes = (
            models.Index(fields=("state", "id"), name="opening_by_state"),
            models.Index(fields=("kind", "object_id", "asked_by"), name="opening_by_object"),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id} {self.state}"

    @property
    def is_good(self) -> bool:
        """Whether the value may be opened under it now."""
        return (
            self.state == OpeningState.APPROVED
            and self.good_until is not None
            and self.good_until > timezone.now()
            and self.made < self.allowed
        )

    @property
    def left(self) -> int:
        """How many openings are left of an approval."""
        return max(self.allowed - self.made, 0)


class Opening(models.Model):
    """开启: one time a sealed value was shown to whoever had asked for it."""

    request = models.ForeignKey(OpeningRequest, models.PROTECT, related_name="openings")
    at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.request_id} {self.at:%F %T}"
