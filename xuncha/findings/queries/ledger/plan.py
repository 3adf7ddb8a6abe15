"""How a query is asked of the database: which index leads, so that it costs what its page shows.

SQLite keeps no statistics unless told to and takes every index for a narrow one; PostgreSQL believes that rows of a
kind lie evenly spread. Neither knows how few rows a unit has among a million. So each condition is counted first, up
to a bound and in its index alone, and the cheaper of two ways is taken: to walk the order and ask each row, or to
fetch the rows of the narrowest condition and sort them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connections, router
from django.db.models import Q, QuerySet

from xuncha.findings.models import Finding
from xuncha.findings.queries.ledger.conditions import Condition, conditions
from xuncha.findings.queries.ledger.query import LedgerQuery
from xuncha.security.models import User

# More rows of one condition than this are not counted before the page is asked for.
MOST_COUNTED: Final = 20_000
PAGE: Final = 50
# Of a round there are indexes in these orders as well.
ROUND_ORDERS: Final = frozenset({"number", "unit", "category", "severity", "due", "changed"})
# A column with the number's key behind it gives its rows in order of number.
NUMBER_ORDERS: Final = frozenset({"round", "category", "state", "severity", "nature", "origin", "immediate"})


@dataclass
class Plan:
    """The conditions of a query, their sizes (null: more than counted), and how many findings there are about."""

    conditions: Sequence[Condition]
    sizes: Sequence[int | None]
    total: int
    sort: str

    @property
    def leader(self) -> Condition | None:
        """The condition whose rows are fetched and sorted; null where the order is walked."""
        narrowest = self.narrowest
        if narrowest is None:
            return None
        size = self.size_of(narrowest)
        return narrowest if size is not None and size <= self._steps_of_a_walk() else None

    @property
    def narrowest(self) -> Condition | None:
        """The condition with the fewest rows among those that were counted to the end."""
        counted = [(size, i) for i, size in enumerate(self.sizes) if size is not None]
        return self.conditions[min(counted)[1]] if counted else None

    def size_of(self, condition: Condition) -> int | None:
        """How many findings it has by itself; null: more than counted."""
        return next(size for each, size in zip(self.conditions, self.sizes, strict=True) if each is condition)

    def by_members(self) -> dict[tuple[str, tuple[object, ...]] | None, int | None]:
        """The size of each condition by what it asks; of null, which cannot be counted, none."""
        return {None: None, **{_members_of(c): size for c, size in zip(self.conditions, self.sizes, strict=True)}}

    @property
    def ordered(self) -> Condition | None:
        """The condition whose index gives its rows in the order asked for, where the order is walked."""
        usable = [
            condition
            for condition in self.conditions
            if condition.is_single
            and (
                (condition.name == "round" and self.sort in ROUND_ORDERS)
                or (condition.name in NUMBER_ORDERS and self.sort == "number")
            )
        ]
        return min(usable, key=lambda condition: self.size_of(condition) or self.total, default=None)

    def _steps_of_a_walk(self) -> float:
        """How many rows are looked at until a page is full, if rows of each condition lie evenly spread."""
        steps = float(PAGE)
        for condition, size in zip(self.conditions, self.sizes, strict=True):
            if condition is not self.ordered and condition.members is not None:
                steps *= max(self.total / max(size if size is not None else MOST_COUNTED * 4, 1), 1)
        ordered = self.ordered
        most = self.size_of(ordered) if ordered is not None else None
        return min(steps, most if most is not None else self.total)

    def findings(self, *, lead: bool = True) -> QuerySet[Finding]:
        """The findings asked for, unordered. ``lead``: for a page; else for a count, where order does not matter."""
        leader = self.leader if lead else self.narrowest
        first = leader or (self.ordered if lead else self._widest_useful())
        asked = Q()
        for condition in self.conditions:
            asked &= condition.driving if condition is first and condition.driving else condition.checking
        return Finding.objects.filter(asked)

    def _widest_useful(self) -> Condition | None:
        """For a count, where all conditions are wide: one about a column leads, as its index needs no sorting."""
        columns = [c for c in self.conditions if c.columns is not None and c.name in (*NUMBER_ORDERS, "changed_by")]
        return columns[0] if columns else None


def plan(actor: User, query: LedgerQuery, *, beside: Plan | None = None) -> Plan:
    """Count the conditions of a query up to the bound, all in one question to the database.

    ``beside``: a plan made a moment ago; what it shares with this one is not counted again.
    """
    connection = connections[router.db_for_read(Finding)]
    found = conditions(actor, query, connection.vendor)
    known = beside.by_members() if beside else {}
    counted = [each for each in found if each.members is not None and _members_of(each) not in known]
    if beside and not counted:
        return Plan(found, [known.get(_members_of(each)) for each in found], beside.total, beside.sort)
    parts = ["(SELECT COALESCE(MAX(id), 0) FROM findings_finding)"]
    params: list[Any] = []
    for condition in counted:
        assert condition.members is not None
        sql, values = condition.members
        parts.append(f"(SELECT COUNT(*) FROM ({sql} LIMIT {MOST_COUNTED + 1}) rows_of)")
        params += list(values)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), params)
        total, *sizes = cursor.fetchone()
    for condition, size in zip(counted, sizes, strict=True):
        known[_members_of(condition)] = size if size <= MOST_COUNTED else None
    return Plan(found, [known.get(_members_of(c)) for c in found], max(total, 1), query.sort.removeprefix("-"))


def _members_of(condition: Condition) -> tuple[str, tuple[object, ...]] | None:
    return None if condition.members is None else (condition.members[0], tuple(condition.members[1]))
