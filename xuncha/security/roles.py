"""Roles (角色), the scopes they are given for, and the rooms each opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may be in the system, the widest first: of several the first is named on the trail."""

    OFFICE_HEAD = "office_head", _("Head of the inspection office")
    OFFICE_STAFF = "office_staff", _("Inspection office staff")
    LEADERSHIP = "leadership", _("County leadership")
    DISCIPLINE_REVIEWER = "discipline_reviewer", _("Reviewer, discipline organ")
    ORGANISATION_REVIEWER = "organisation_reviewer", _("Reviewer, organisation department")
    REVIEWER = "reviewer", _("Reviewer")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")
    SECURITY_ADMINISTRATOR = "security_administrator", _("Security administrator")
    TRAIL_READER = "trail_reader", _("Trail reader")
    LEADER_IN_CHARGE = "leader_in_charge", _("County leader in charge")
    TEAM_HEAD = "team_head", _("Team head")
    TEAM_DEPUTY = "team_deputy", _("Deputy team head")
    TEAM_MEMBER = "team_member", _("Team member")
    PETITION_OFFICER = "petition_officer", _("Petition officer of a team")
    UNIT_SECRETARY = "unit_secretary", _("Unit secretary")
    UNIT_LEADER = "unit_leader", _("Unit leader")
    UNIT_LIAISON = "unit_liaison", _("Unit liaison")


class Scope(models.TextChoices):
    """What a role is given for: the whole office, one unit, one round, or one unit as inspected in one round."""

    OFFICE = "office", _("Whole office")
    UNIT = "unit", _("Unit")
    ROUND = "round", _("Round")
    INSPECTION = "inspection", _("Unit in a round")


# Who keeps the ledger: reads all of it and writes it.
OFFICE_ROLES: Final = frozenset({Role.OFFICE_HEAD, Role.OFFICE_STAFF})
REVIEWER_ROLES: Final = frozenset({Role.DISCIPLINE_REVIEWER, Role.ORGANISATION_REVIEWER, Role.REVIEWER})
# Who reads all of the ledger.
READING_ROLES: Final = OFFICE_ROLES | REVIEWER_ROLES | {Role.LEADERSHIP}
# Who works in a team: sees the units assigned to it in its round, drafts among them. Given by the round's own actions.
TEAM_ROLES: Final = frozenset({Role.TEAM_HEAD, Role.TEAM_DEPUTY, Role.TEAM_MEMBER, Role.PETITION_OFFICER})
# Who acts for a unit.
UNIT_ROLES: Final = frozenset({Role.UNIT_SECRETARY, Role.UNIT_LEADER, Role.UNIT_LIAISON})
# Who sees what was fed back to a unit.
UNIT_READING_ROLES: Final = UNIT_ROLES | {Role.LEADER_IN_CHARGE}
# 三员: no business data, and no two of them in one person. Source: domain guide section 7 (三员分立).
ADMINISTRATOR_ROLES: Final = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.TRAIL_READER})


class Room(models.TextChoices):
    """A part of the product (功能区) with a word in the menu; what one sees in it is the policy of its stage."""

    LEDGER = "ledger", _("Ledger")
    PAPERS = "papers", _("Import")
    FEEDBACK = "feedback", _("Feedback")
    RECTIFICATION = "rectification", _("Rectification")
    ROUNDS = "rounds", _("Rounds")
    UNITS = "units", _("Units")
    SCHEMES = "schemes", _("Schemes")
    KEEPING = "keeping", _("Keeping")
    PEOPLE = "people", _("People")
    TRAIL = "trail", _("Trail")


_READING: Final = frozenset({Room.LEDGER, Room.FEEDBACK, Room.RECTIFICATION, Room.ROUNDS, Room.UNITS, Room.SCHEMES})
_OWN: Final = frozenset({Room.LEDGER, Room.FEEDBACK, Room.RECTIFICATION})
# The one place that says which rooms a role opens; with several roles one has the rooms of all. Desk and own account
# are everybody's. docs/security.md, "Who enters what".
ROOMS: Final[Mapping[str, frozenset[Room]]] = {
    **dict.fromkeys(OFFICE_ROLES, _READING | {Room.PAPERS, Room.KEEPING}),
    **dict.fromkeys(REVIEWER_ROLES | {Role.LEADERSHIP}, _READING),
    **dict.fromkeys(TEAM_ROLES | UNIT_READING_ROLES, _OWN),
    Role.SYSTEM_ADMINISTRATOR: frozenset({Room.PEOPLE}),
    Role.SECURITY_ADMINISTRATOR: frozenset({Room.PEOPLE, Room.KEEPING}),
    Role.TRAIL_READER: frozenset({Room.TRAIL}),
}


def scope_of(role: str) -> Scope:
    """What a role is given for."""
    if role in TEAM_ROLES:
        return Scope.INSPECTION
    return Scope.UNIT if role in UNIT_READING_ROLES else Scope.OFFICE
