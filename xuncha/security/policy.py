"""May they? One policy per stage answers; each starts from the grants of the actor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from xuncha.security.errors import NotPermitted
from xuncha.security.models import Exclusion, Grant, User
from xuncha.security.roles import (
    ADMINISTRATOR_ROLES,
    OFFICE_ROLES,
    READING_ROLES,
    ROOMS,
    TEAM_ROLES,
    UNIT_READING_ROLES,
    UNIT_ROLES,
    Role,
    Room,
    Scope,
)


def _in_force() -> Q:
    today = timezone.localdate()
    return Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))


def in_force(grants: QuerySet[Grant]) -> QuerySet[Grant]:
    """Those of the grants that hold today."""
    return grants.filter(_in_force())


def grants_in_force(actor: User) -> QuerySet[Grant]:
    """The grants of the actor that hold today."""
    return Grant.objects.filter(_in_force(), user=actor)


def coming_grants(actor: User) -> list[Grant]:
    """The grants of the actor that will hold from a later day on, the next first."""
    rows = Grant.objects.filter(user=actor, valid_from__gt=timezone.localdate())
    return list(rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))).order_by("valid_from", "id"))


def exclusions_in_force(actor: User) -> QuerySet[Exclusion]:
    """What the actor is kept away from today."""
    return Exclusion.objects.filter(_in_force(), user=actor)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the actor is, without what for: roles for the whole office, roles for a part, whether anything is hidden."""

    roles: frozenset[str]
    partial: frozenset[str]
    is_excluded: bool


def standing(actor: User) -> Standing:
    """Read once for the life of the object, which is one request. Whoever administers is nothing else."""
    known: Standing | None = getattr(actor, "_standing", None)
    if known is None:
        kept_away = exclusions_in_force(actor).annotate(role=Value("")).values_list("scope", "role")
        # In one query; an exclusion is the row without a role.
        held = set(grants_in_force(actor).order_by().values_list("scope", "role").union(kept_away))
        office: set[str] = set()
        partial: set[str] = set()
        for scope, role in held:
            if role:
                (office if scope == Scope.OFFICE else partial).add(role)
        if office & ADMINISTRATOR_ROLES:
            office, partial = office & ADMINISTRATOR_ROLES, set()
        known = Standing(frozenset(office), frozenset(partial), any(not role for _scope, role in held))
        actor._standing = known  # type: ignore[attr-defined]
    return known


def roles(actor: User) -> frozenset[str]:
    """The office-wide roles of the actor."""
    return standing(actor).roles


def rooms(actor: User) -> frozenset[Room]:
    """The rooms that the actor's roles open, all together."""
    held = standing(actor)
    return frozenset().union(*(ROOMS[role] for role in held.roles | held.partial))


def require_room(actor: User, room: Room) -> None:
    """Errors: `NotPermitted` where no role of the actor opens the room."""
    if room not in rooms(actor):
        raise NotPermitted("not_permitted", act="enter_room")


def role_used(actor: User) -> str:
    """The role in which the actor acts, for the trail: the widest that is held; empty without any."""
    held = standing(actor)
    return next((role for role in Role.values if role in (held.roles or held.partial)), "")


def keeps_the_ledger(actor: User) -> bool:
    """Whether the actor belongs to the office that keeps the ledger."""
    return bool(roles(actor) & OFFICE_ROLES)


def reads_the_ledger(actor: User) -> bool:
    """Whether the actor may read the whole ledger, but for what the actor is excluded from."""
    return bool(roles(actor) & READING_ROLES)


def administers(actor: User) -> bool:
    """Whether the actor is one of the three administrators, who see no business data."""
    return bool(roles(actor) & ADMINISTRATOR_ROLES)


def inspects(actor: User) -> bool:
    """Whether the actor works in a team."""
    return bool(standing(actor).partial & TEAM_ROLES)


def is_excluded(actor: User) -> bool:
    """Whether anything is hidden from the actor by recusal."""
    return standing(actor).is_excluded


def excluded(actor: User, scope: Scope) -> QuerySet[Exclusion, Any]:
    """The keys of the units or rounds hidden from the actor, as a query to stand inside another."""
    return exclusions_in_force(actor).filter(scope=scope).values("scope_id")


def hidden_units(actor: User) -> frozenset[int]:
    """The keys of the units hidden from the actor, for acts that name units one by one: what the actor does not see is
    neither added nor taken away by not being named.
    """
    if not is_excluded(actor):
        return frozenset()
    return frozenset(excluded(actor, Scope.UNIT).values_list("scope_id", flat=True))


def units_acted_for(actor: User) -> QuerySet[Grant, Any]:
    """The keys of the units that the actor acts for, as a query to stand inside another."""
    return _keys(actor, Q(scope=Scope.UNIT, role__in=UNIT_ROLES))


def units_of(actor: User) -> QuerySet[Grant, Any]:
    """The keys of the units whose feedback the actor sees: of the own unit, or as the leader in charge of it."""
    return _keys(actor, Q(scope=Scope.UNIT, role__in=UNIT_READING_ROLES))


def inspections_of(actor: User) -> QuerySet[Grant]:
    """The units that the actor's teams inspect: ``scope_id`` is the unit's key, ``round_key`` that of its round."""
    rows = _held(actor, Q(scope=Scope.INSPECTION, role__in=TEAM_ROLES))
    return rows.exclude(round_key__in=excluded(actor, Scope.ROUND)) if is_excluded(actor) else rows


def _held(actor: User, which: Q) -> QuerySet[Grant]:
    # No role has an empty name: a condition that SQL can ask inside others, where `none()` could not stand.
    rows = grants_in_force(actor).filter(Q(role="") if administers(actor) else which)
    return rows.exclude(scope_id__in=excluded(actor, Scope.UNIT)) if is_excluded(actor) else rows


def _keys(actor: User, which: Q) -> QuerySet[Grant, Any]:
    return _held(actor, which).values("scope_id")


def acting_for(users: Iterable[int], units: Iterable[int]) -> set[tuple[int, int]]:
    """Which of the persons act for which of the units, today or later: pairs of a person's and a unit's key."""
    rows = Grant.objects.filter(_not_over(), _of(users, units), role__in=UNIT_READING_ROLES)
    return {(user, int(unit or 0)) for user, unit in rows.values_list("user", "scope_id")}


def kept_apart(users: Iterable[int], units: Iterable[int]) -> set[tuple[int, int]]:
    """Which of the persons act for which of the units, or are kept away from it, today or later: none of them inspects
    it. Pairs of a person's and a unit's key.
    """
    users, units = list(users), list(units)
    rows = Exclusion.objects.filter(_not_over(), _of(users, units))
    return acting_for(users, units) | set(rows.values_list("user", "scope_id"))


def _not_over() -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate())


def _of(users: Iterable[int], units: Iterable[int]) -> Q:
    return Q(user__in=list(users), scope=Scope.UNIT, scope_id__in=list(units))


def sees_all_parts(actor: User) -> bool:
    """Whether nobody's part in anything is hidden from the actor: no condition is needed."""
    return reads_the_ledger(actor) and not is_excluded(actor)


def part_in_sight(actor: User, field: str = "unit", *, round: str | None) -> Q:
    """Of what belongs to several units (addressees, recipients), the parts the actor may know, by the unit's field.

    ``round`` is the field of the round it belongs to: a team knows a unit's part in its own round, not in another's.
    Null where it is of no round, as the unit by its name.
    """
    if sees_all_parts(actor):
        return Q()
    if reads_the_ledger(actor):
        return ~Q(**{f"{field}__in": excluded(actor, Scope.UNIT)})
    own = Q(**{f"{field}__in": units_of(actor)})
    if not inspects(actor):
        return own
    held = inspections_of(actor).filter(scope_id=OuterRef(field))
    return own | Q(Exists(held if round is None else held.filter(round_key=OuterRef(round))))


class Policy:
    """Who may do what in a stage. ``office_acts`` are the acts of those who keep the ledger."""

    office_acts: frozenset[str] = frozenset()
    reading_acts: frozenset[str] = frozenset()

    def may(self, actor: User, act: str, thing: object | None = None) -> bool:
        if act in self.office_acts:
            return keeps_the_ledger(actor)
        if act in self.reading_acts:
            return reads_the_ledger(actor)
        raise LookupError(f"no policy for the act {act!r}")

    def require(self, actor: User, act: str, thing: object | None = None) -> None:
        """Errors: `NotPermitted` when the actor may not."""
        if not self.may(actor, act, thing):
            raise NotPermitted("not_permitted", act=act)

    def acts(self) -> Iterable[str]:
        return sorted(self.office_acts | self.reading_acts)
