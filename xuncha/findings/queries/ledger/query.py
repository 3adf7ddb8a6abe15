"""What is asked of the ledger: words, filters, order; to and from the list's own query string."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

from xuncha.findings.workflow import FindingState, Nature, Origin, Severity

# Filters by the keys of rows, and by codes; the order is that of their boxes above the list.
KEY_FACETS: Final = ("round", "unit", "sector", "category", "paper", "feedback", "changed_by", "series")
CODE_FACETS: Final[Mapping[str, tuple[str, ...]]] = {
    "state": tuple(FindingState.values),
    "severity": tuple(Severity.values),
    "nature": tuple(Nature.values),
    "origin": tuple(Origin.values),
    "immediate": ("yes", "no"),
}
FACETS: Final = ("round", "unit", "sector", "category", "state", "severity", "nature", "origin", "immediate")
# ``series`` is the unit in whose series a finding is numbered, "none" joint feedback: what the kept counts go by.
FACETS_BESIDE: Final = ("paper", "feedback", "changed_by", "series")
# "none" asks for rows in which nothing was said.
NONE: Final = "none"
MAY_BE_NONE: Final = frozenset({"category", "series", "severity", "nature", "origin"})
# What only those who read the whole ledger may filter by: a unit would learn of others, or of the office's work.
OFFICE_FACETS: Final = frozenset({"sector", "state", "paper", "changed_by", "series"})
SORTS: Final = ("number", "unit", "category", "severity", "due", "changed")
# When a finding was changed, the office's private notes among it, is the office's own matter.
OFFICE_SORTS: Final = frozenset({"changed"})
DEFAULT_SORT: Final = "number"
LONGEST_WORDS: Final = 100
MOST_VALUES: Final = 200
_KEY: Final = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True)
class LedgerQuery:
    """A question to the ledger: ``words`` to search for, ``filters`` (facet to chosen values), ``sort``.

    Values of one facet are alternatives, facets all hold at once. ``sort`` begins with ``-`` where it falls.
    """

    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = DEFAULT_SORT

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> LedgerQuery:
        """From a query string (`QueryDict`) or a mapping; what is unknown or unusable is left out."""
        filters = {}
        for facet in (*FACETS, *FACETS_BESIDE):
            values = tuple(dict.fromkeys(v for v in _values(params, facet) if _is_usable(facet, v)))[:MOST_VALUES]
            if values:
                filters[facet] = values
        words = "".join(_values(params, "q")[-1:]).replace("\0", " ").strip()[:LONGEST_WORDS]
        sort = "".join(_values(params, "sort")[-1:])
        return cls(words, filters, sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT)

    def to_params(self) -> str:
        """The query string, always in one order; empty for the whole ledger by number."""
        pairs = [(facet, value) for facet in (*FACETS, *FACETS_BESIDE) for value in self.filters.get(facet, ())]
        if self.words:
            pairs.insert(0, ("q", self.words))
        if self.sort != DEFAULT_SORT:
            pairs.append(("sort", self.sort))
        return urlencode(pairs)

    def without(self, facet: str, value: str | None = None) -> LedgerQuery:
        """Without one value of a facet, or without the facet; ``q`` takes the words away."""
        if facet == "q":
            return replace(self, words="")
        left = tuple(v for v in self.filters.get(facet, ()) if value is not None and v != value)
        rest = {name: values for name, values in self.filters.items() if name != facet}
        return replace(self, filters={**rest, facet: left} if left else rest)

    def with_values(self, facet: str, values: Iterable[str]) -> LedgerQuery:
        """With these values of a facet in place of those it had."""
        chosen = tuple(dict.fromkeys(v for v in values if _is_usable(facet, v)))[:MOST_VALUES]
        cleared = self.without(facet)
        return replace(cleared, filters={**cleared.filters, facet: chosen}) if chosen else cleared

    def sorted_by(self, sort: str) -> LedgerQuery:
        """In another order."""
        return replace(self, sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT)

    def with_words(self, words: str) -> LedgerQuery:
        """With other words to search for."""
        return replace(self, words=words.strip()[:LONGEST_WORDS])

    @property
    def is_filtered(self) -> bool:
        """Whether it asks for less than all that the person may see."""
        return bool(self.words or self.filters)


def _values(params: Mapping[str, Any], name: str) -> list[str]:
    getlist = getattr(params, "getlist", None)
    if getlist is not None:
        return [str(value) for value in getlist(name)]
    value = params.get(name)
    if value is None:
        return []
    return [str(v) for v in value] if isinstance(value, list | tuple | set | frozenset) else [str(value)]


def _is_usable(facet: str, value: str) -> bool:
    if value == NONE and facet in MAY_BE_NONE:
        return True
    if facet in CODE_FACETS:
        return value in CODE_FACETS[facet]
    return facet in KEY_FACETS and _KEY.fullmatch(value) is not None
