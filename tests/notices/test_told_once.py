"""Nobody is told the same thing twice, nor sees what another was told."""

from __future__ import annotations

from xuncha.notices.actions import NewNotice, see_notices, tell
from xuncha.notices.models import Notice
from xuncha.security.models import User


def test_the_same_is_told_once_and_each_looks_at_the_own(liaison: User, other_liaison: User) -> None:
    told = [NewNotice(liaison.pk, "due", "due-1"), NewNotice(liaison.pk, "due", "due-1")]
    tell([*told, NewNotice(other_liaison.pk, "due", "due-1")])
    tell(told)
    assert Notice.objects.count() == 2
    newest = Notice.objects.latest("id").pk
    assert see_notices(until=newest, actor=liaison) == 1
    assert list(Notice.objects.filter(seen_at__isnull=True).values_list("user", flat=True)) == [other_liaison.pk]
