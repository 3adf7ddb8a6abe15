"""Terms, rounds, the teams of a round, the units inspected in it, and who is kept off which."""

from __future__ import annotations

from xuncha.rounds.models.recusal import Recusal
from xuncha.rounds.models.round import InspectedUnit, Round, Term
from xuncha.rounds.models.team import Membership, Team

__all__ = ["InspectedUnit", "Membership", "Recusal", "Round", "Team", "Term"]
