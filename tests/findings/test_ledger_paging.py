"""Paging through the list gives each row exactly once, in order, both ways; and it costs the same however long."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.findings.listed import keys
from xuncha.findings.models import Finding
from xuncha.findings.queries.ledger import SORTS, LedgerQuery, neighbours, page
from xuncha.findings.queries.ledger import plan as planning
from xuncha.findings.queries.ledger.paging import findings

RANKS = {"high": 0, "medium": 1, "low": 2, "": 3}
BY: dict[str, Callable[[Finding], tuple[Any, ...]]] = {
    "number": lambda f: (f.number_key, f.pk),
    "unit": lambda f: (f.unit_id or 0, f.number_key, f.pk),
    "category": lambda f: (f.category_id or 0, f.number_key, f.pk),
    "severity": lambda f: (RANKS[f.severity], f.number_key, f.pk),
    "due": lambda f: (str(f.stated_due or ""), f.pk),
    "changed": lambda f: (f.changed_at, f.pk),
}
EMPTY: dict[str, Callable[[Finding], bool]] = {
    "category": lambda f: f.category_id is None,
    "due": lambda f: f.stated_due is None,
    "severity": lambda f: f.severity == "",
}


def _in_order(rows: list[Finding], sort: str, *, of_a_unit: bool = False) -> list[int]:
    name, falls = sort.removeprefix("-"), sort.startswith("-")
    if of_a_unit and name == "changed":
        name, falls = "number", False
    is_empty = EMPTY.get(name, lambda f: False)
    if of_a_unit and name == "due":
        # Of a joint finding a unit is not told the date, not by its place in the list either.
        is_empty = lambda f: f.stated_due is None or f.unit_id is None  # noqa: E731
    said = sorted((f for f in rows if not is_empty(f)), key=BY[name], reverse=falls)
    unsaid = sorted(
        (f for f in rows if is_empty(f)), key=BY["number"] if name != "due" else lambda f: f.pk, reverse=falls
    )
    return keys([*said, *unsaid])


def _through(actor: Any, query: LedgerQuery, size: int) -> list[int]:
    found: list[int] = []
    cursor = None
    for _ in range(100):
        part = page(actor, query, after=cursor, size=size)
        assert part.first == len(found) + 1
        found += keys(part.rows)
        cursor = part.after
        if cursor is None:
            return found
    raise AssertionError("paging does not end")


def _back(actor: Any, query: LedgerQuery, size: int) -> list[list[int]]:
    part = page(actor, query, size=size)
    while part.after:
        part = page(actor, query, after=part.after, size=size)
    found = [keys(part.rows)]
    while part.before:
        part = page(actor, query, before=part.before, size=size)
        found.insert(0, keys(part.rows))
    assert part.first == 1
    return found


@pytest.mark.parametrize("bound", [20_000, 3], ids=["few are fetched and sorted", "orders are walked"])
@pytest.mark.parametrize("sort", [sign + name for name in SORTS for sign in ("", "-")])
def test_every_row_comes_once_and_in_order(
    ledger: list[Finding],
    cast: Any,
    sort: str,
    bound: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(planning, "MOST_COUNTED", bound)
    draw = random.Random(sort)
    round_key = str(ledger[0].round_id)
    for actor, filters in (
        (cast.staff, {"round": [round_key]}),
        (cast.staff, {"severity": ["high", "none"]}),
        (cast.staff, draw.choice(({}, {"category": ["none"]}, {"q": "的"}))),
        (cast.liaison, {}),
    ):
        query = LedgerQuery.from_params({**filters, "sort": sort})
        unpaged = _in_order(list(findings(actor, query)), sort, of_a_unit=actor is cast.liaison)
        assert unpaged
        size = draw.randint(3, 11)
        assert _through(actor, query, size) == unpaged
        assert list(itertools.chain(*_back(actor, query, size))) == unpaged


def test_a_finding_knows_its_neighbours_in_the_list(ledger: list[Finding], cast: Any) -> None:
    for sort in ("number", "-due", "severity", "changed"):
        query = LedgerQuery(sort=sort)
        order = _through(cast.staff, query, 50)
        for place in (0, 1, len(order) // 2, len(order) - 1):
            found = neighbours(cast.staff, query, Finding.objects.get(pk=order[place]))
            assert found.previous == (order[place - 1] if place else None)
            assert found.next == (order[place + 1] if place + 1 < len(order) else None)
            assert found.position == place + 1


def test_a_finding_that_the_list_does_not_hold_has_no_neighbours(ledger: list[Finding], cast: Any) -> None:
    draft = next(f for f in ledger if f.state == "draft")
    found = neighbours(cast.liaison, LedgerQuery(), draft)
    assert (found.previous, found.next, found.position) == (None, None, None)


def test_a_cursor_that_is_none_shows_the_first_page(ledger: list[Finding], cast: Any) -> None:
    first = keys(page(cast.staff, LedgerQuery()).rows)
    for cursor in ("x", "W10", "eyJhIjoxfQ", "WzAsMCwiYSJd", "WzksMCwiYSIsMV0", "é" * 50):
        assert keys(page(cast.staff, LedgerQuery(), after=cursor).rows) == first


def test_a_page_asks_as_often_for_few_rows_as_for_many(
    ledger: list[Finding],
    cast: Any,
) -> None:
    for actor in (cast.staff, cast.liaison):
        page(actor, LedgerQuery())  # asks once for the roles
        asked = []
        for size in (5, 15):
            with CaptureQueriesContext(connection) as queries:
                for row in page(actor, LedgerQuery(words="的"), size=size).rows:
                    assert [a.unit.name for a in row.addressees.all()]
                    str(row.round), row.unit and row.unit.name, row.category and row.category.name
            asked.append(len(queries))
        assert asked[0] == asked[1] <= 6, asked
