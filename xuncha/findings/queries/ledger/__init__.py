"""The list of findings: what is asked of it, a page of it, how many there are, what stands before and after one.

Lists cost what they show: see `plan`. Rights stand in the query as a condition; for a unit nothing is counted, chosen
or shown that it could not see by itself.
"""

from xuncha.findings.queries.ledger.paging import (
    MANY,
    Count,
    Neighbours,
    Page,
    count,
    findings,
    hidden_by_filters,
    neighbours,
    page,
)
from xuncha.findings.queries.ledger.query import FACETS, NONE, SORTS, LedgerQuery

__all__ = [
    "FACETS",
    "MANY",
    "NONE",
    "SORTS",
    "Count",
    "LedgerQuery",
    "Neighbours",
    "Page",
    "count",
    "findings",
    "hidden_by_filters",
    "neighbours",
    "page",
]
