"""Teams of a round and who is in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.rounds.models.round import Round
from xuncha.security.models import User
from xuncha.security.roles import Role


class Team(models.Model):
    """巡察组: authorised once, for one round; ``number`` counts within the round, ``name`` as in 第一巡察组."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="teams")
    number = models.PositiveIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=40)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("round_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("round", "number"), name="team_number_once_per_round"),
            models.UniqueConstraint(fields=("round", "name"), name="team_name_once_per_round"),
        )

    def __str__(self) -> str:
        return self.name


class MembershipRows(models.QuerySet["Membership"]):
    """Memberships by their days."""

    def really_held(self) -> MembershipRows:
        """Without those that were withdrawn before they began."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=F("since")))

    def in_force(self) -> MembershipRows:
        """Those of today."""
        return self.in_force_or_coming().filter(since__lte=timezone.localdate())

    def in_force_or_coming(self) -> MembershipRows:
        """Those that are not over."""
        return self.really_held().filter(Q(until__isnull=True) | Q(until__gte=timezone.localdate()))


class Membership(models.Model):
    """组员: a person in a team, from a day to a day, both included (``until`` null: until withdrawn). Never deleted.

    Whoever was withdrawn on the first day was never in: ``until`` is then the day before ``since``.
    """

    class Position(models.TextChoices):
        HEAD = Role.TEAM_HEAD.value, _("Team head")
        DEPUTY = Role.TEAM_DEPUTY.value, _("Deputy team head")
        MEMBER = Role.TEAM_MEMBER.value, _("Team member")
        PETITION_OFFICER = Role.PETITION_OFFICER.value, _("Petition officer of a team")

    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    position = models.CharField(_("position"), max_length=30, choices=Position.choices)
    since = models.DateField(_("from"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)

    objects: ClassVar[models.Manager[Membership]] = MembershipRows.as_manager()

    class Meta:
        ordering = ("team_id", "id")
        indexes = (models.Index(fields=("user", "since"), name="membership_by_user"),)

    def __str__(self) -> str:
        return f"{self.user} {self.position}"
