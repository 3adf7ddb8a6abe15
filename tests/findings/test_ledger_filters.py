"""Filters of the list: what each holds, how many rows it hides, and what a unit must not learn by them."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from xuncha.findings.models import Addressee, Finding
from xuncha.findings.permissions import findings_visible_to
from xuncha.findings.queries.ledger import LedgerQuery, count, findings, hidden_by_filters
from xuncha.findings.workflow import CURRENT


def _found(actor: Any, **filters: Any) -> set[int]:
    return set(findings(actor, LedgerQuery.from_params(filters)).values_list("pk", flat=True))


def test_the_query_string_goes_there_and_back() -> None:
    params = QueryDict(
        "q=津补贴&round=3&round=4&category=none&immediate=yes&sort=-changed&after=x&junk=1&unit=x&state=no"
    )
    query = LedgerQuery.from_params(params)
    assert query.filters == {"round": ("3", "4"), "category": ("none",), "immediate": ("yes",)}
    assert LedgerQuery.from_params(QueryDict(query.to_params())) == query


def test_each_facet_holds_what_it_says(ledger: list[Finding], cast: Any, health: Any, category: Any) -> None:
    current = [f for f in ledger if f.state in CURRENT]
    addressed = set(Addressee.objects.filter(unit=health).values_list("finding", flat=True))
    expected = {
        ("round", str(ledger[0].round_id)): {f.pk for f in current if f.round_id == ledger[0].round_id},
        ("unit", str(health.pk)): {f.pk for f in current if f.pk in addressed},
        ("sector", str(health.sector_id)): {
            f.pk for f in current if any(a.unit.sector_id == health.sector_id for a in f.addressees.all())
        },
        ("category", "none"): {f.pk for f in current if f.category_id is None},
        ("category", str(category.pk)): {f.pk for f in current if f.category_id == category.pk},
        ("severity", "high"): {f.pk for f in current if f.severity == "high"},
        ("nature", "none"): {f.pk for f in current if f.nature == ""},
        ("immediate", "yes"): {f.pk for f in current if f.immediate},
        ("state", "withdrawn"): {f.pk for f in ledger if f.state == "withdrawn"},
        ("changed_by", str(cast.head.pk)): {f.pk for f in current if f.changed_by_id == cast.head.pk},
    }
    for (facet, value), rows in expected.items():
        assert rows and _found(cast.staff, **{facet: value}) == rows, facet
        query = LedgerQuery.from_params({facet: value})
        assert count(cast.staff, query).number == len(rows), facet
    assert (
        _found(cast.staff, category=["none", str(category.pk)])
        == expected["category", "none"] | expected["category", str(category.pk)]
    )


def test_counts_stop_at_the_limit(ledger: list[Finding], cast: Any) -> None:
    few = count(cast.staff, LedgerQuery(), limit=10)
    assert (few.number, few.is_more, str(few)) == (10, True, "10+")


def test_each_filter_of_an_empty_list_says_what_it_hides(ledger: list[Finding], cast: Any) -> None:
    query = LedgerQuery.from_params({"q": "没有这样的话", "severity": "high"})
    hidden = {name: number.number for name, number in hidden_by_filters(cast.staff, query)}
    assert hidden == {"q": len(_found(cast.staff, severity="high")), "severity": 0}


def test_a_unit_sees_what_was_fed_back_to_it_whatever_it_asks(ledger: list[Finding], cast: Any) -> None:
    own = set(findings_visible_to(cast.liaison).values_list("pk", flat=True))
    assert _found(cast.liaison) == own
    for asked in ({"state": "draft"}, {"changed_by": str(cast.head.pk)}, {"paper": "1"}, {"sector": "1"}):
        assert _found(cast.liaison, **asked) == own, "the office's own filters do nothing for a unit"


def test_a_unit_cannot_ask_whether_another_was_addressed(
    ledger: list[Finding],
    cast: Any,
    education: Any,
) -> None:
    assert any({a.unit_id for a in f.addressees.all()} >= {education.pk} for f in findings_visible_to(cast.liaison)), (
        "there is something to find out"
    )
    assert _found(cast.liaison, unit=str(education.pk)) == set()


@pytest.mark.parametrize("person", ["outsider"])
def test_a_person_without_a_role_finds_nothing(ledger: list[Finding], cast: Any, person: str) -> None:
    assert _found(getattr(cast, person)) == set()
