"""What has to be put right: the list in its order, heap by heap, and nobody sees another's."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.rectification.put_right import MakeItem
from xuncha.rectification.models import Plan, Rectification
from xuncha.rectification.queries import items as queries
from xuncha.rectification.queries.items import ItemFilter
from xuncha.security.models import User

ALL = ItemFilter()


def listed(actor: User, narrowed: ItemFilter = ALL, size: int = 50) -> list[int]:
    """All pages one after the other."""
    page = queries.page(actor, narrowed, size=size)
    keys = [item.pk for item in page.items]
    while page.after is not None:
        page = queries.page(actor, narrowed, after=page.after, size=size)
        keys += [item.pk for item in page.items]
    return keys


def in_days(days: int | None) -> datetime.date | None:
    return None if days is None else timezone.localdate() + datetime.timedelta(days=days)


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_the_earliest_due_stands_first_and_those_without_a_day_last(
    make_item: MakeItem, staff: User, size: int
) -> None:
    days: Sequence[int | None] = (30, None, 5, 30, -3, None)
    keys = [make_item(due_on=in_days(day)).pk for day in days]
    assert listed(staff, size=size) == [keys[i] for i in (4, 2, 0, 3, 1, 5)]


def test_heaps_tell_how_items_stand(make_item: MakeItem, staff: User) -> None:
    late, soon, far = (make_item(due_on=in_days(day)) for day in (-1, 0, 300))
    closed = make_item(due_on=in_days(-9), progress="done", closure="closed", closed_on=in_days(-10))
    stands = make_item(due_on=in_days(-9), suspended_on=in_days(-10))
    back = make_item(due_on=in_days(200), closure="returned")
    asked = make_item(due_on=in_days(1), closure="applied")
    heaps = {code: set(listed(staff, ItemFilter(heap=code))) for code in queries.HEAPS}
    assert heaps["late"] == {late.pk}
    assert heaps["soon"] == {soon.pk}
    assert heaps["closed"] == {closed.pk}
    assert heaps["returned"] == {back.pk}
    assert heaps["applied"] == {asked.pk}
    assert heaps["open"] == {late.pk, soon.pk, far.pk, stands.pk, back.pk, asked.pk}
    assert queries.counts(staff, ALL) == {code: len(keys) for code, keys in heaps.items()}


def test_a_unit_sees_its_own_alone(
    make_item: MakeItem, education: Any, liaison: User, other_liaison: User, outsider: User, recused: User
) -> None:
    mine, theirs = make_item(), make_item(unit=education)
    assert (listed(liaison), listed(other_liaison), listed(outsider)) == ([mine.pk], [theirs.pk], [])
    assert listed(recused) == [theirs.pk]
    assert queries.find_item(liaison, theirs.pk) is None
    assert queries.counts(liaison, ALL)[""] == 1
    assert queries.items_of_finding(liaison, theirs.finding) == []


def test_of_a_joint_finding_each_unit_sees_its_own_item(
    make_item: MakeItem, joint: Any, education: Any, liaison: User, staff: User
) -> None:
    finding = joint.findings.get()
    mine, theirs = make_item(finding=finding), make_item(finding=finding, unit=education)
    assert [item.pk for item in queries.items_of_finding(liaison, finding)] == [mine.pk]
    assert [item.pk for item in queries.items_of_finding(staff, finding)] == [mine.pk, theirs.pk]


def test_the_list_narrows(make_item: MakeItem, education: Any, staff: User, round_8: Any) -> None:
    first = make_item(horizon="long_term", progress="under_way")
    other = make_item(unit=education)
    assert listed(staff, ItemFilter(unit=education.pk)) == [other.pk]
    assert listed(staff, ItemFilter(horizon="long_term", progress="under_way")) == [first.pk]
    assert listed(staff, ItemFilter(round=round_8.pk + 1)) == []


def test_measures_of_a_plan_that_was_never_submitted_are_the_units_alone(
    make_item: MakeItem, make_measure: Any, staff: User, liaison: User
) -> None:
    item = make_item()
    make_measure(item)
    plan = Plan.objects.get(round=item.round, unit=item.unit)
    plan.draft_no = 0
    plan.save()
    assert len(queries.measures_of(liaison, item)) == 1
    assert queries.measures_of(staff, item) == []
    assert queries.measure_counts(staff, [item.pk]) == {}
    plan.draft_no = 1
    plan.save()
    assert len(queries.measures_of(staff, item)) == 1


def test_the_list_asks_as_often_for_twenty_as_for_ten(make_item: MakeItem, make_measure: Any, liaison: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as asked:
            found = queries.page(liaison, ALL).items
            queries.measure_counts(liaison, [item.pk for item in found])
            queries.counts(liaison, ALL)
        return len(asked)

    for _ in range(10):
        make_measure(make_item())
    asked()  # What the actor is, is read once.
    ten = asked()
    for _ in range(10):
        make_measure(make_item())
    assert Rectification.objects.count() == 20
    assert asked() == ten
