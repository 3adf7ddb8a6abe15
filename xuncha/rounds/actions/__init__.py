"""What changes terms, rounds, teams and recusals: right, state, change, trail, in one transaction."""

from __future__ import annotations

from xuncha.rounds.actions.planning import add_round, add_term, choose_units, edit_round, edit_term
from xuncha.rounds.actions.recusing import (
    LONGEST_WORDS,
    decide_recusal,
    declare_recusal,
    end_recusal,
    object_to_member,
)
from xuncha.rounds.actions.teaming import (
    LONGEST_NAME,
    LONGEST_REASON,
    appoint_member,
    assign_units,
    form_team,
    rename_team,
    withdraw_member,
)

__all__ = [
    "LONGEST_NAME",
    "LONGEST_REASON",
    "LONGEST_WORDS",
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
