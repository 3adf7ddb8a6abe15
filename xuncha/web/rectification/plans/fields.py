"""Fields of the forms of a plan, and what somebody else wrote meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from xuncha.rectification.queries.plan_drafts import DATES
from xuncha.web.rectification.plans import wording

AREAS: Final = frozenset({"text", "leading_group", "principles", "guarantees"})
_SHORT: Final = frozenset({"first_responsible", "lead_leader", "responsible_leader", "person", "phase"})


def field(
    name: str, value: Any, wrong: Mapping[str, Any], longest: int = 0, offered: Sequence[str] = ()
) -> dict[str, Any]:
    """A field by hand: its name, kind (area, date, line), value, fault, and words that are offered."""
    return {
        "name": name,
        "kind": "area" if name in AREAS else "date" if name in DATES else "line",
        "label": wording.FIELDS[name],
        "hint": wording.HINTS.get(name, ""),
        "value": written(value),
        "wrong": wrong.get(name, ""),
        "longest": longest,
        "offered": offered,
        "width": "w-16" if name in _SHORT else "",
    }


def written(value: Any) -> str:
    """A value as it stands in a form."""
    if value is None:
        return ""
    return f"{value:%Y-%m-%d}" if hasattr(value, "year") else str(value)


def conflict_lines(current: Any, typed: Mapping[str, Any], names: Iterable[str]) -> list[tuple[Any, str]]:
    """The fields in which what stands now is not what was typed: their labels, and what stands."""
    found = []
    for name in names:
        now = getattr(current, name)
        if written(now) != written(typed.get(name)).strip():
            word = current.get_kind_display() if name == "kind" else written(now)
            found.append((wording.FIELDS[name], word))
    return found
