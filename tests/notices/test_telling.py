"""Nobody is told the same thing twice, and everybody sees what oneself was told alone."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from xuncha.notices import queries
from xuncha.notices.actions import BATCH, NewNotice, see_notices, tell
from xuncha.notices.models import Notice
from xuncha.security.models import User


def of(user: User, *keys: str) -> list[NewNotice]:
    return [NewNotice(user.pk, "overdue", key, {"item": i}) for i, key in enumerate(keys)]


def test_the_same_thing_is_told_once(staff: User, head: User) -> None:
    tell(of(staff, "a", "b"))
    tell([*of(staff, "b", "c"), *of(head, "a")])
    assert [notice.key for notice in queries.notices(staff)[0]] == ["c", "b", "a"]
    assert queries.unseen(head) == 1


def test_the_same_is_told_once_and_each_looks_at_the_own(liaison: User, other_liaison: User) -> None:
    told = [NewNotice(liaison.pk, "due", "due-1"), NewNotice(liaison.pk, "due", "due-1")]
    tell([*told, NewNotice(other_liaison.pk, "due", "due-1")])
    tell(told)
    assert Notice.objects.count() == 2
    newest = Notice.objects.latest("id").pk
    assert see_notices(until=newest, actor=liaison) == 1
    assert list(Notice.objects.filter(seen_at__isnull=True).values_list("user", flat=True)) == [other_liaison.pk]


def test_what_was_looked_at_is_counted_no_more_and_not_told_again(staff: User, head: User) -> None:
    tell([*of(staff, "a", "b"), *of(head, "a")])
    newest = queries.notices(staff)[0][0].pk
    assert see_notices(until=newest, actor=staff) == 2
    assert (queries.unseen(staff), queries.unseen(head)) == (0, 1)
    tell(of(staff, "a"))
    assert queries.unseen(staff) == 0


def test_pages_follow_one_another_without_a_gap(staff: User) -> None:
    keys = [f"{i:03}" for i in range(queries.PAGE * 2 + 1)]
    tell(of(staff, *keys))
    seen, before = [], None
    while True:
        page, before = queries.notices(staff, before=before)
        seen += [notice.key for notice in page]
        if before is None:
            break
    assert seen == keys[::-1]


def test_the_count_has_a_bound(staff: User) -> None:
    tell(of(staff, *(str(i) for i in range(queries.BOUND + 5))))
    assert queries.unseen(staff) == queries.BOUND + 1


def test_many_are_told_in_portions(staff: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        tell(of(staff, *(str(i) for i in range(BATCH + 1))))
    assert Notice.objects.count() == BATCH + 1
    assert sum("INSERT" in query["sql"] for query in asked) < 20
