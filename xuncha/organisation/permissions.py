"""Who sees the units, and who may change them."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet

from xuncha.organisation.models import Unit
from xuncha.security.models import User
from xuncha.security.policy import Policy, part_in_sight


class OrganisationPolicy(Policy):
    """The office keeps the list of units; reviewers read it."""

    office_acts = frozenset(
        {"add_unit", "edit_unit", "rename_unit", "move_unit", "merge_unit", "abolish_unit", "import_units"}
    )
    reading_acts = frozenset({"see_units"})


POLICY: Final = OrganisationPolicy()


def units_visible_to(actor: User) -> QuerySet[Unit]:
    """The units the actor may know of: readers all, others the own ones and those that their teams inspect."""
    return Unit.objects.filter(part_in_sight(actor, "pk", round=None))
