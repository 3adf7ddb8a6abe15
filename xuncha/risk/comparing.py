"""Two runs side by side: which leads are new, which are gone, which are still there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xuncha.risk.running.writing import JSON, SCHEMA

Leads = dict[tuple[str, str], dict[str, Any]]


class NoRun(Exception):
    """A folder without the leads of a run."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The leads of two runs by indicator and key. ``unequal``: indicators that ran only once, so say nothing here.

    ``cleared``: leads of the earlier run that the later one leaves out because they were judged not so.
    """

    new: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    still: list[dict[str, Any]]
    unequal: list[str]
    cleared: list[dict[str, Any]]


def read(folder: Path) -> dict[str, Any]:
    """The leads of a run. Raises `NoRun`."""
    try:
        found = json.loads((folder / JSON).read_text("utf-8"))
    except (OSError, ValueError):
        raise NoRun(str(folder / JSON)) from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise NoRun(str(folder / JSON))
    return found


def compare(earlier: dict[str, Any], later: dict[str, Any]) -> Difference:
    """What changed from one run to another, in the order of each run.

    An indicator that ran in one of them only is left out: its leads are neither new nor gone.
    """
    ran = [{entry["code"] for entry in run["indicators"] if entry["state"] == "ran"} for run in (earlier, later)]
    both = ran[0] & ran[1]
    before, after = (
        {(lead["indicator"], lead["key"]): lead for lead in run["leads"] if lead["indicator"] in both}
        for run in (earlier, later)
    )
    set_aside = {(lead["indicator"], lead["key"]) for lead in later.get("cleared", [])}
    missing = [lead for place, lead in before.items() if place not in after]
    return Difference(
        new=[lead for place, lead in after.items() if place not in before],
        gone=[lead for lead in missing if (lead["indicator"], lead["key"]) not in set_aside],
        cleared=[lead for lead in missing if (lead["indicator"], lead["key"]) in set_aside],
        still=[lead for place, lead in after.items() if place in before],
        unequal=sorted(ran[0] ^ ran[1]),
    )
