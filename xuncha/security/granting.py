"""What persons are granted and kept away from: by the security administrator, or on the machine itself, on the trail.

Roles in teams follow from the round: its actions settle them here, and recusals that were decided become exclusions.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from xuncha.security import policy, trail
from xuncha.security.accounts import gives_rights
from xuncha.security.errors import Invalid, NotPermitted
from xuncha.security.models import Exclusion, Grant, User
from xuncha.security.roles import ADMINISTRATOR_ROLES, TEAM_ROLES, Role, Scope, scope_of

# What is given by hand; roles in a team come with the membership.
GRANTED_BY_HAND: Final = tuple(role for role in Role if role not in TEAM_ROLES)


def _require(actor: User, user: User) -> None:
    if not gives_rights(actor):
        raise NotPermitted("not_permitted", act="grant_roles")
    if user.pk == actor.pk:
        raise NotPermitted("not_to_oneself", act="grant_roles")


@transaction.atomic
def grant_role(
    user: User,
    role: str,
    *,
    unit: int | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    actor: User,
) -> Grant:
    """任职授权: give a role, for a unit where it is a unit's, else for the office. The same again moves its days.

    ``unit`` is the plain key of a unit; ``since`` null: from today, or as it was; ``until`` is the last day, null
    without end. Errors: `NotPermitted`, also to oneself; `Invalid` with ``faults`` of role, unit, until.
    """
    _require(actor, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    faults = _faults(user, role, unit) or ({"until": "before_since"} if since and until and until < since else {})
    if faults:
        raise Invalid("account", faults=faults)
    scope = scope_of(role)
    days = {"valid_to": until} | ({"valid_from": since} if since else {})
    had = Grant.objects.filter(user=user, role=role, scope=scope, scope_id=unit).first()
    before = {"since": had.valid_from, "until": had.valid_to} if had is not None else None
    grant, _made = Grant.objects.update_or_create(user=user, role=role, scope=scope, scope_id=unit, defaults=days)
    trail.record(
        actor=actor,
        act="grant_role",
        thing=user,
        before=before,
        after={"role": role, "scope": scope, "unit": unit, "since": grant.valid_from, "until": until},
    )
    return grant


def _faults(user: User, role: str, unit: int | None) -> dict[str, str]:
    if role not in Role.values:
        return {"role": "unknown"}
    if role in TEAM_ROLES:
        return {"role": "comes_with_the_team"}
    if (scope_of(role) == Scope.UNIT) != (unit is not None):
        return {"unit": "needed" if unit is None else "not_for_this_role"}
    if unit is not None and _not_over(user).filter(scope=Scope.INSPECTION, scope_id=unit).exists():
        # Nobody answers for what he or she inspects: the other way round the round's own actions refuse it.
        return {"unit": "inspects_it"}
    held = set(_not_over(user).values_list("role", flat=True)) - {role}
    if role in ADMINISTRATOR_ROLES and held & ADMINISTRATOR_ROLES:
        return {"role": "administers_already"}
    if role in ADMINISTRATOR_ROLES and _is_at_work(user):
        return {"role": "administrators_see_no_business"}
    if held and (role in ADMINISTRATOR_ROLES) != bool(held & ADMINISTRATOR_ROLES):
        return {"role": "administrators_see_no_business"}
    return {}


def _not_over(user: User) -> QuerySet[Grant]:
    today = timezone.localdate()
    return Grant.objects.filter(user=user).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))


def _is_at_work(user: User) -> bool:
    """Whether a stage says that the person works in it, though no grant does: in a team that has no unit yet."""
    return any(User.objects.filter(pk=user.pk, pk__in=import_string(name)()).exists() for name in settings.AT_WORK)


def is_administrator(user: User) -> bool:
    """Whether the person holds, or will hold, one of the three administrators' roles, which no other goes with."""
    return _not_over(user).filter(role__in=ADMINISTRATOR_ROLES).exists()


@transaction.atomic
def withdraw_grant(grant: Grant, *, last: datetime.date | None = None, actor: User, reason: str = "") -> Grant:
    """免去授权: a role ends at once, or after its ``last`` day. One that had not begun then never does.

    Errors: `NotPermitted`; `Invalid` with ``faults`` of role and last.
    """
    _require(actor, grant.user)
    grant = Grant.objects.select_for_update().select_related("user").get(pk=grant.pk)
    if grant.scope == Scope.INSPECTION:
        raise Invalid("account", faults={"role": "comes_with_the_team"})
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    if grant.valid_to is not None and grant.valid_to <= yesterday:
        return grant
    last = yesterday if last is None else last
    if last < yesterday:
        raise Invalid("account", faults={"last": "in_the_past"})
    if grant.valid_to is not None and last > grant.valid_to:
        raise Invalid("account", faults={"last": "after_its_end"})
    before = {"role": grant.role, "scope": grant.scope, "unit": grant.scope_id, "until": grant.valid_to}
    grant.valid_to = last
    grant.save(update_fields=["valid_to"])
    trail.record(
        actor=actor, act="withdraw_role", thing=grant.user, before=before, after={"until": last}, reason=reason
    )
    return grant


@transaction.atomic
def end_grants(user: User, *, role: str | None = None, actor: User) -> int:
    """Take roles back from today on, one or all; how many grants that were. Those of teams stay with the team."""
    _require(actor, user)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    held = policy.grants_in_force(user).exclude(scope=Scope.INSPECTION)
    count = (held if role is None else held.filter(role=role)).update(valid_to=yesterday)
    if count:
        trail.record(actor=actor, act="end_grants", thing=user, before={"role": role or "all"})
    return count


@dataclass(frozen=True, slots=True)
class Inspecting:
    """A role in a team for one unit of its round, from a day to a day (null: without end)."""

    user: int
    role: str
    unit: int
    since: datetime.date
    until: datetime.date | None


@transaction.atomic
def settle_inspecting(round_key: int, wanted: Iterable[Inspecting], *, actor: User) -> None:
    """The grants of a round's teams become exactly those wanted; called by the actions of the round, which asked for
    the right. What a person gained or lost is an entry on that person's trail.
    """
    # A person may be in a team twice, one time after the other: the first day tells them apart.
    asked = {(each.user, each.role, each.unit, each.since): each.until for each in wanted}
    rows = Grant.objects.select_for_update().filter(scope=Scope.INSPECTION, round_key=round_key)
    had = {(row.user_id, row.role, row.scope_id or 0, row.valid_from): row for row in rows}
    gone = [row for key, row in had.items() if key not in asked]
    moved = [row for key, row in had.items() if key in asked and row.valid_to != asked[key]]
    for row in moved:
        row.valid_to = asked[row.user_id, row.role, row.scope_id or 0, row.valid_from]
    made = [
        Grant(user_id=user, role=role, scope=Scope.INSPECTION, scope_id=unit, round_key=round_key,
              valid_from=since, valid_to=until)
        for (user, role, unit, since), until in asked.items()
        if (user, role, unit, since) not in had
    ]  # fmt: skip
    Grant.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Grant.objects.bulk_update(moved, ["valid_to"], batch_size=500)
    Grant.objects.bulk_create(made, batch_size=500)
    people = User.objects.in_bulk({row.user_id for row in (*gone, *moved, *made)})
    changes = []
    for key in sorted(people):
        lost = [_told(row) for row in gone if row.user_id == key]
        won = [_told(row) for row in (*moved, *made) if row.user_id == key]
        changes.append((people[key], {"round": round_key, "roles": lost}, {"round": round_key, "roles": won}))
    if changes:
        trail.record_many(actor=actor, act="settle_team_roles", changes=changes)


def _told(grant: Grant) -> dict[str, object]:
    return {"role": grant.role, "unit": grant.scope_id, "since": grant.valid_from, "until": grant.valid_to}


@transaction.atomic
def exclude(
    user: User,
    *,
    unit: int | None = None,
    round: int | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    recusal: int | None = None,
    actor: User,
) -> Exclusion:
    """屏蔽: keep a person away from a unit, or from a round, at once. Called by the action that decided it."""
    if (unit is None) == (round is None):
        raise ValueError("A unit or a round.")
    scope, key = (Scope.UNIT, unit) if unit is not None else (Scope.ROUND, int(round or 0))
    since = since or timezone.localdate()
    made = Exclusion.objects.create(
        user=user, scope=scope, scope_id=key, valid_from=since, valid_to=until, recusal_key=recusal
    )
    trail.record(
        actor=actor,
        act="exclude",
        thing=user,
        after={"scope": scope, "key": key, "since": since, "until": until, "recusal": recusal},
    )
    return made


@transaction.atomic
def lift_exclusion(exclusion: Exclusion, *, actor: User) -> Exclusion:
    """解除屏蔽: from today on the roles count again. Called by the action that decided it."""
    exclusion = Exclusion.objects.select_for_update().select_related("user").get(pk=exclusion.pk)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    before = {"scope": exclusion.scope, "key": exclusion.scope_id, "until": exclusion.valid_to}
    exclusion.valid_to = yesterday
    exclusion.save(update_fields=["valid_to"])
    trail.record(actor=actor, act="lift_exclusion", thing=exclusion.user, before=before, after={"until": yesterday})
    return exclusion


@transaction.atomic
def settle_exclusion(
    user: User, *, units: Collection[int], recusal: int, is_wanted: bool, until: datetime.date | None, actor: User
) -> None:
    """The exclusions that follow from a recusal become what that says from today on: from these units until its last
    day (null: without end), or lifted. Called by the actions of the round, which asked for the right.
    """
    rows = Exclusion.objects.select_for_update().filter(user=user, recusal_key=recusal, scope=Scope.UNIT)
    held = {row.scope_id: row for row in rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate()))}
    wanted = frozenset(units) if is_wanted else frozenset()
    for unit in sorted(wanted - held.keys()):
        exclude(user, unit=unit, until=until, recusal=recusal, actor=actor)
    for unit, row in sorted(held.items()):
        if unit not in wanted:
            lift_exclusion(row, actor=actor)
        elif row.valid_to != until:
            before, row.valid_to = row.valid_to, until
            row.save(update_fields=["valid_to"])
            trail.record(actor=actor, act="exclude", thing=user, before={"until": before}, after={"until": until})
