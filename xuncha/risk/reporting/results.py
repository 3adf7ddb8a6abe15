"""What a run left in its folder, as a report needs it: leads with their order, and what may be shown of persons."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from xuncha.risk.comparing import read
from xuncha.risk.marks import evidence_print, number
from xuncha.risk.schema import identities

ACCOUNT: Final = "check.json"
_LEVELS: Final = {"high": 0, "medium": 1, "low": 2}
LEAST_PERSONS: Final = 10
"""Groups of fewer persons are not shown in statistics."""

Lead = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Results:
    """A run: `run` is ``leads.json``, `account` ``check.json``, empty where there is none."""

    run: dict[str, Any]
    account: dict[str, Any]

    @property
    def indicators(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.run["indicators"]
        return found

    def of_indicators(self) -> dict[str, list[Lead]]:
        """Leads by indicator, the weightiest first; of persons as they stand, by organisation and day."""
        found: dict[str, list[Lead]] = defaultdict(list)
        for lead in self.run["leads"]:
            found[lead["indicator"]].append(lead)
        for entry in self.indicators:
            if not entry["rule"]["of_person"]:
                found[entry["code"]].sort(key=_weight)
        return {entry["code"]: found[entry["code"]] for entry in self.indicators if found[entry["code"]]}

    def of_organisations(self) -> list[tuple[str | None, list[Lead]]]:
        """Leads by organisation: the one with the most indicators first, those that name none last."""
        found: dict[str | None, list[Lead]] = defaultdict(list)
        for lead in self.run["leads"]:
            found[lead["organisation"]].append(lead)
        return sorted(found.items(), key=lambda item: (item[0] is None, -len(_codes(item[1])), -len(item[1]), item[0]))


def results(folder: Path) -> Results:
    """Raises `xuncha.risk.comparing.NoRun` where there is no run."""
    run = read(folder)
    try:
        account = json.loads((folder / ACCOUNT).read_text("utf-8"))
    except (OSError, ValueError):
        account = {}
    return Results(run, account if isinstance(account, dict) else {})


def _weight(lead: Lead) -> tuple[Any, ...]:
    return (_LEVELS[lead["severity"]], -(lead["priority"] or {"total": 0})["total"], lead["key"])


def _codes(leads: list[Lead]) -> set[str]:
    return {lead["indicator"] for lead in leads}


def number_of(lead: Lead) -> str:
    return number(lead["indicator"], lead["key"])


def print_of(lead: Lead) -> str:
    return evidence_print(((row["table"], row["row"]) for row in lead["evidence"]), lead["evidence_rows"])


def masked(value: object) -> str:
    """The last four signs at most, and never the whole."""
    words = str(value)
    return f"****{words[-4:]}" if len(words) > 4 else "****"


def key_shown(lead: Lead, columns: list[str]) -> str:
    """The key of a lead, with the identities in it masked."""
    parts = lead["key"].split("|")
    if not identities() & set(columns):
        return str(lead["key"])
    if len(parts) != len(columns):
        return masked(lead["key"])
    return "|".join(
        masked(part) if column in identities() else part for column, part in zip(columns, parts, strict=True)
    )


def may_show_peers(entry: dict[str, Any], lead: Lead) -> bool:
    """Whether the peers of a lead may be drawn: where they are persons, ten of them at least."""
    place = lead["peers"].get("group")
    if place is None or not entry.get("peers"):
        return False
    return bool(not entry["rule"]["of_person"] or entry["peers"]["groups"][place]["n"] >= LEAST_PERSONS)
