"""Entries of the trail about roles, as lines: who was given or lost what, by whom and why."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from xuncha.security.sealing import Unreadable
from xuncha.web.people import wording
from xuncha.web.trail.wording import act as act_word


class Told:
    """The scope that an entry of the trail speaks of, as a grant has it."""

    def __init__(self, entry: Any) -> None:
        try:
            told, self.reason = {**(entry.before or {}), **(entry.after or {})}, entry.reason
        except Unreadable:
            # What was tampered with tells nothing; the trail's own pages and its check say so.
            told, self.reason = {}, ""
        self.scope = str(told.get("scope") or ("inspection" if "round" in told else ""))
        self.scope_id = told.get("unit") or told.get("key")
        self.round_key = told.get("round")
        self.role = str(told.get("role") or "")
        self.since, self.until = told.get("since"), told.get("until")


def step(entry: Any, places: wording.Places) -> dict[str, Any]:
    """An entry of the trail about roles, as a line."""
    told = Told(entry)
    place = places.round(told.round_key) if told.scope == "inspection" else ""
    if told.scope == "unit" and not entry.act.endswith(("exclude", "exclusion")):
        place = places.unit(told.scope_id)
    role = _("All roles") if told.role == "all" else wording.role_word(told.role)
    days = wording.days_words(told.since, told.until) if entry.act in ("grant_role", "withdraw_role") else ""
    at = timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M")
    return {
        "act": act_word(entry.act),
        "what": " ".join(filter(None, (role, place, days))),
        "when": f"{entry.actor} {at}" if entry.actor else at,
        "more": told.reason,
    }
