"""Teams as the actor may see them: who is in them, which units they inspect, who keeps off which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from xuncha.rounds.models import InspectedUnit, Membership, Recusal, Round, Team
from xuncha.rounds.permissions import memberships_of, recusals_visible_to, teams_visible_to
from xuncha.rounds.queries.planning import inspected
from xuncha.rounds.workflow import KEEPS_OFF
from xuncha.security import accounts
from xuncha.security.models import Grant, User
from xuncha.security.policy import part_in_sight
from xuncha.security.roles import ADMINISTRATOR_ROLES


@dataclass(slots=True)
class MemberSeen:
    """Somebody of a team, with the recusals that keep the person off its units, as far as the actor may know them."""

    membership: Membership
    keeps_off: list[Recusal] = field(default_factory=list)
    is_coming: bool = False


@dataclass(slots=True)
class TeamSeen:
    """A team: who is in it today or later, who was, the units in sight."""

    team: Team
    members: list[MemberSeen] = field(default_factory=list)
    over: list[Membership] = field(default_factory=list)
    units: list[InspectedUnit] = field(default_factory=list)


# The head first, then deputies, the petition officer, members.
_ORDER = {
    Membership.Position.HEAD: 0,
    Membership.Position.DEPUTY: 1,
    Membership.Position.PETITION_OFFICER: 2,
    Membership.Position.MEMBER: 3,
}


def teams_of(actor: User, round: Round) -> list[TeamSeen]:
    """The teams of a round in their order."""
    return _seen(actor, teams_visible_to(actor).filter(round=round))


def own_teams(actor: User) -> list[TeamSeen]:
    """The teams that the actor is in, today or later, those of the newest round first."""
    rows = Team.objects.filter(Exists(memberships_of(actor).filter(team=OuterRef("pk"))))
    return _seen(actor, rows.order_by("-round__term__number", "-round__number", "number"))


def _seen(actor: User, rows: QuerySet[Team]) -> list[TeamSeen]:
    seen = {team.pk: TeamSeen(team) for team in rows.select_related("round__term")}
    today = timezone.localdate()
    for unit in InspectedUnit.objects.filter(part_in_sight(actor, round="round"), team__in=seen).select_related("unit"):
        seen[unit.team_id or 0].units.append(unit)
    members: dict[int, list[MemberSeen]] = {}
    for row in Membership.objects.filter(team__in=seen).really_held().select_related("user"):
        if row.until is not None and row.until < today:
            seen[row.team_id].over.append(row)
            continue
        member = MemberSeen(row, is_coming=row.since > today)
        seen[row.team_id].members.append(member)
        members.setdefault(row.user_id, []).append(member)
    for recusal in _keeping_off(actor, members):
        for member in members[recusal.user_id]:
            if any(each.unit_id == recusal.unit_id for each in seen[member.membership.team_id].units):
                member.keeps_off.append(recusal)
    for team in seen.values():
        team.members.sort(
            key=lambda member: (_ORDER[Membership.Position(member.membership.position)], member.membership.pk)
        )
    return list(seen.values())


def _keeping_off(actor: User, users: Iterable[int]) -> QuerySet[Recusal]:
    running = Recusal.objects.running(timezone.localdate()).filter(user__in=list(users), state__in=KEEPS_OFF)
    return running.filter(pk__in=recusals_visible_to(actor).values("pk")).select_related("unit")


def find_team(actor: User, pk: int) -> Team | None:
    """The team, if the actor may see it."""
    return teams_visible_to(actor).select_related("round__term").filter(pk=pk).first()


def find_membership(actor: User, pk: int) -> Membership | None:
    """Somebody's place in a team, if the actor may see the team."""
    rows = Membership.objects.filter(team__in=teams_visible_to(actor))
    return rows.select_related("team__round__term", "user").filter(pk=pk).first()


def unassigned(actor: User, round: Round) -> QuerySet[InspectedUnit]:
    """The units of a round that no team inspects yet."""
    return inspected(actor, round).filter(team=None)


def people_to_appoint(actor: User) -> QuerySet[User]:
    """Who can be in a team: open accounts of persons, none that administers, and never oneself."""
    not_over = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate())
    administering = Grant.objects.filter(not_over, user=OuterRef("pk"), role__in=ADMINISTRATOR_ROLES)
    return accounts.people().filter(~Exists(administering), is_active=True).exclude(pk=actor.pk).order_by("name", "id")


def is_in_a_team(actor: User) -> bool:
    """Whether the actor is in a team, today or later, whatever it inspects."""
    return memberships_of(actor).exists()
