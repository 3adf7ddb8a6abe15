"""Findings move with their scheme: all of them or none, told in their history, counted right."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Sum

from xuncha.findings.actions.recoding import change_leading_scheme, recode
from xuncha.findings.models import Classification, Finding, FindingCount
from xuncha.findings.queries import counts, recoding
from xuncha.rulebook import queries
from xuncha.rulebook.models import Category, Scheme
from xuncha.rulebook.queries import Wanted
from xuncha.security import trail
from xuncha.security.errors import Conflict, NotPermitted


def as_is(scheme: Scheme, **became: str) -> list[Wanted]:
    """The scheme as it is, but those named become another."""
    rows = queries.categories(scheme)
    return [
        Wanted(c.code, c.name, c.letter, c.name_en, c.group, c.code in became, became.get(c.code, "")) for c in rows
    ]


@pytest.fixture
def further(db: None) -> Scheme:
    """A further scheme."""
    scheme = Scheme.objects.create(code="short", name="简表", order=5)
    for order, code in enumerate("ab", start=1):
        Category.objects.create(scheme=scheme, code=code, name=code, order=order)
    return scheme


def test_findings_move_to_what_their_category_became(make_finding: Any, category: Category, staff: Any) -> None:
    first, second = make_finding(), make_finding(issued=False)
    other = Category.objects.get(scheme=category.scheme, code="duty.style")
    scheme = category.scheme
    moves = recoding.bearing(staff, scheme, [category.pk])
    assert sorted((move.state, move.number) for move in moves) == [("draft", 1), ("issued", 1)]
    done = recode(scheme, wanted=as_is(scheme, **{category.code: other.code}), actor=staff, version=scheme.version)
    assert done.moved == 2
    assert set(Finding.objects.values_list("category_id", flat=True)) == {other.pk}
    entry = trail.history_of(first)[0]
    assert (entry.act, entry.before, entry.after) == (
        "recode_findings",
        {"category_id": category.pk},
        {"category_id": other.pk},
    )
    assert FindingCount.objects.filter(category_id=other.pk).aggregate(n=Sum("number"))["n"] == 2
    second.refresh_from_db()
    assert second.version == 2


def test_nothing_moves_when_the_scheme_is_not_changed(make_finding: Any, category: Category, staff: Any) -> None:
    make_finding()
    scheme = category.scheme
    with pytest.raises(Conflict):
        recode(scheme, wanted=as_is(scheme, **{category.code: "duty.style"}), actor=staff, version=scheme.version + 7)
    assert Finding.objects.get().category_id == category.pk


def test_a_retired_category_is_kept_by_its_findings(make_finding: Any, category: Category, staff: Any) -> None:
    finding = make_finding()
    scheme = category.scheme
    wanted = [row for row in as_is(scheme) if row.code != category.code]
    assert recode(scheme, wanted=wanted, actor=staff, version=scheme.version).moved == 0
    finding.refresh_from_db()
    assert finding.category_id == category.pk


def test_codes_of_a_further_scheme_move_too(make_finding: Any, further: Scheme, staff: Any) -> None:
    a, b = Category.objects.filter(scheme=further)
    finding = make_finding()
    Classification.objects.create(finding=finding, scheme=further, category=a)
    assert recoding.findings_by_category(staff, further) == {a.pk: 1}
    assert recode(further, wanted=as_is(further, a="b"), actor=staff, version=1).moved == 1
    assert Classification.objects.get().category_id == b.pk
    finding.refresh_from_db()
    assert finding.version == 2, "whoever has it open is told"


def test_another_scheme_leads_and_no_code_is_lost(
    make_finding: Any, further: Scheme, category: Any, staff: Any
) -> None:
    a = Category.objects.get(scheme=further, code="a")
    coded, uncoded = make_finding(), make_finding()
    Classification.objects.create(finding=coded, scheme=further, category=a)
    change_leading_scheme(further, actor=staff, version=1)
    coded.refresh_from_db(), uncoded.refresh_from_db()
    assert (coded.category_id, uncoded.category_id) == (a.pk, None)
    assert (coded.version, uncoded.version, coded.changed_by) == (2, 2, staff)
    assert set(Classification.objects.values_list("finding", "category")) == {
        (coded.pk, category.pk),
        (uncoded.pk, category.pk),
    }
    assert counts.by_category(staff, coded.round_id) == {a.pk: 1, 0: 1}
    leading = queries.leading_scheme()
    assert leading == further
    # And back: every finding has what it had.
    change_leading_scheme(category.scheme, actor=staff, version=Scheme.objects.get(pk=category.scheme_id).version)
    assert set(Finding.objects.values_list("category_id", flat=True)) == {category.pk}
    assert list(Classification.objects.values_list("finding", "category")) == [(coded.pk, a.pk)]


def test_only_the_office_moves_findings(make_finding: Any, further: Scheme, reviewer: Any, liaison: Any) -> None:
    for actor in (reviewer, liaison):
        with pytest.raises(NotPermitted):
            recode(further, wanted=as_is(further), actor=actor, version=1)
        with pytest.raises(NotPermitted):
            change_leading_scheme(further, actor=actor, version=1)
    assert recoding.bearing(liaison, further, [1]) == []
