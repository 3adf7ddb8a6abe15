"""Terms, rounds, teams, recusals and the units inspected in a round, as the actor may see them."""

from __future__ import annotations

from xuncha.rounds.models import InspectedUnit, Membership, Recusal, Round, Team
from xuncha.rounds.queries.planning import (
    CoveredUnit,
    coverage,
    find_round,
    find_term,
    inspected,
    inspected_keys,
    next_number,
    rounds,
    rounds_by_key,
    rounds_of_unit,
    terms,
)

__all__ = [
    "CoveredUnit",
    "InspectedUnit",
    "Membership",
    "Recusal",
    "Round",
    "Team",
    "coverage",
    "find_round",
    "find_term",
    "inspected",
    "inspected_keys",
    "next_number",
    "rounds",
    "rounds_by_key",
    "rounds_of_unit",
    "terms",
]
