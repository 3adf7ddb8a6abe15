"""What changes the teams of a round: formed, named, manned, sent to their units."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from xuncha.organisation.queries import one_with
from xuncha.rounds.actions.holding import hold, require_no_conflict, settle
from xuncha.rounds.models import InspectedUnit, Membership, Round, Team
from xuncha.rounds.permissions import POLICY
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.granting import is_administrator
from xuncha.security.models import User
from xuncha.security.policy import hidden_units, kept_apart

LONGEST_NAME = 40
LONGEST_REASON = 300
_ONE_DAY = datetime.timedelta(days=1)


@transaction.atomic
def form_team(round: Round, *, name: str, actor: User) -> Team:
    """组建巡察组: a team of a round, for this round alone. Errors: `NotPermitted`; `Invalid`."""
    POLICY.require(actor, "form_team")
    return found_team(hold(round, None), name=name, actor=actor)


def found_team(round: Round, *, name: str, actor: User) -> Team:
    """The same inside an action that holds the round and asked for the right."""
    name = _name(round, name)
    number = (round.teams.aggregate(last=Max("number"))["last"] or 0) + 1
    team = Team.objects.create(round=round, number=number, name=name)
    trail.record(actor=actor, act="form_team", thing=team, after={"round": round.pk, "number": number, "name": name})
    return team


@transaction.atomic
def rename_team(team: Team, *, name: str, actor: User, version: int) -> Team:
    """改组名. Errors: `NotPermitted`; `Conflict`; `Invalid`."""
    POLICY.require(actor, "rename_team")
    team = Team.objects.select_for_update(of=("self",)).select_related("round").get(pk=team.pk)
    if team.version != version:
        raise Conflict("team_changed", current=team)
    name = _name(team.round, name, but=team)
    if name == team.name:
        return team
    before, team.name, team.version = team.name, name, team.version + 1
    team.save(update_fields=["name", "version"])
    trail.record(actor=actor, act="rename_team", thing=team, before={"name": before}, after={"name": name})
    return team


def _name(round: Round, name: str, but: Team | None = None) -> str:
    name = name.strip()
    others = round.teams.filter(name=name)
    fault = ""
    if not name:
        fault = "required"
    elif len(name) > LONGEST_NAME:
        fault = "too_long"
    elif (others.exclude(pk=but.pk) if but else others).exists():
        fault = "team_exists"
    if fault:
        raise Invalid("faulty_fields", faults={"name": fault})
    return name


@transaction.atomic
def appoint_member(
    team: Team,
    user: User,
    *,
    position: str,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    actor: User,
) -> Membership:
    """任命组员: a person joins a team from a day to a day; sight of its units follows at once.

    ``since`` null: from today; ``until`` is the last day, null until withdrawn. Errors: `NotPermitted`, also to
    oneself; `Invalid` by field: of one team a round, one head a team, none who administers, who acts for a unit of
    the team or who is kept off one.
    """
    POLICY.require(actor, "appoint_member")
    if user.pk == actor.pk:
        raise NotPermitted("not_to_oneself", act="appoint_member")
    round = hold(team.round, None)
    user = User.objects.select_for_update().get(pk=user.pk)
    since = since or timezone.localdate()
    faults = _faults(team, user, position, since, until)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    made = Membership.objects.create(team=team, user=user, position=position, since=since, until=until)
    trail.record(
        actor=actor,
        act="appoint_member",
        thing=made,
        after={"team": team.pk, "user": user.pk, "position": position, "since": since, "until": until},
    )
    settle(round, actor=actor)
    return made


def _faults(team: Team, user: User, position: str, since: datetime.date, until: datetime.date | None) -> dict[str, str]:
    if position not in Membership.Position.values:
        return {"position": "unknown_position"}
    if until is not None and until < since:
        return {"until": "ends_before_it_starts"}
    if not user.is_active:
        return {"user": "account_is_closed"}
    if is_administrator(user):
        return {"user": "administrators_see_no_business"}
    beside = Membership.objects.filter(Q(until__isnull=True) | Q(until__gte=since), team__round=team.round_id)
    beside = beside.really_held()
    if until is not None:
        beside = beside.filter(since__lte=until)
    own = beside.filter(user=user)
    if own.exclude(team=team).exists():
        return {"user": "in_another_team"}
    if own.filter(position=position).exists():
        return {"user": "appointed_already"}
    if position == Membership.Position.HEAD and beside.filter(team=team, position=position).exists():
        return {"position": "has_a_head"}
    inspected = InspectedUnit.objects.filter(team=team).values_list("unit", flat=True)
    if kept_apart([user.pk], one_with(frozenset(inspected))):
        return {"user": "kept_off_a_unit"}
    return {}


@transaction.atomic
def withdraw_member(membership: Membership, *, reason: str, actor: User) -> Membership:
    """撤换组员: a membership ends before today, and sight of the team's units with it; the row stays.

    Errors: `NotPermitted`; `IllegalTransition` for one that is over; `Invalid` without a reason.
    """
    POLICY.require(actor, "withdraw_member")
    round = hold(membership.team.round, None)
    membership = Membership.objects.select_for_update(of=("self",)).select_related("team", "user").get(pk=membership.pk)
    today = timezone.localdate()
    if membership.until is not None and membership.until < max(today, membership.since):
        raise IllegalTransition("membership_is_over", act="withdraw_member")
    reason = checked_reason(reason)
    before = membership.until
    # One that has not begun never will.
    membership.until = max(today, membership.since) - _ONE_DAY
    membership.save(update_fields=["until"])
    trail.record(
        actor=actor,
        act="withdraw_member",
        thing=membership,
        before={"until": before},
        after={"until": membership.until},
        reason=reason,
    )
    settle(round, actor=actor)
    return membership


def checked_reason(reason: str) -> str:
    """A reason that was asked for. Errors: `Invalid` where there is none."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid("faulty_fields", faults={"reason": "too_long" if reason else "required"})
    return reason


@transaction.atomic
def assign_units(team: Team, units: Collection[int], *, actor: User, version: int) -> Round:
    """分配被巡察单位: the team inspects these units of its round and no others; one that another team had moves over.

    Of units that the actor is recused from nothing changes. ``version`` is the round's. Errors: `NotPermitted`;
    `Conflict`; `Invalid` for a unit that is not of the round, or that somebody of the team acts for or is kept off.
    """
    POLICY.require(actor, "assign_units")
    round = hold(team.round, version)
    hidden = hidden_units(actor)
    rows = [row for row in InspectedUnit.objects.filter(round=round).order_by("id") if row.unit_id not in hidden]
    wanted = set(units) - hidden
    if wanted - {row.unit_id for row in rows}:
        raise Invalid("faulty_fields", faults={"units": "not_of_the_round"})
    moved = [row for row in rows if (row.unit_id in wanted) != (row.team_id == team.pk)]
    if not moved:
        return round
    require_no_conflict(((row.unit_id, team.pk) for row in moved if row.unit_id in wanted), field="units")
    before = {str(row.unit_id): row.team_id for row in moved}
    for row in moved:
        row.team_id = team.pk if row.unit_id in wanted else None
    InspectedUnit.objects.bulk_update(moved, ["team"], batch_size=500)
    round.version += 1
    round.save(update_fields=["version"])
    after = {str(row.unit_id): row.team_id for row in moved}
    trail.record(actor=actor, act="assign_units", thing=round, before={"units": before}, after={"units": after})
    settle(round, actor=actor)
    return round
