"""Roles, what they are for, and the states of accounts, in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, pgettext_lazy

from xuncha.organisation import queries as organisation
from xuncha.rounds import queries as rounds
from xuncha.security.roles import Role, Scope
from xuncha.web.rounds.wording import round_name

STATES: Final[Mapping[str, Any]] = {
    "open": pgettext_lazy("account", "In use"),
    "closed": pgettext_lazy("account", "Closed"),
    "locked": lazy("Locked"),
    "no_role": lazy("Without a role"),
    "no_factor": lazy("Second factor is missing"),
    "given": lazy("One-time password not changed yet"),
}
ROLES: Final = dict(Role.choices)


def role_word(code: str) -> str:
    """What a role is called."""
    return str(ROLES.get(code, code))


class Places:
    """What the scopes of some grants are called, read in two queries at most. A team's units are not named: which unit
    a team inspects is the office's knowledge, of which an administrator needs none."""

    def __init__(self, grants: Iterable[Any]) -> None:
        grants = list(grants)
        units = {grant.scope_id for grant in grants if grant.scope == Scope.UNIT}
        keys = {grant.round_key for grant in grants if grant.scope == Scope.INSPECTION}
        keys |= {grant.scope_id for grant in grants if grant.scope == Scope.ROUND}
        self._units = organisation.units_by_key(units) if units else {}
        self._rounds = rounds.rounds_by_key(keys) if keys else {}

    def unit(self, key: int | None) -> str:
        """A unit's short name."""
        found = self._units.get(key or 0)
        return found.short_name if found is not None else str(key or "")

    def round(self, key: int | None) -> str:
        """A round's name."""
        found = self._rounds.get(key or 0)
        return round_name(found) if found is not None else str(key or "")

    def of(self, grant: Any) -> str:
        """What a grant is for; empty for the whole office."""
        if grant.scope == Scope.UNIT:
            return self.unit(grant.scope_id)
        if grant.scope == Scope.INSPECTION:
            return self.round(grant.round_key)
        return self.round(grant.scope_id) if grant.scope == Scope.ROUND else ""


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role of a person. ``state``: now, coming or over. ``pk`` is null for one that comes with a team, for whose
    units it stands once."""

    pk: int | None
    role: str
    place: str
    since: datetime.date
    until: datetime.date | None
    state: str

    @property
    def words(self) -> str:
        """The role and what for, in one."""
        return f"{self.role} {self.place}".strip()


def held_roles(grants: Iterable[Any], places: Places) -> list[HeldRole]:
    """Grants as rows: those of a team's units are one row a round."""
    parts: dict[tuple[Any, ...], list[Any]] = {}
    for grant in grants:
        alike = (grant.role, grant.round_key, grant.valid_from, grant.valid_to)
        parts.setdefault(alike if grant.scope == Scope.INSPECTION else (grant.pk,), []).append(grant)
    return [_held_role(part, places) for part in parts.values()]


def _held_role(part: list[Any], places: Places) -> HeldRole:
    grant, n = part[0], len(part)
    of_team = grant.scope == Scope.INSPECTION
    place = places.of(grant)
    if of_team:
        place = f"{place} · {ngettext('%(n)s unit', '%(n)s units', n) % {'n': n}}"
    state = _state(grant.valid_from, grant.valid_to)
    return HeldRole(
        None if of_team else grant.pk, role_word(grant.role), place, grant.valid_from, grant.valid_to, state
    )


def _state(since: datetime.date, until: datetime.date | None) -> str:
    today = timezone.localdate()
    if until is not None and (until < today or until < since):
        return "over"
    return "coming" if since > today else "now"


def days_words(since: Any, until: Any) -> str:
    """From when to when."""
    if until:
        return _("%(since)s to %(until)s") % {"since": since or "…", "until": until}
    return _("from %(since)s") % {"since": since} if since else ""
