"""What a unit has to put right, how it means to, what it did, and how each item was closed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.archive.models import StoredFile
from xuncha.findings.models import Finding
from xuncha.organisation.models import Unit
from xuncha.rectification.models.claim import Claim
from xuncha.rectification.workflow import ClosureAct, ClosureState, DueBy, Horizon, MeasureKind, PlanState, Progress
from xuncha.rounds.models import Round


class Rectification(models.Model):
    """整改事项: what one unit has to put right of one finding; opened when it is claimed or assigned.

    ``round``, ``finding`` and ``unit`` are those of the claim, kept here for lists. ``due_on`` is the day that holds
    now and ``due_by`` whence it comes; null where nothing sets one. ``suspended_on``: since when the clock stands, null
    while it runs. ``needs_site_check``: somebody looks on the spot before it is verified. ``inherited`` (历史遗留): a
    predecessor made it, which is no ground for not putting it right.
    ``closed_on`` is the day of the last closing, null unless closed. ``closure_number`` is given at the first closing.
    Overdue, rates and colours are reckoned, never stored.
    """

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="rectification")
    round = models.ForeignKey(Round, models.PROTECT, related_name="rectifications")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="rectifications")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rectifications")
    progress = models.CharField(_("progress"), max_length=16, choices=Progress.choices, default=Progress.NOT_STARTED)
    horizon = models.CharField(_("horizon"), max_length=12, choices=Horizon.choices, default=Horizon.PERIOD)
    closure = models.CharField(_("closure"), max_length=10, choices=ClosureState.choices, default=ClosureState.NONE)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_by = models.CharField(max_length=10, choices=DueBy.choices, default=DueBy.RULE)
    suspended_on = models.DateField(_("suspended since"), null=True, blank=True)
    needs_site_check = models.BooleanField(_("to be looked at on the spot"), default=False)
    inherited = models.BooleanField(_("inherited"), default=False)
    closure_number = models.CharField(_("closure number"), max_length=80, blank=True)
    opened_on = models.DateField(_("opened on"), default=timezone.localdate)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("finding__number_key", "id")
        constraints = (
            models.UniqueConstraint(fields=("finding", "unit"), name="one_rectification_of_a_unit"),
            models.CheckConstraint(condition=Q(progress__in=Progress.values), name="rectification_progress_known"),
            models.CheckConstraint(condition=Q(horizon__in=Horizon.values), name="rectification_horizon_known"),
            models.CheckConstraint(condition=Q(closure__in=ClosureState.values), name="rectification_closure_known"),
            models.CheckConstraint(
                condition=Q(closure="closed", closed_on__isnull=False) | (~Q(closure="closed") & Q(closed_on=None)),
                name="closed_on_a_day",
            ),
            # Basically done is never done: nothing is closed before it is done.
            models.CheckConstraint(condition=~Q(closure="closed") | Q(progress="done"), name="closed_is_done"),
        )
        indexes = (
            models.Index(fields=("round", "closure", "due_on"), name="rectification_of_round"),
            models.Index(fields=("unit", "closure", "due_on"), name="rectification_of_unit"),
            models.Index(fields=("closure", "due_on"), name="rectification_by_closure"),
            # The list in its order: of a round, of a unit, of all.
            models.Index(fields=("round", "due_on", "id"), name="round_by_day"),
            models.Index(fields=("unit", "due_on", "id"), name="unit_by_day"),
            models.Index(fields=("due_on", "id"), name="rectification_by_day"),
        )

    def __str__(self) -> str:
        return f"{self.finding_id} {self.unit_id}"


class Plan(models.Model):
    """整改方案: how one unit means to put right what was found in one round; its measures stand with each item.

    ``draft_no`` counts submissions (第2稿): it grows with each. ``first_responsible`` is the secretary, by rule.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="plans")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="plans")
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    first_responsible = models.CharField(_("first responsible"), max_length=60, blank=True)
    leading_group = models.TextField(_("leading group"), blank=True)
    principles = models.TextField(_("principles"), blank=True)
    guarantees = models.TextField(_("guarantees"), blank=True)
    draft_no = models.PositiveIntegerField(default=0)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_on = models.DateField(null=True, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("round_id", "unit__order", "unit_id")
        constraints = (
            models.UniqueConstraint(fields=("round", "unit"), name="one_plan_of_a_unit"),
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_known"),
        )
        indexes = (models.Index(fields=("round", "state"), name="plan_by_state"),)

    def __str__(self) -> str:
        return f"{self.round_id} {self.unit_id}"


class Measure(models.Model):
    """整改措施: one step of a plan: what is done (任务清单), to what end, by when, and by whom (责任清单).

    ``goal`` can be checked; ``output`` is what will be there to see. ``co_sections``: co-operating sections, 、 between
    them. ``phase``: the milestone it belongs to. ``written_by`` and ``edited_by`` may not verify it
    later. ``done_on``: null until done.
    """

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="measures")
    order = models.PositiveIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=14, choices=MeasureKind.choices, default=MeasureKind.OTHER)
    text = models.TextField(_("measure"))
    goal = models.CharField(_("goal"), max_length=500, blank=True)
    output = models.CharField(_("output"), max_length=300, blank=True)
    phase = models.CharField(_("phase"), max_length=60, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    lead_leader = models.CharField(_("lead leader"), max_length=60, blank=True)
    responsible_leader = models.CharField(_("responsible leader"), max_length=60, blank=True)
    lead_section = models.CharField(_("lead section"), max_length=100, blank=True)
    co_sections = models.CharField(_("co-operating sections"), max_length=200, blank=True)
    person = models.CharField(_("person responsible"), max_length=60, blank=True)
    progress = models.CharField(_("progress"), max_length=16, choices=Progress.choices, default=Progress.NOT_STARTED)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    edited_by = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("rectification_id", "order", "id")
        constraints = (
            models.CheckConstraint(condition=Q(progress__in=Progress.values), name="measure_progress_known"),
            models.CheckConstraint(condition=Q(kind__in=MeasureKind.values), name="measure_kind_known"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(due_on=None) | Q(due_on__gte=F("starts_on")), name="measure_ends_last"
            ),
        )
        indexes = (
            models.Index(fields=("rectification", "order"), name="measure_in_order"),
            models.Index(fields=("progress", "due_on"), name="measure_by_due"),
        )

    def __str__(self) -> str:
        return self.text[:40]


class ProgressEntry(models.Model):
    """进展: what a unit reports to have done for a measure up to a day; never changed, a later one corrects it.

    ``rules_made``: rules made or amended; ``recovered_fen``: money recovered, in fen. Both count what this entry adds.
    ``digest``: the key of its words, by which the same are found elsewhere; empty where they are too short.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="entries")
    on = models.DateField(_("as of"))
    words = models.TextField(_("what was done"))
    digest = models.CharField(max_length=32, blank=True, default="")
    progress = models.CharField(_("progress"), max_length=16, choices=Progress.choices)
    rules_made = models.PositiveIntegerField(_("rules made"), default=0)
    recovered_fen = models.PositiveBigIntegerField(_("money recovered"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("measure", "id"), name="entries_of_measure"),
            models.Index(fields=("digest", "id"), name="entries_by_digest"),
        )

    def __str__(self) -> str:
        return f"{self.measure_id} {self.on}"


class PeopleHandled(models.Model):
    """人员处理: how many people were dealt with in a form, as a report of progress states; counts, never names.

    Restricted: see `permissions.people_handled_visible_to`. ``form``: a code of the vocabulary (四种形态).
    """

    entry = models.ForeignKey(ProgressEntry, models.PROTECT, related_name="people")
    form = models.CharField(_("form"), max_length=30)
    number = models.PositiveIntegerField(_("people"))

    class Meta:
        ordering = ("form",)
        constraints = (models.UniqueConstraint(fields=("entry", "form"), name="form_once_an_entry"),)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.form}"


class Evidence(models.Model):
    """佐证材料: a file that shows what was done for a measure. The same bytes are kept once in the archive.

    ``dated_on``: the date the material itself bears, null where it bears none.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="evidence")
    entry = models.ForeignKey(ProgressEntry, models.PROTECT, null=True, blank=True, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("measure", "file"), name="file_once_a_measure"),)

    def __str__(self) -> str:
        return self.name


class ClosureStep(models.Model):
    """销号往来: one step on the way to closure; nothing in it is ever changed. ``words`` are reasons or opinion.

    ``marked``: the measures that the step sent back.
    """

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="steps")
    act = models.CharField(max_length=12, choices=ClosureAct.choices)
    words = models.TextField(blank=True)
    marked = models.ManyToManyField(Measure, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("rectification", "id"), name="steps_of_rectification"),)

    def __str__(self) -> str:
        return f"{self.rectification_id} {self.act}"


class SiteCheck(models.Model):
    """实地核查: somebody looked on the spot whether an item is put right; ``who``: the people who went."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="site_checks")
    on = models.DateField(_("looked on"))
    who = models.CharField(_("who looked"), max_length=200)
    words = models.TextField(_("what there was to see"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("rectification", "id"), name="site_checks_of_rectification"),)

    def __str__(self) -> str:
        return f"{self.rectification_id} {self.on}"
