"""Who sees rounds, and who may plan them."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import InspectedUnit, Membership, Recusal, Round, Team, Term
from xuncha.rounds.workflow import RecusalState
from xuncha.security.models import User
from xuncha.security.policy import (
    Policy,
    administers,
    excluded,
    is_excluded,
    keeps_the_ledger,
    part_in_sight,
    reads_the_ledger,
    roles,
)
from xuncha.security.roles import Role, Scope


class RoundsPolicy(Policy):
    """The office plans terms and rounds and mans the teams; reviewers read them. A unit learns of a round by its
    feedback; whoever is in a team knows that team. On recusals the head of the office decides, on no own one.
    """

    office_acts = frozenset(
        {
            "add_term",
            "edit_term",
            "add_round",
            "edit_round",
            "choose_units",
            "form_team",
            "rename_team",
            "appoint_member",
            "withdraw_member",
            "assign_units",
            "see_recusals",
        }
    )
    reading_acts = frozenset({"see_rounds"})

    def may(self, actor: User, act: str, thing: object | None = None) -> bool:
        if act == "declare_recusal":
            return not administers(actor) and (reads_the_ledger(actor) or memberships_of(actor).exists())
        if act == "object_to_member":
            return keeps_the_ledger(actor) or (isinstance(thing, User) and is_beside(actor, thing))
        if act in {"decide_recusal", "end_recusal"}:
            concerned = {thing.user_id, thing.raised_by_id} if isinstance(thing, Recusal) else set()
            return Role.OFFICE_HEAD in roles(actor) and actor.pk not in concerned
        return super().may(actor, act, thing)


POLICY: Final = RoundsPolicy()


def rounds_visible_to(actor: User) -> QuerySet[Round]:
    """The rounds the actor may open; which units a round inspects is the office's knowledge until it is fed back."""
    if not reads_the_ledger(actor):
        return Round.objects.none()
    rows = Round.objects.select_related("term")
    return rows.exclude(pk__in=excluded(actor, Scope.ROUND)) if is_excluded(actor) else rows


def terms_visible_to(actor: User) -> QuerySet[Term]:
    """The terms the actor may open."""
    return Term.objects.all() if reads_the_ledger(actor) else Term.objects.none()


def memberships_of(actor: User) -> QuerySet[Membership]:
    """Where the actor is in a team, today or later."""
    rows = Membership.objects.none() if administers(actor) else Membership.objects.in_force_or_coming()
    return rows.filter(user=actor).exclude(team__round__in=excluded(actor, Scope.ROUND))


def people_in_teams() -> QuerySet[Membership, Any]:
    """The keys of all who are in a team, today or later, whether it inspects anything yet or not."""
    return Membership.objects.in_force_or_coming().order_by().values("user")


def is_beside(actor: User, user: User) -> bool:
    """Whether the two are in one team, today or later."""
    others = Membership.objects.in_force_or_coming().filter(user=user)
    return others.filter(team__in=memberships_of(actor).values("team")).exists()


def teams_visible_to(actor: User) -> QuerySet[Team]:
    """The teams the actor may know of: readers those of all rounds in sight, others the one they are in."""
    if reads_the_ledger(actor):
        return Team.objects.filter(round__in=rounds_visible_to(actor))
    return Team.objects.filter(Exists(memberships_of(actor).filter(team=OuterRef("pk"))))


def recusals_visible_to(actor: User) -> QuerySet[Recusal]:
    """The recusals the actor may know of: the own ones; for the office those from units in its sight; for somebody of
    a team what he or she raised against another of it, as long as both are in it and the unit is in sight.

    Of what somebody objected against oneself one learns when it is upheld: what was rejected, and who raised it, is
    between that person and the office. Of one's own declaration the unit stays named, though nothing of it is shown.
    """
    if administers(actor):
        return Recusal.objects.none()
    own = Q(user=actor) & (Q(raised_by=actor) | Q(state__in=(RecusalState.UPHELD, RecusalState.ENDED)))
    others = ~Q(user=actor) & part_in_sight(actor, round=None)
    if not keeps_the_ledger(actor):
        beside = Membership.objects.in_force_or_coming().filter(
            user=OuterRef("user"), team__in=memberships_of(actor).values("team")
        )
        others &= Q(Exists(beside), raised_by=actor)
    return Recusal.objects.filter(own | others)


def open_to_objection(actor: User, user: User) -> QuerySet[Unit]:
    """The units that the actor can object to the person about: the office those in its sight, somebody of the same
    team those that the team inspects.
    """
    rows = units_visible_to(actor).filter(state=Unit.State.ACTIVE)
    if keeps_the_ledger(actor):
        return rows
    theirs = Membership.objects.in_force_or_coming().filter(user=user).values("team")
    shared = InspectedUnit.objects.filter(
        part_in_sight(actor, round="round"), team__in=memberships_of(actor).filter(team__in=theirs).values("team")
    )
    return rows.filter(pk__in=shared.values("unit"))


def rounds_in_question(actor: User) -> QuerySet[Round]:
    """The rounds for which the question of a recusal can come up: those in sight, and those of one's teams."""
    own = memberships_of(actor).values("team__round")
    return Round.objects.filter(Q(pk__in=rounds_visible_to(actor).values("pk")) | Q(pk__in=own))
