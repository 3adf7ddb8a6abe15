"""What the rows of an old ledger call units, categories and rounds, and which of the office's own are meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from xuncha.extraction.ledger.old import Known
from xuncha.extraction.ledger.old.faults import SERIOUS
from xuncha.findings.models import LedgerRow, Paper
from xuncha.findings.queries.naming import RoundNames, UnitNames
from xuncha.rulebook.models import Category

KINDS: Final = {"unknown_unit": "unit", "unknown_category": "category", "unknown_round": "round"}
"""Faults that a name brings with it, and what the name should have named."""
MOST_UNKNOWN: Final = 200
"""Unknown names of a kind that are listed; a column with more holds no names."""


class RowNames:
    """Keys by the words of a file: what a person assigned for this file, then what the office's lists know."""

    def __init__(self, paper: Paper) -> None:
        self._assigned: Mapping[str, Mapping[str, int]] = paper.reading.get("assigned", {})
        self._unit_names, self._round_names = UnitNames(), RoundNames()
        self.units = Known(self._unit_names.known())
        self.rounds = Known(self._round_names.known())
        self.categories = known_categories()

    def find(self, kind: str, words: str) -> int | None:
        """The key of the unit, category or round that the words mean; null where none is known."""
        assigned = self._assigned.get(kind, {}).get(words)
        if assigned is not None:
            return assigned
        if kind == "unit":
            return self._unit_names.find(words)
        if kind == "round":
            return self._round_names.find(words)
        key: int | None = self.categories.key(words)
        return key

    def resolve(self, values: dict[str, Any], faults: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Put the keys of names into ``values`` that the child did not know; the faults that stay."""
        left = []
        for fault in faults:
            kind = KINDS.get(fault["code"])
            key = None if kind is None else self.find(kind, fault["found"])
            if kind is None or key is None:
                left.append(fault)
            elif kind == "unit":
                values["units"] = [*dict.fromkeys([*values.get("units", ()), key])]
            else:
                values[kind] = key
        return left


def known_units() -> Known:
    """Units by every name that means one of them."""
    return Known(UnitNames().known())


def known_categories() -> Known:
    """Categories of the leading scheme by name, English name and code."""
    names: dict[str, int] = {}
    rows = Category.objects.filter(scheme__is_leading=True, retired_on__isnull=True).order_by("order", "id")
    for pk, *said in rows.values_list("pk", "name", "name_en", "code"):
        for name in said:
            if name:
                names.setdefault(name, pk)
    return Known(names)


def lay_down(row: LedgerRow, values: dict[str, Any], faults: list[Mapping[str, Any]]) -> None:
    """Put values and faults on a row, with all that follows from them."""
    codes = dict.fromkeys(fault["code"] for fault in faults)
    units = values.get("units", [])
    row.values, row.faults = values, faults
    row.fault_codes = f"|{'|'.join(codes)}|"[:300] if codes else ""
    row.may_be_entered = SERIOUS.isdisjoint(codes)
    row.unit_id = units[0] if len(units) == 1 else None


class Unknown:
    """Counts the names that are not known, with those that may have been meant."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._suggested: dict[tuple[str, str], list[str]] = {}

    def add(self, faults: Iterable[Mapping[str, Any]]) -> None:
        for fault in faults:
            kind = KINDS.get(fault["code"])
            if kind is not None:
                key = kind, fault["found"]
                self._counts[key] += 1
                self._suggested.setdefault(key, list(fault.get("suggestions", ())))

    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        """By kind: ``{"words", "count", "suggestions"}``, the most frequent first."""
        found: dict[str, list[dict[str, Any]]] = {}
        for (kind, words), count in self._counts.most_common():
            held = found.setdefault(kind, [])
            if len(held) < MOST_UNKNOWN:
                held.append({"words": words, "count": count, "suggestions": self._suggested[kind, words]})
        return found
