"""Roles (角色) and the scopes they are given for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may be in the system. The office's roles see the whole ledger, a unit's role its own part."""

    OFFICE_HEAD = "office_head", _("Head of the inspection office")
    OFFICE_STAFF = "office_staff", _("Inspection office staff")
    REVIEWER = "reviewer", _("Reviewer")
    UNIT_LIAISON = "unit_liaison", _("Unit liaison")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")


class Scope(models.TextChoices):
    """What a role is given for: the whole office, one unit, or one round."""

    OFFICE = "office", _("Whole office")
    UNIT = "unit", _("Unit")
    ROUND = "round", _("Round")


# Who keeps the ledger: reads all of it and writes it.
OFFICE_ROLES = frozenset({Role.OFFICE_HEAD, Role.OFFICE_STAFF})
# Who reads all of the ledger.
READING_ROLES = OFFICE_ROLES | {Role.REVIEWER}
