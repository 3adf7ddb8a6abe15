"""What the actions of a round share: the round held, its teams' grants settled, who may not go with which unit."""

from __future__ import annotations

from collections.abc import Iterable

from xuncha.organisation.queries import one_with, successors
from xuncha.rounds.models import InspectedUnit, Membership, Round
from xuncha.security import granting
from xuncha.security.errors import Conflict, Invalid
from xuncha.security.models import User
from xuncha.security.policy import acting_for, kept_apart


def hold(round: Round, version: int | None) -> Round:
    """The round, held until the transaction ends: whatever touches its teams waits here.

    Errors: `Conflict` when it is no longer as the actor saw it; ``version`` null: that does not matter.
    """
    held = Round.objects.select_for_update(of=("self",)).select_related("term").get(pk=round.pk)
    if version is not None and held.version != version:
        raise Conflict("round_changed", current=held)
    return held


def settle(round: Round, *, actor: User) -> None:
    """The grants of the round become what its teams say: each membership, for its days, over each unit of its team.

    Whoever inspects a unit that was merged goes on with the one that took it over, unless the round inspects that for
    itself; nobody who acts for one of the two goes on with either.
    """
    inspected = dict(InspectedUnit.objects.filter(round=round).values_list("unit_id", "team_id"))
    after = successors([unit for unit, team in inspected.items() if team is not None])
    held = list(Membership.objects.filter(team__round=round).values_list("team", "user", "position", "since", "until"))
    people = {user for _team, user, *_ in held}
    units: dict[int, set[int]] = {}
    barred: set[tuple[int, int]] = set()
    for unit, later in after.items():
        units.setdefault(inspected[unit] or 0, set()).update((unit, *(each for each in later if each not in inspected)))
        if later:
            barred |= {(user, each) for user, _ in acting_for(people, one_with((unit,))) for each in (unit, *later)}
    wanted = [
        granting.Inspecting(user, position, unit, since, until)
        for team, user, position, since, until in held
        for unit in sorted(units.get(team, ()))
        if (until is None or until >= since) and (user, unit) not in barred
    ]
    granting.settle_inspecting(round.pk, wanted, actor=actor)


def require_no_conflict(teams: Iterable[tuple[int, int]], *, field: str) -> None:
    """Errors: `Invalid` where somebody of a team acts for a unit or is kept off it, or off one that it became one with;
    pairs of unit and team.
    """
    by_team: dict[int, set[int]] = {}
    for unit, team in teams:
        by_team.setdefault(team, set()).add(unit)
    rows = Membership.objects.in_force_or_coming().filter(team__in=by_team).values_list("team", "user")
    members: dict[int, set[int]] = {}
    for team, user in rows:
        members.setdefault(team, set()).add(user)
    for team, users in members.items():
        if kept_apart(users, one_with(by_team[team])):
            raise Invalid("faulty_fields", faults={field: "member_is_kept_off"})
