"""Papers that came in, and what was read out of them, until it is confirmed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.archive.models import StoredFile
from xuncha.findings.workflow import DraftState, Nature, Origin, PaperState, Severity
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Category


class Paper(models.Model):
    """导入材料: one file on its way into the ledger, from upload to entry.

    ``batch`` holds together what was uploaded at once. ``text`` is the canonical text; ``reading`` what was read
    beside the drafts: ``blocks``, ``page_starts``, ``facts``, ``root_causes``, ``warnings``, ``format``, and for an
    old ledger ``step``, ``survey``, ``plan`` (column mapping) and the counts of its check. Set by people in it:
    ``kind_is_chosen``, and ``anyway`` (read although it had come in before). ``text_sha256``: digest of the text,
    empty without one. ``error`` holds code, place, found,
    expected and advice where reading failed. ``progress``/``progress_of`` count rows or pages of work under way.
    """

    class Kind(models.TextChoices):
        FEEDBACK = "feedback", _("Feedback to one unit")
        JOINT = "joint", _("Joint feedback")
        NOTICE = "notice", _("Rectification notice")
        LEDGER = "ledger", _("Old ledger")

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="papers")
    name = models.CharField(_("file name"), max_length=255)
    batch = models.UUIDField(default=uuid.uuid4, db_index=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.FEEDBACK)
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="papers")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="papers")
    feedback_on = models.DateField(_("fed back on"), null=True, blank=True)
    already_fed_back = models.BooleanField(_("already fed back"), default=True)
    state = models.CharField(max_length=10, choices=PaperState.choices, default=PaperState.WAITING)
    text = models.TextField(blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    reading = models.JSONField(default=dict, blank=True)
    error = models.JSONField(null=True, blank=True)
    progress = models.PositiveIntegerField(default=0)
    progress_of = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    # Whoever reads it renews this; work whose mark is old was left by a server that stopped.
    worked_on_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("state", "id"), name="paper_by_state"),)

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """待核条目: one group heading, finding or requirement read out of a paper, as the reviewer has it now.

    ``position`` orders the drafts of a paper; ``group`` is the heading it stands under. ``start``/``end`` are code
    points of `Paper.text` (null where a person wrote it). ``evidence``, ``measures``, ``duties`` are lists of
    ``{"text", "start", "end", "page"}``. ``units`` lists keys of addressees; ``unit_words`` the words of the paper for
    them; no units: all that the paper was given to. ``label`` is its number in the review, given once (18, split 18-1);
    ``codes`` maps further schemes' keys to category keys. ``seen_at`` is the office's private note of where it was
    seen, ``{"unit", "note"}``, kept until entry. ``original`` is what was read, to compare with. ``version`` counts
    changes, for two people on one review.
    """

    class Level(models.TextChoices):
        GROUP = "group", _("Heading")
        ITEM = "item", _("Finding")
        REQUIREMENT = "requirement", _("Requirement")

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="drafts")
    position = models.FloatField()
    level = models.CharField(max_length=12, choices=Level.choices, default=Level.ITEM)
    group = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="members")
    path = models.JSONField(default=list, blank=True)
    label = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.UNSEEN)
    statement = models.TextField(_("statement"))
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)
    evidence = models.JSONField(default=list, blank=True)
    measures = models.JSONField(default=list, blank=True)
    duties = models.JSONField(default=list, blank=True)
    due = models.CharField(max_length=100, blank=True)
    category = models.ForeignKey(Category, models.SET_NULL, null=True, blank=True, related_name="+")
    category_reasons = models.JSONField(default=list, blank=True)
    nature = models.CharField(max_length=12, choices=Nature.choices, blank=True)
    origin = models.CharField(max_length=12, choices=Origin.choices, blank=True)
    severity = models.CharField(max_length=12, choices=Severity.choices, blank=True)
    immediate = models.BooleanField(default=False)
    stated = models.JSONField(default=dict, blank=True)
    units = models.JSONField(default=list, blank=True)
    unit_words = models.JSONField(default=list, blank=True)
    codes = models.JSONField(default=dict, blank=True)
    seen_at = models.JSONField(default=list, blank=True)
    confidence = models.FloatField(default=1.0)
    is_edited = models.BooleanField(default=False)
    original = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("position", "id")
        indexes = (models.Index(fields=("paper", "position", "id"), name="draft_in_order"),)

    def __str__(self) -> str:
        return self.statement[:40]


class DraftChange(models.Model):
    """核对步骤: one step of a review, with the drafts before and after, so that it can be taken back.

    ``before``/``after`` map draft keys to all their fields; null: it did not exist.
    """

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="changes")
    act = models.CharField(max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone = models.BooleanField(default=False)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.act} {self.at:%T}"


class Presence(models.Model):
    """在场: who has a review open, and at which draft, as of a moment."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("paper", "user"), name="one_presence_per_review"),)

    def __str__(self) -> str:
        return f"{self.user} {self.seen_at:%T}"


class LedgerRow(models.Model):
    """旧台账行: one row of an old ledger under import, as read with the chosen columns.

    ``faults`` lists what cannot be used, each with sheet, row, column, found, expected; ``fault_codes`` their codes as
    ``|one|two|``, to be filtered by; with a serious one it may not be entered. ``alike`` is the finding it may repeat,
    ``likeness`` how near it is (0–1). ``decision`` says what applying will do.
    """

    class Decision(models.TextChoices):
        ADD = "add", _("Add as new")
        SKIP = "skip", _("Leave out")
        UPDATE = "update", _("Add what is stated to the finding that exists")

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=100)
    row = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    fault_codes = models.CharField(max_length=300, blank=True)
    may_be_entered = models.BooleanField(default=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    alike = models.ForeignKey("findings.Finding", models.SET_NULL, null=True, blank=True, related_name="+")
    likeness = models.FloatField(null=True, blank=True)
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.ADD)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("paper", "decision", "id"), name="ledger_row_by_decision"),)

    def __str__(self) -> str:
        return f"{self.sheet}!{self.row}"


class ColumnMapping(models.Model):
    """列对应: a saved assignment of an old ledger's columns to fields, found again by name or by the same headers."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
