"""What changes terms, rounds, teams and recusals: right, state, change, trail, in one transaction."""

from __future__ import annotations

from xuncha.rounds.actions.planning import add_round, add_term, choose_units, edit_round, edit_term
from xuncha.rounds.actions.recusing import decide_recusal, declare_recusal, end_recusal, object_to_member
from xuncha.rounds.actions.teaming import appoint_member, assign_units, form_team, rename_team, withdraw_member

__all__ = [
    "add_round",
    "add_term",
    "appoint_member",
    "assign_units",
    "choose_units",
    "decide_recusal",
    "declare_recusal",
    "edit_round",
    "edit_term",
    "end_recusal",
    "form_team",
    "object_to_member",
    "rename_team",
    "withdraw_member",
]
