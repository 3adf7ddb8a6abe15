"""The joint review of plans: who reviews and how, each draft as it was submitted, and what was said to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.rectification.models.rectification import Plan
from xuncha.rectification.workflow import DraftOutcome, PartyRole, Verdict


class ReviewRule(models.Model):
    """联审规则: how plans are reviewed, in one row. A change holds for what is submitted after it.

    ``in_order``: one party after the other, else all at once. ``majority``: more than half suffice, else all must
    agree.
    """

    in_order = models.BooleanField(default=False)
    majority = models.BooleanField(default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="one_review_rule"),)

    def __str__(self) -> str:
        return self.source


class ReviewParty(models.Model):
    """审核方: a party of the joint review; whoever holds its role speaks for it."""

    rule = models.ForeignKey(ReviewRule, models.CASCADE, related_name="parties")
    order = models.PositiveIntegerField(default=0)
    name = models.CharField(_("party"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    role = models.CharField(_("who speaks for it"), max_length=30, choices=PartyRole.choices)

    class Meta:
        ordering = ("order", "id")
        constraints = (models.CheckConstraint(condition=Q(role__in=PartyRole.values), name="party_role_known"),)

    def __str__(self) -> str:
        return self.name


class PlanDraft(models.Model):
    """方案稿: a plan as it was submitted, and the rule by which it is reviewed; nothing in it is ever changed but how
    the review came out.

    ``content``: see `queries.plan_drafts.content_of`. ``parties`` lists ``{"key", "name", "name_en", "role"}`` in
    their order.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="drafts")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    in_order = models.BooleanField(default=False)
    majority = models.BooleanField(default=False)
    parties = models.JSONField(default=list)
    outcome = models.CharField(max_length=10, choices=DraftOutcome.choices, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("plan_id", "number")
        constraints = (models.UniqueConstraint(fields=("plan", "number"), name="draft_once"),)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"


class PlanOpinion(models.Model):
    """审核意见: what a party says to a draft; nothing in it is ever changed. ``party``: its key in the draft."""

    draft = models.ForeignKey(PlanDraft, models.PROTECT, related_name="opinions")
    party = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    words = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("draft", "party"), name="one_opinion_of_a_party"),)

    def __str__(self) -> str:
        return f"{self.draft_id} {self.verdict}"


class PlanMark(models.Model):
    """批注: a passage of a draft and what is to be changed there.

    ``place``: ``text.NAME`` for one of the plan's own texts, ``item.KEY`` or ``measure.KEY``. ``quote``: the words
    meant, empty for all of it.
    """

    opinion = models.ForeignKey(PlanOpinion, models.PROTECT, related_name="marks")
    place = models.CharField(max_length=40)
    quote = models.CharField(max_length=500, blank=True)
    words = models.CharField(max_length=1000)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.place
