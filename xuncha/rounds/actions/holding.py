"""What the actions of a round share: the round held, its teams' grants settled, who may not go with which unit."""

from __future__ import annotations

from collections.abc import Iterable

from xuncha.rounds.models import InspectedUnit, Membership, Round
from xuncha.security import granting
from xuncha.security.errors import Conflict, Invalid
from xuncha.security.models import User
from xuncha.security.policy import kept_apart


def hold(round: Round, version: int | None) -> Round:
    """The round, held until the transaction ends: whatever touches its teams waits here.

    Errors: `Conflict` when it is no longer as the actor saw it; ``version`` null: that does not matter.
    """
    held = Round.objects.select_for_update(of=("self",)).select_related("term").get(pk=round.pk)
    if version is not None and held.version != version:
        raise Conflict("round_changed", current=held)
    return held


def settle(round: Round, *, actor: User) -> None:
    """The grants of the round become what its teams say: each membership, for its days, over each unit of its team."""
    units: dict[int, list[int]] = {}
    for team, unit in InspectedUnit.objects.filter(round=round, team__isnull=False).values_list("team_id", "unit_id"):
        units.setdefault(team, []).append(unit)
    held = Membership.objects.filter(team__round=round)
    wanted = [
        granting.Inspecting(user, position, unit, since, until)
        for team, user, position, since, until in held.values_list("team", "user", "position", "since", "until")
        for unit in units.get(team, ())
        if until is None or until >= since
    ]
    granting.settle_inspecting(round.pk, wanted, actor=actor)


def require_no_conflict(teams: Iterable[tuple[int, int]], *, field: str) -> None:
    """Errors: `Invalid` where somebody of a team acts for a unit or is kept off it; pairs of unit and team."""
    by_team: dict[int, set[int]] = {}
    for unit, team in teams:
        by_team.setdefault(team, set()).add(unit)
    rows = Membership.objects.in_force_or_coming().filter(team__in=by_team).values_list("team", "user")
    members: dict[int, set[int]] = {}
    for team, user in rows:
        members.setdefault(team, set()).add(user)
    for team, users in members.items():
        if kept_apart(users, by_team[team]):
            raise Invalid("faulty_fields", faults={field: "member_is_kept_off"})
