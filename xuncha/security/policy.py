"""May they? One policy per stage answers; each starts from the grants of the actor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from xuncha.security.errors import NotPermitted
from xuncha.security.models import Grant, User
from xuncha.security.roles import OFFICE_ROLES, READING_ROLES, Role, Scope


def grants_in_force(actor: User) -> QuerySet[Grant]:
    """The grants of the actor that hold today."""
    today = timezone.localdate()
    return Grant.objects.filter(user=actor, valid_from__lte=today).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=today)
    )


def roles(actor: User) -> frozenset[str]:
    """The office-wide roles of the actor; read once for the life of the object, which is one request."""
    known: frozenset[str] | None = getattr(actor, "_office_roles", None)
    if known is None:
        known = frozenset(grants_in_force(actor).filter(scope=Scope.OFFICE).values_list("role", flat=True))
        actor._office_roles = known  # type: ignore[attr-defined]
    return known


def role_used(actor: User) -> str:
    """The role in which the actor acts, for the trail: the widest that is held; empty without any."""
    held = roles(actor)
    return next((role for role in Role.values if role in held), "") or _unit_role(actor)


def _unit_role(actor: User) -> str:
    known: str | None = getattr(actor, "_unit_role", None)
    if known is None:
        found = grants_in_force(actor).exclude(scope=Scope.OFFICE).order_by("id").values_list("role", flat=True).first()
        known = found or ""
        actor._unit_role = known  # type: ignore[attr-defined]
    return known


def keeps_the_ledger(actor: User) -> bool:
    """Whether the actor belongs to the office that keeps the ledger."""
    return bool(roles(actor) & OFFICE_ROLES)


def reads_the_ledger(actor: User) -> bool:
    """Whether the actor may read the whole ledger."""
    return bool(roles(actor) & READING_ROLES)


def units_of(actor: User) -> QuerySet[Grant, Any]:
    """The keys of the units that the actor acts for, as a query to stand inside another."""
    return grants_in_force(actor).filter(scope=Scope.UNIT, role=Role.UNIT_LIAISON).values("scope_id")


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
