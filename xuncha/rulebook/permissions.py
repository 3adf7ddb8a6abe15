"""Who may change what the office sets for itself."""

from __future__ import annotations

from typing import Final

from xuncha.security.policy import Policy


class RulebookPolicy(Policy):
    """The office sets its name, its schemes, its calendar and its deadlines; reviewers read them."""

    office_acts = frozenset(
        {
            *("edit_office", "add_scheme", "edit_scheme", "lead_scheme", "retire_scheme"),
            *("change_calendar", "add_deadline_rule", "edit_deadline_rule"),
        }
    )
    reading_acts = frozenset({"see_schemes", "see_times"})


POLICY: Final = RulebookPolicy()
