"""Who has an account and what for: what the system and the security administrator see of people. No business data."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from xuncha.security import accounts, factors, policy, throttle, trail
from xuncha.security.models import ApiToken, Grant, SecondFactor, Session, TrailEntry, User
from xuncha.security.roles import ADMINISTRATOR_ROLES, Role, Room

PAGE: Final = 50
# A person's roles in words: these acts tell of them.
ROLE_ACTS: Final = ("grant_role", "withdraw_role", "end_grants", "settle_team_roles", "exclude", "lift_exclusion")
STATES: Final = ("open", "closed", "locked", "no_role", "no_factor", "given")
SOON_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """Which accounts: words in name or account, a role held today, a state of `STATES`; ``role`` and ``state`` empty
    for all."""

    words: str = ""
    role: str = ""
    state: str = ""

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> PeopleQuery:
        """Read from a query string; what is none of the known is left out."""
        role, state = str(params.get("role") or ""), str(params.get("state") or "")
        return cls(
            words=" ".join(str(params.get("q") or "").split())[:60],
            role=role if role in Role.values else "",
            state=state if state in STATES else "",
        )

    def to_params(self) -> dict[str, str]:
        """The query string's parameters, without what is not said."""
        told = {"q": self.words, "role": self.role, "state": self.state}
        return {name: value for name, value in told.items() if value}

    def address_of(self, base: str, **changes: str) -> str:
        """An address with this query, some of it changed."""
        params = replace(self, **changes).to_params()
        return f"{base}?{urlencode(params)}" if params else base

    def rows(self) -> QuerySet[User]:
        """The accounts of persons, in no order."""
        rows = accounts.people().order_by()
        if self.words:
            rows = rows.filter(Q(username__icontains=self.words) | Q(name__icontains=self.words))
        if self.role:
            rows = rows.filter(Exists(_held(OuterRef("pk")).filter(role=self.role)))
        return _in_state(rows, self.state)


def _held(user: Any) -> QuerySet[Grant]:
    return policy.in_force(Grant.objects.filter(user=user))


def _in_state(rows: QuerySet[User], state: str) -> QuerySet[User]:
    if state == "open":
        return rows.filter(is_active=True)
    if state == "closed":
        return rows.filter(is_active=False)
    if state == "given":
        return rows.filter(is_active=True, must_change_password=True)
    if state == "no_role":
        return rows.filter(~Exists(_held(OuterRef("pk"))), is_active=True)
    if state == "no_factor":
        return rows.filter(factors.without_factor(), is_active=True)
    if state == "locked":
        # Locks stand under digests of the accounts: which these are is asked the other way round.
        return rows.filter(username__in=list(throttle.locked_until(rows.values_list("username", flat=True))))
    return rows


@dataclass(frozen=True, slots=True)
class Entry:
    """One account. ``grants`` hold today; ``locked_until`` is null where it is not locked."""

    user: User
    has_factor: bool
    lacks_factor: bool
    locked_until: datetime.datetime | None
    grants: Sequence[Grant] = field(default=())


@dataclass(frozen=True, slots=True)
class Page:
    """Accounts in their order; ``earlier``/``later``: whether there are more at that end."""

    entries: Sequence[Entry]
    earlier: bool
    later: bool


def page(actor: User, query: PeopleQuery, *, before: str = "", after: str = "", size: int = PAGE) -> Page:
    """A page of accounts, by account; ``before``/``after`` are accounts at its edge. Errors: `NotPermitted`."""
    policy.require_room(actor, Room.PEOPLE)
    rows = query.rows()
    if before:
        found = list(rows.filter(username__lt=before).order_by("-username")[: size + 1])
        chosen, earlier, later = found[:size][::-1], len(found) > size, bool(found)
    else:
        if after:
            rows = rows.filter(username__gt=after)
        found = list(rows.order_by("username")[: size + 1])
        chosen, earlier, later = found[:size], bool(after and found), len(found) > size
    return Page(_entries(chosen), earlier, later)


def _entries(users: Sequence[User]) -> list[Entry]:
    keys = [user.pk for user in users]
    grants: dict[int, list[Grant]] = {}
    for grant in policy.in_force(Grant.objects.filter(user__in=keys)).order_by("id"):
        grants.setdefault(grant.user_id, []).append(grant)
    having = set(SecondFactor.objects.filter(user__in=keys).values_list("user", flat=True))
    lacking = set(User.objects.filter(factors.without_factor(), pk__in=keys).values_list("pk", flat=True))
    locked = throttle.locked_until(user.username for user in users)
    return [
        Entry(
            user=user,
            has_factor=user.pk in having,
            lacks_factor=user.pk in lacking,
            locked_until=locked.get(user.username),
            grants=in_order(grants.get(user.pk, ())),
        )
        for user in users
    ]


def in_order(grants: Iterable[Grant]) -> list[Grant]:
    """Grants with the widest role first."""
    places = {role: place for place, role in enumerate(Role.values)}
    return sorted(grants, key=lambda grant: (places.get(grant.role, len(places)), grant.pk))


def count(actor: User, query: PeopleQuery) -> int:
    """How many accounts. Errors: `NotPermitted`."""
    policy.require_room(actor, Room.PEOPLE)
    return query.rows().count()


def numbers(actor: User) -> dict[str, int]:
    """How many accounts are in use, closed, with a second factor, signed in now. Errors: `NotPermitted`."""
    policy.require_room(actor, Room.PEOPLE)
    has_factor = Exists(SecondFactor.objects.filter(user=OuterRef("pk")))
    is_here = Exists(Session.objects.filter(user=OuterRef("pk"), expire_date__gt=timezone.now()))
    found: dict[str, int] = (
        accounts.people()
        .order_by()
        .aggregate(
            open=Count("pk", filter=Q(is_active=True)),
            closed=Count("pk", filter=Q(is_active=False)),
            with_factor=Count("pk", filter=Q(has_factor)),
            here=Count("pk", filter=Q(is_here)),
        )
    )
    return found


def person(actor: User, pk: int) -> Entry | None:
    """One account; null where there is none. Errors: `NotPermitted`."""
    policy.require_room(actor, Room.PEOPLE)
    user = accounts.people().filter(pk=pk).first()
    return _entries([user])[0] if user is not None else None


def grants_of(actor: User, user: User) -> list[Grant]:
    """All that a person was ever given, what holds longest first. Errors: `NotPermitted`."""
    policy.require_room(actor, Room.PEOPLE)
    endless = datetime.date.max
    rows = Grant.objects.filter(user=user)
    return sorted(in_order(rows), key=lambda grant: grant.valid_to or endless, reverse=True)


def history_of_roles(actor: User, user: User, *, number: int = PAGE) -> list[TrailEntry]:
    """What the trail says of a person's roles, newest first. Errors: `NotPermitted`."""
    policy.require_room(actor, Room.PEOPLE)
    return list(trail.history_of(user).filter(act__in=ROLE_ACTS)[:number])


def latest_about_roles(actor: User, *, number: int) -> list[tuple[TrailEntry, User | None]]:
    """What the trail last said of anybody's roles, newest first, and whose. Errors: `NotPermitted`."""
    policy.require_room(actor, Room.PEOPLE)
    # Act by act, each off its index: on a long trail few entries speak of roles.
    keys = [
        key
        for act in ROLE_ACTS
        for key in TrailEntry.objects.filter(act=act).order_by("-id").values_list("pk", flat=True)[:number]
    ]
    rows = TrailEntry.objects.select_related("actor").filter(pk__in=sorted(keys)[-number:]).order_by("-id")
    entries = list(rows)
    known = User.objects.in_bulk({entry.object_id for entry in entries})
    return [(entry, known.get(entry.object_id)) for entry in entries]


def ending_soon(actor: User, *, number: int) -> list[Grant]:
    """Roles that end within `SOON_DAYS`, the next first; those of teams end with their round and are left out.

    Errors: `NotPermitted`.
    """
    policy.require_room(actor, Room.PEOPLE)
    today = timezone.localdate()
    until = today + datetime.timedelta(days=SOON_DAYS)
    rows = policy.in_force(Grant.objects.filter(valid_to__lte=until, round_key=None, user__is_active=True))
    return list(rows.select_related("user").order_by("valid_to", "id")[:number])


def tokens_ending(actor: User, *, number: int) -> list[ApiToken]:
    """Tokens of programs that end within `SOON_DAYS`, the next first. Errors: `NotPermitted`."""
    policy.require_room(actor, Room.PEOPLE)
    today = timezone.localdate()
    until = today + datetime.timedelta(days=SOON_DAYS)
    rows = ApiToken.objects.filter(expires_on__gte=today, expires_on__lte=until, revoked_at=None, user__is_active=True)
    return list(rows.select_related("user").order_by("expires_on", "id")[:number])


def are_alone() -> list[str]:
    """Administrators' roles that nobody with an open account holds today."""
    held = set(
        policy.in_force(Grant.objects.filter(role__in=ADMINISTRATOR_ROLES, user__is_active=True))
        .order_by()
        .values_list("role", flat=True)
    )
    return [role for role in Role.values if role in ADMINISTRATOR_ROLES and role not in held]
