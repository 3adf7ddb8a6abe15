"""Which field a column of an old ledger seems to hold: by its head first, then by its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from xuncha.extraction.ledger.categories import category_code
from xuncha.extraction.ledger.mapping import guess as guess_by_head
from xuncha.extraction.ledger.old.known import Known
from xuncha.extraction.ledger.old.plan import REPEATABLE
from xuncha.extraction.ledger.old.values import date_of
from xuncha.extraction.ledger.words import old_field_of_head, status_kind

# The fields of a ledger as `mapping` names them, and those of an import. What the product itself derived is not taken.
_OF_LEDGER: Final = {
    "title": "finding",
    "evidence": "manifestations",
    "measures": "measure",
    "progress": "progress_text",
    "requirement": "remark",
    "path": "ignore",
    "title_en": "ignore",
    "confidence": "ignore",
    "reasons": "ignore",
    "stated_status": "ignore",
    "page": "ignore",
    "source": "ignore",
    "ignored": "ignore",
}
_GIVES_WAY: Final = {"unit": "department", "category": "group"}
BY_HEAD: Final = 0.95
BY_BOTH: Final = 0.75
BY_CELLS: Final = 0.6
BY_LENGTH: Final = 0.4
_MOST: Final = 0.6
"""The share of cells that must fit where the cells alone decide."""


@dataclass(frozen=True, slots=True)
class Guess:
    field: str
    confidence: float
    reason: str


def guesses(
    heads: Mapping[int, tuple[str, ...]],
    found: Mapping[int, str],
    values: Mapping[int, list[str]],
    *,
    units: Known | None,
    categories: Known | None,
    is_list: bool = True,
) -> dict[int, Guess]:
    """A guess for each column of ``heads``. ``found`` holds what the ledger's own reader saw, by its field names."""
    named = {column: words for column, words in heads.items() if words}
    plain = guess_by_head(named)
    guessed: dict[int, Guess] = {}
    taken: set[str] = set()
    for column, words in heads.items():
        further = _further(words)
        settled = further or _named(found.get(column, plain.get(column)))
        if settled is None:
            continue
        if settled in taken and settled not in REPEATABLE:
            guessed[column] = Guess("ignore", 0.5, "double")
            continue
        taken.add(settled)
        changed = further is None and column in found and found[column] != plain.get(column)
        guessed[column] = Guess(settled, BY_BOTH if changed else BY_HEAD, "content" if changed else "header")
    if is_list:
        _by_cells(heads, values, guessed, taken, units=units, categories=categories)
    for column in heads:
        guessed.setdefault(column, Guess("ignore", 0.0, "unknown" if values.get(column) else "empty"))
    return guessed


def _further(words: tuple[str, ...]) -> str | None:
    return (old_field_of_head(words[-1]) or old_field_of_head("".join(words))) if words else None


def _named(field: str | None) -> str | None:
    return None if field is None else _OF_LEDGER.get(field, field)


def _by_cells(
    heads: Mapping[int, tuple[str, ...]],
    values: Mapping[int, list[str]],
    guessed: dict[int, Guess],
    taken: set[str],
    *,
    units: Known | None,
    categories: Known | None,
) -> None:
    def take(column: int, field: str, confidence: float, reason: str) -> None:
        guessed[column] = Guess(field, confidence, reason)
        taken.add(field)

    kinds: list[tuple[str, Callable[[str], bool]]] = []
    if units:
        kinds.append(("unit", lambda words: units.key(words) is not None))
    kinds.append(("category", lambda words: _is_category(words, categories)))
    kinds.append(("status", lambda words: len(words) <= 12 and status_kind(words) is not None))
    kinds.append(("due", lambda words: len(words) <= 24 and not words.isdigit() and date_of(words) is not None))
    for field, fits in kinds:
        if field in taken:
            continue
        # A column of departments may well be that of the units, one of classes that of the categories: names decide.
        open_ones = [c for c in heads if c not in guessed or guessed[c].field == _GIVES_WAY.get(field)]
        column = next((c for c in open_ones if _share(values.get(c, ()), fits) >= _MOST), None)
        if column is not None:
            take(column, field, BY_CELLS, "cells")
    if "number" not in taken:
        column = next((c for c in heads if c not in guessed and _counts_up(values.get(c, ()))), None)
        if column is not None:
            take(column, "number", BY_CELLS, "cells")
    if "finding" not in taken:
        lengths = {
            c: sum(map(len, values.get(c, ()))) / max(len(values.get(c, ())), 1) for c in heads if c not in guessed
        }
        longest = max(lengths, key=lambda column: lengths[column], default=None)
        if longest is not None and lengths[longest] >= 8:
            take(longest, "finding", BY_LENGTH, "longest")


def _is_category(words: str, categories: Known | None) -> bool:
    return categories.key(words) is not None if categories else category_code(words) is not None


def _share(values: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, values)) / len(values) if values else 0.0


def _counts_up(values: Sequence[str]) -> bool:
    numbers = [int(words) for words in values if words.isascii() and words.isdigit() and len(words) < 8]
    if len(numbers) < 2 or len(numbers) < 0.8 * len(values):
        return False
    return sum(b == a + 1 for a, b in pairwise(numbers)) >= 0.8 * (len(numbers) - 1)
