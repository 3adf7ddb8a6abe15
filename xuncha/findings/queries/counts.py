"""How many findings: from the counts that the database keeps, never by counting rows.

Counts hold drafts and joint findings of all units; they are for those who read the whole ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from django.db.models import QuerySet, Sum

from xuncha.findings.models import FindingCount
from xuncha.findings.permissions import counts_visible_to
from xuncha.findings.workflow import CURRENT
from xuncha.security.models import User

# Stands for "joint" among units, for "no category" among categories.
NONE: Final = 0


def _of_round(actor: User, round: int, states: Iterable[str]) -> QuerySet[FindingCount]:
    return counts_visible_to(actor).filter(round_id=round, state__in=list(states), number__gt=0)


def by_unit(actor: User, round: int, states: Iterable[str] = CURRENT) -> dict[int, int]:
    """Findings of a round by unit; 0 is joint feedback."""
    rows = _of_round(actor, round, states).values_list("unit_id").annotate(found=Sum("number"))
    return dict(rows.order_by())


def by_category(actor: User, round: int, states: Iterable[str] = CURRENT) -> dict[int, int]:
    """Findings of a round by category; 0 is none."""
    rows = _of_round(actor, round, states).values_list("category_id").annotate(found=Sum("number"))
    return dict(rows.order_by())


def cells(
    actor: User, round: int, units: Collection[int], states: Iterable[str] = CURRENT
) -> dict[tuple[int, int], int]:
    """Findings of a round by unit and category, of some units."""
    rows = _of_round(actor, round, states).filter(unit_id__in=list(units))
    grouped = rows.values_list("unit_id", "category_id").annotate(found=Sum("number")).order_by()
    return {(unit, category): number for unit, category, number in grouped}


def by_unit_and_state(actor: User, round: int) -> dict[int, dict[str, int]]:
    """The current findings of a round by unit, then by state."""
    rows = _of_round(actor, round, CURRENT).values_list("unit_id", "state").annotate(found=Sum("number")).order_by()
    found: dict[int, dict[str, int]] = {}
    for unit, state, number in rows:
        found.setdefault(unit, {})[state] = number
    return found


def by_round_and_state(actor: User) -> dict[int, dict[str, int]]:
    """The current findings of all rounds by state."""
    rows = counts_visible_to(actor).filter(state__in=CURRENT, number__gt=0)
    found: dict[int, dict[str, int]] = {}
    for round, state, number in rows.values_list("round_id", "state").annotate(found=Sum("number")).order_by():
        found.setdefault(round, {})[state] = number
    return found


def of_unit_by_round(actor: User, unit: int) -> dict[int, dict[str, int]]:
    """The current findings of one unit's own number series, by round and state."""
    rows = counts_visible_to(actor).filter(unit_id=unit, state__in=CURRENT, number__gt=0)
    found: dict[int, dict[str, int]] = {}
    for round, state, number in rows.values_list("round_id", "state").annotate(found=Sum("number")).order_by():
        found.setdefault(round, {})[state] = number
    return found


def of_categories(actor: User, categories: Collection[int]) -> dict[int, int]:
    """The findings of all rounds and states that bear categories of the leading scheme."""
    rows = counts_visible_to(actor).filter(category_id__in=list(categories), number__gt=0)
    return dict(rows.values_list("category_id").annotate(found=Sum("number")).order_by())
