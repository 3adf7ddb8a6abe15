"""Orders of the list and the places in them: a page begins where the last one ended, however deep it lies."""

from __future__ import annotations

import base64
import binascii
import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.db.models.lookups import Exact, IsNull
from django.db.models.sql.compiler import SQLCompiler

from xuncha.findings.models import Finding
from xuncha.findings.permissions import Unindexed
from xuncha.findings.queries.ledger.query import LedgerQuery
from xuncha.findings.workflow import Severity


@dataclass(frozen=True)
class Stretch:
    """A part of an order: the rows of which ``test`` is true (all without one), by ``columns``, the last one unique.

    ``test`` names a column, what is asked of it (``exact`` or ``isnull``), and the answer. ``joint``, for a unit: those
    with a date of their own (false), or those without one and all joint ones (true), whose date it is not told.
    """

    columns: tuple[str, ...]
    test: tuple[str, str, Any] | None = None
    joint: bool | None = None

    def condition(self, *, sorts: bool = False) -> Q:
        """The test in SQL; ``sorts``: another index leads, this one's must not."""
        if self.joint is not None:
            said = Q(stated_due__isnull=False, unit__isnull=False)
            return ~said if self.joint else said
        if self.test is None:
            return Q()
        column, asked, answer = self.test
        if not sorts:
            return Q(**{f"{column}__{asked}": answer})
        lookup = IsNull if asked == "isnull" else Exact
        return Q(lookup(Unindexed(F(column)), answer))

    def holds(self, finding: Finding) -> bool:
        """The test on a row at hand."""
        if self.joint is not None:
            return (finding.stated_due is None or finding.unit_id is None) == self.joint
        if self.test is None:
            return True
        column, asked, answer = self.test
        value = getattr(finding, column)
        return bool((value is None) == answer if asked == "isnull" else value == answer)


@dataclass(frozen=True)
class Place:
    """A finding's place in an order: stretch, values of its columns, and how many rows come before (about)."""

    stretch: int
    values: tuple[Any, ...]
    before: int = 0

    def __str__(self) -> str:
        plain = [v.isoformat() if isinstance(v, datetime.date | datetime.datetime) else v for v in self.values]
        packed = json.dumps([self.stretch, self.before, *plain], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


_BY_NUMBER: Final = ("number_key", "id")
_SEVERITIES: Final = (Severity.HIGH, Severity.MEDIUM, Severity.LOW, "")
# Where nothing is said comes last, whichever way the order runs; joint findings come first, as in their numbers.
STRETCHES: Final[dict[str, tuple[Stretch, ...]]] = {
    "number": (Stretch(_BY_NUMBER),),
    "unit": (
        Stretch(_BY_NUMBER, ("unit_id", "isnull", True)),
        Stretch(("unit_id", *_BY_NUMBER), ("unit_id", "isnull", False)),
    ),
    "category": (
        Stretch(("category_id", *_BY_NUMBER), ("category_id", "isnull", False)),
        Stretch(_BY_NUMBER, ("category_id", "isnull", True)),
    ),
    "severity": tuple(Stretch(_BY_NUMBER, ("severity", "exact", code)) for code in _SEVERITIES),
    "due": (
        Stretch(("stated_due", "id"), ("stated_due", "isnull", False)),
        Stretch(("id",), ("stated_due", "isnull", True)),
    ),
    "due of a unit": (Stretch(("stated_due", "id"), joint=False), Stretch(("id",), joint=True)),
    "changed": (Stretch(("changed_at", "id")),),
}
_EMPTY_IS_LAST: Final = frozenset({"category", "due", "due of a unit", "severity"})


def _plain(value: Any) -> str:
    if not isinstance(value, str) or not value.isascii() or not value.isdigit():
        raise ValueError
    return value


def _key(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value < 10**18:
        raise ValueError
    return value


_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "number_key": _plain,
    "id": _key,
    "unit_id": _key,
    "category_id": _key,
    "stated_due": datetime.date.fromisoformat,
    "changed_at": datetime.datetime.fromisoformat,
}


class Order:
    """One order of the list, upwards or downwards."""

    def __init__(self, query: LedgerQuery, *, of_a_unit: bool = False) -> None:
        sort = query.sort
        self.name = sort.removeprefix("-")
        if self.name == "unit" and len(query.filters.get("round", ())) == 1:
            # Within a round numbers stand by unit, joint ones first; of them there is an index.
            self.name = "number"
        if self.name == "due" and of_a_unit:
            self.name = "due of a unit"
        self.falls = sort.startswith("-")
        stretches = STRETCHES[self.name]
        if self.falls:
            last = stretches[-1:] if self.name in _EMPTY_IS_LAST else ()
            stretches = (*reversed(stretches[: len(stretches) - len(last)]), *last)
        self.stretches = stretches

    def place_of(self, finding: Finding, before: int = 0) -> Place:
        """Where a finding stands."""
        for i, stretch in enumerate(self.stretches):
            if stretch.holds(finding):
                return Place(i, tuple(getattr(finding, column) for column in stretch.columns), before)
        raise LookupError(f"no place for {finding.pk} in the order {self.name}")

    def read(self, cursor: str) -> Place | None:
        """The place a page's address names; null where it names none of this order."""
        try:
            packed = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            stretch, before, *values = packed
            columns = self.stretches[stretch].columns if 0 <= stretch < len(self.stretches) else ()
            if not columns or len(columns) != len(values) or not isinstance(before, int):
                return None
            return Place(
                stretch, tuple(_READ[c](v) for c, v in zip(columns, values, strict=True)), min(max(before, 0), 10**9)
            )
        except (ValueError, TypeError, KeyError, binascii.Error, OverflowError, RecursionError):
            return None

    def take(
        self,
        findings: QuerySet[Finding],
        *,
        most: int,
        after: Place | None = None,
        before: Place | None = None,
        sorts: bool = False,
    ) -> list[Finding]:
        """The rows next to a place, in order; ``sorts``: they are few and sorted, no index gives them in order."""
        backwards = before is not None
        place = before or after
        rows: list[Finding] = []
        indexes = range(len(self.stretches)) if not backwards else range(len(self.stretches) - 1, -1, -1)
        for i in indexes:
            if place is not None and (i > place.stretch if backwards else i < place.stretch):
                continue
            stretch = self.stretches[i]
            part = findings.filter(stretch.condition(sorts=sorts))
            falls = self.falls != backwards
            if place is not None and i == place.stretch:
                part = part.filter(_beyond(stretch, place, falls))
            part = part.order_by(*_ordering(stretch, falls, sorts))
            rows += part[: most - len(rows)]
            if len(rows) >= most:
                break
        return rows[::-1] if backwards else rows

    def preceding(self, findings: QuerySet[Finding], place: Place, *, sorts: bool) -> list[QuerySet[Finding]]:
        """What comes before a place, stretch by stretch, in order: without one, all rows would be looked through."""
        parts = []
        for i, stretch in enumerate(self.stretches[: place.stretch + 1]):
            part = findings.filter(stretch.condition(sorts=sorts))
            if i == place.stretch:
                part = part.filter(_beyond(stretch, place, not self.falls))
            parts.append(part.order_by(*_ordering(stretch, not self.falls, sorts)))
        return parts


_FIELDS: Final = {field.attname: field for field in Finding._meta.concrete_fields}


class _Beyond(Func):
    """Whether a row comes after a place: ``(a, b) > (x, y)``, which both databases take from an index as it stands.

    Django spells it out with OR for SQLite, and SQLite then looks through all rows up to the place.
    """

    output_field = BooleanField()

    def __init__(self, *sides: Any, operator: str) -> None:
        super().__init__(*sides)
        self.operator = operator

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **context: Any) -> Any:
        parts, params = [], []
        for side in self.get_source_expressions():
            sql, values = compiler.compile(side)
            parts.append(sql)
            params += list(values)
        half = len(parts) // 2
        return f"({', '.join(parts[:half])}) {self.operator} ({', '.join(parts[half:])})", params


def _beyond(stretch: Stretch, place: Place, falls: bool) -> _Beyond:
    values = [
        Value(value) if isinstance(value, int) else Value(value, output_field=_FIELDS[column])
        for column, value in zip(stretch.columns, place.values, strict=True)
    ]
    return _Beyond(*(F(column) for column in stretch.columns), *values, operator="<" if falls else ">")


def _ordering(stretch: Stretch, falls: bool, sorts: bool) -> list[OrderBy]:
    # A hidden first column keeps the database from walking an index of all findings in search of few.
    first, *rest = stretch.columns
    return [
        OrderBy(Unindexed(F(first)) if sorts else F(first), descending=falls),
        *(OrderBy(F(column), descending=falls) for column in rest),
    ]
