"""A page of the list, how many rows there are, and what stands beside one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connections, router
from django.db.models import Prefetch, QuerySet, Sum

from xuncha.findings.models import Addressee, Finding, FindingCount
from xuncha.findings.queries.ledger.order import Order
from xuncha.findings.queries.ledger.plan import PAGE, Plan, plan
from xuncha.findings.queries.ledger.query import DEFAULT_SORT, OFFICE_SORTS, LedgerQuery
from xuncha.findings.workflow import CURRENT
from xuncha.rounds.models import Round
from xuncha.security.models import User
from xuncha.security.policy import part_in_sight, reads_the_ledger, sees_all_parts

# Free counts stop here: "10,000+".
MANY: Final = 10_000
# A place in the list is told up to here; to count further would cost more than it says.
FARTHEST: Final = 1_000


@dataclass(frozen=True)
class Count:
    """How many rows; ``is_more``: that many and more, counted no further."""

    number: int
    is_more: bool = False

    def __int__(self) -> int:
        return self.number

    def __bool__(self) -> bool:
        return self.number > 0

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.is_more else ''}"


@dataclass
class Page:
    """Rows of the list in order. ``first`` is the place of the first row, counted from 1 (about, when rows moved).

    ``before``/``after`` are cursors for the neighbouring pages; null at an end. ``plan`` is how it was asked for, for
    a `count` of the same query.
    """

    rows: list[Finding]
    first: int
    before: str | None
    after: str | None
    plan: Plan

    @property
    def last(self) -> int:
        """The place of the last row."""
        return self.first + len(self.rows) - 1


@dataclass(frozen=True)
class Neighbours:
    """Keys of the findings before and after one in the list; its place from 1, null where it is far down or absent.

    ``plan`` is how the list was asked for, for a `count` of it.
    """

    previous: int | None
    next: int | None
    position: int | None
    plan: Plan


def findings(actor: User, query: LedgerQuery) -> QuerySet[Finding]:
    """All findings that the query asks for and the actor may know of, unordered."""
    return plan(actor, query).findings(lead=False)


def page(
    actor: User, query: LedgerQuery, *, after: str | None = None, before: str | None = None, size: int = PAGE
) -> Page:
    """The rows after or before a cursor, from the start without one; what rows show is loaded with them."""
    order = order_of(actor, query)
    asked = plan(actor, query)
    start = order.read(after) if after else None
    end = order.read(before) if before and start is None else None
    rows = order.take(bare(asked.findings()), most=size + 1, after=start, before=end, sorts=asked.leader is not None)
    has_more = len(rows) > size
    if end is not None:
        rows = rows[1:] if has_more else rows
        offset = max(end.before - len(rows), 0) if has_more else 0
        has_previous, has_next = has_more, True
    else:
        rows = rows[:size]
        offset = start.before if start else 0
        has_previous, has_next = start is not None, has_more
    return Page(
        loaded(actor, rows),
        first=offset + 1,
        before=str(order.place_of(rows[0], offset)) if rows and has_previous else None,
        after=str(order.place_of(rows[-1], offset + len(rows))) if rows and has_next else None,
        plan=asked,
    )


def bare(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Rows with their places alone. With other tables beside it SQLite might begin with one of those and sort."""
    return rows.only("pk", "number_key", "unit_id", "category_id", "severity", "stated_due", "changed_at")


def loaded(actor: User, rows: Sequence[Finding], *, many: bool = False) -> list[Finding]:
    """The same rows with what a list shows of them.

    ``many``: units and categories are fetched once for all rows instead of with each. A unit is shown itself among
    the addressees and nobody else, and of a joint finding nothing of what is stated.
    """
    if not rows:
        return []
    addressees = Addressee.objects.order_by("unit__order", "unit_id")
    addressees = addressees.prefetch_related("unit") if many else addressees.select_related("unit")
    reads = reads_the_ledger(actor)
    if not sees_all_parts(actor):
        addressees = addressees.filter(part_in_sight(actor, round="finding__round"))
    keys = [row.pk for row in rows]
    beside = ("unit", "category", "feedback")
    wanted = Finding.objects.filter(pk__in=keys)
    found = (
        (wanted.prefetch_related(*beside) if many else wanted.select_related(*beside))
        # Not joined: SQLite would begin with all rounds or all people and look for the rows of each.
        .prefetch_related(
            Prefetch("round", Round.objects.select_related("term")), "changed_by", Prefetch("addressees", addressees)
        )
        .defer("category_reasons")
        .order_by()
        .in_bulk()
    )
    loaded_rows = [found[key] for key in keys if key in found]
    for row in loaded_rows:
        if not reads and row.unit_id is None:
            row.stated_leader, row.stated_due, row.stated_status = "", None, ""
    return loaded_rows


def order_of(actor: User, query: LedgerQuery) -> Order:
    """The order asked for, if the actor may know of what it goes by; else that of numbers."""
    reads = reads_the_ledger(actor)
    hidden = query.sort.removeprefix("-") in OFFICE_SORTS and not reads
    return Order(query.sorted_by(DEFAULT_SORT) if hidden else query, of_a_unit=not reads)


def count(actor: User, query: LedgerQuery, limit: int = MANY, *, beside: Plan | None = None) -> Count:
    """How many findings the query has, up to ``limit``. Counts of a whole round come from the kept aggregates.

    ``beside``: the plan of a page of this query or of one much like it; what they share is not sized once more.
    """
    kept = _kept_count(actor, query)
    if kept is not None:
        return kept
    return _bounded(plan(actor, query, beside=beside), limit)


def _kept_count(actor: User, query: LedgerQuery) -> Count | None:
    """From the aggregates, which hold rounds by unit, category and state: only for those who read the whole ledger."""
    asked = query.filters
    if query.words or not asked.get("round") or asked.keys() - {"round", "category", "state", "series"}:
        return None
    if not sees_all_parts(actor):
        return None
    kept = FindingCount.objects.filter(
        round_id__in=[int(key) for key in asked["round"]], state__in=asked.get("state", tuple(CURRENT))
    )
    if "category" in asked:
        kept = kept.filter(category_id__in=[0 if key == "none" else int(key) for key in asked["category"]])
    if "series" in asked:
        kept = kept.filter(unit_id__in=[0 if key == "none" else int(key) for key in asked["series"]])
    return Count(kept.aggregate(number=Sum("number"))["number"] or 0)


def _bounded(asked: Plan, limit: int) -> Count:
    rows = asked.findings(lead=False)
    match = next((c.match for c in asked.conditions if c.match is not None and asked.size_of(c) is None), None)
    narrowest = asked.narrowest
    connection = connections[router.db_for_read(Finding)]
    if match is not None and narrowest is None and connection.vendor == "sqlite":
        # Many matches: they are taken as the index of words gives them, until there are enough.
        rows = rows.extra(
            tables=["findings_search"],
            where=["findings_search MATCH %s", "findings_search.rowid = findings_finding.id"],
            params=list(match[1]),
        )
    number = rows.order_by().values("pk")[: limit + 1].count()
    return Count(min(number, limit), number > limit)


def hidden_by_filters(actor: User, query: LedgerQuery) -> list[tuple[str, Count]]:
    """For an empty list: each filter (``q``: the words) with how many rows there would be without it."""
    names = [*query.filters, *(["q"] if query.words else [])]
    return [(name, count(actor, query.without(name))) for name in names]


def neighbours(actor: User, query: LedgerQuery, finding: Finding) -> Neighbours:
    """What comes before and after a finding in the list, and its place; all null where the list does not hold it."""
    asked = plan(actor, query)
    rows = asked.findings()
    if not rows.filter(pk=finding.pk).exists():
        return Neighbours(None, None, None, asked)
    order = order_of(actor, query)
    place = order.place_of(finding)
    sorts = asked.leader is not None
    keys = bare(rows)
    previous = order.take(keys, most=1, before=place, sorts=sorts)
    following = order.take(keys, most=1, after=place, sorts=sorts)
    position = 1
    for part in order.preceding(rows, place, sorts=sorts):
        position += part.values("pk")[: FARTHEST - position + 1].count()
        if position > FARTHEST:
            break
    return Neighbours(
        previous[0].pk if previous else None,
        following[0].pk if following else None,
        position if position <= FARTHEST else None,
        asked,
    )
