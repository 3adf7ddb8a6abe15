"""One's own account: the password and where one is signed in."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import PASSWORD
from xuncha.security import accounts
from xuncha.security.models import Session, TrailEntry, User

NEW = "another-pass-phrase"


@pytest.fixture
def mine(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def _change(client: Client, new: str = NEW, *, old: str = PASSWORD, again: str | None = None) -> Any:
    return client.post(reverse("password"), {"old": old, "new": new, "again": new if again is None else again})


def test_the_password_is_changed_and_other_browsers_are_signed_out(mine: Client, staff: User) -> None:
    other = Client()
    other.force_login(staff)
    assert _change(mine).status_code == 302
    staff.refresh_from_db()
    assert staff.check_password(NEW)
    assert mine.get(reverse("desk")).status_code == 200
    assert other.get(reverse("desk")).status_code == 302
    assert Session.objects.count() == 1
    assert "change_password" in TrailEntry.objects.values_list("act", flat=True)
    assert not any(NEW in str(entry.told) for entry in TrailEntry.objects.all())


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("Short-1", "至少10个字符"),
        ("lowercase-on", "14个"),
        ("12345678901234567", "不能全是数字"),
        ("ababababababababab", "不同的字符"),
        ("Woaini-1314", "常见口令"),
        ("P@ssw0rd1234", "常见口令"),
        ("the-staff-of-office", "含有账号或姓名"),
        (PASSWORD, "用过"),
    ],
)
def test_a_weak_password_is_refused_with_a_sentence(mine: Client, staff: User, new: str, words: str) -> None:
    answer = _change(mine, new)
    assert answer.status_code == 200 and words in answer.text
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)


def test_the_old_password_must_be_right_and_the_new_one_typed_twice(mine: Client, staff: User) -> None:
    assert "不是现用口令" in _change(mine, old="wrong").text
    assert "不一致" in _change(mine, again="something-else-again").text
    for _ in range(5):
        _change(mine, old="wrong")
    assert "请等待" in _change(mine).text, "an open desk is no place to guess"


def test_the_last_five_passwords_are_not_taken_again(mine: Client, staff: User, settings: Any) -> None:
    earlier = [PASSWORD, *(f"pass-phrase-number-{n}" for n in range(5))]
    for old, new in itertools.pairwise(earlier):
        assert _change(mine, new, old=old).status_code == 302
    assert "用过" in _change(mine, earlier[1], old=earlier[-1]).text
    assert _change(mine, "pass-phrase-number-9", old=earlier[-1]).status_code == 302
    assert _change(mine, PASSWORD, old="pass-phrase-number-9").status_code == 302, "the sixth before may come again"


def test_a_given_password_is_changed_before_anything_else(client: Client, db: None) -> None:
    actor = accounts.command_line()
    user = accounts.add_account("newcomer", "新人", password="given-by-somebody", actor=actor)
    client.post(reverse("sign_in"), {"username": "newcomer", "password": "given-by-somebody"})
    for name in ("desk", "ledger", "sessions"):
        assert client.get(reverse(name)).headers["Location"] == reverse("password")
    assert client.get(reverse("desk"), headers={"HX-Request": "true"})["HX-Redirect"] == reverse("password")
    assert "管理员" in client.get(reverse("password")).text
    assert _change(client, old="given-by-somebody").headers["Location"] == reverse("desk")
    assert client.get(reverse("desk")).status_code == 200
    accounts.set_password(user, password="given-once-more-again", actor=actor)
    assert client.get(reverse("desk")).headers["Location"].startswith(reverse("sign_in"))
    user.refresh_from_db()
    assert user.must_change_password


def test_a_password_that_is_too_old_is_changed_first(mine: Client, staff: User, settings: Any) -> None:
    User.objects.update(password_set_at=timezone.now() - datetime.timedelta(days=91))
    assert mine.get(reverse("desk")).status_code == 200, "no age without the setting"
    settings.PASSWORD_DAYS = 90
    assert mine.get(reverse("desk")).headers["Location"] == reverse("password")
    assert _change(mine).status_code == 302
    assert mine.get(reverse("desk")).status_code == 200


def test_sessions_are_listed_and_ended_one_by_one_or_at_once(mine: Client, staff: User, head: User) -> None:
    others = [Client(), Client()]
    for other in others:
        other.force_login(staff)
    theirs = Client()
    theirs.force_login(head)
    page = mine.get(reverse("sessions"))
    assert [row["is_this"] for row in page.context["rows"]] == [True, False, False]
    this, that, _ = page.context["rows"]
    assert mine.post(reverse("end_session", args=[this["pk"]])).status_code == 404
    assert mine.post(reverse("end_session", args=[that["pk"]])).status_code == 302
    assert TrailEntry.objects.order_by("-seq")[0].act == "end_session"
    assert mine.post(reverse("end_session", args=[that["pk"]])).status_code == 404
    assert mine.post(reverse("end_other_sessions")).status_code == 302
    assert [other.get(reverse("desk")).status_code for other in others] == [302, 302]
    assert theirs.get(reverse("desk")).status_code == 200


def test_the_list_of_sessions_costs_the_same_for_many(
    mine: Client, staff: User, django_assert_num_queries: Any
) -> None:
    def number(expected: int | None = None) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as context:
            mine.get(reverse("sessions"))
        return len(context)

    mine.get(reverse("sessions"))
    few = number()
    for _ in range(10):
        Client().force_login(staff)
    assert number() == few
