"""Coming in, failing to, leaving, and being refused stand on the trail, with the address; guessing takes ever longer."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import PASSWORD
from xuncha.security import accounts, trail
from xuncha.security.models import Session, SignInCount, TrailEntry, User

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"
)


def _newest() -> TrailEntry:
    return TrailEntry.objects.order_by("-seq")[0]


def _try(client: Client, password: str = PASSWORD, account: str = "staff", address: str = "10.1.2.3") -> Any:
    sent = {"username": account, "password": password}
    return client.post(reverse("sign_in"), sent, REMOTE_ADDR=address, HTTP_USER_AGENT=CHROME)


def _later(seconds: int) -> None:
    """As if so much time had passed since all failures."""
    for row in SignInCount.objects.exclude(free_at=None):
        SignInCount.objects.filter(pk=row.pk).update(free_at=row.free_at - datetime.timedelta(seconds=seconds))


def test_a_sign_in_and_a_sign_out_are_entries_with_role_and_address(client: Client, staff: User) -> None:
    assert _try(client).status_code == 302
    entry = _newest()
    assert (entry.act, entry.actor, entry.role) == ("sign_in", staff, "office_staff")
    assert (entry.way, entry.address, entry.after) == ("web", "10.1.2.3", {"factor": "password"})
    client.post(reverse("sign_out"))
    assert (_newest().act, _newest().actor) == ("sign_out", staff)


def test_a_failed_sign_in_is_an_entry_that_does_not_hold_what_was_typed(client: Client, staff: User) -> None:
    assert "请重新输入" in _try(client, "x", "my-secret-password").text
    entry = _newest()
    assert (entry.act, entry.actor) == ("fail_sign_in", None)
    assert "my-secret-password" not in str(entry.after)
    assert not SignInCount.objects.filter(digest__contains="secret").exists()


def test_a_refusal_is_an_entry_of_whoever_tried(client: Client, staff: User, reviewer: User, health: Any) -> None:
    client.force_login(reviewer)
    before = TrailEntry.objects.count()
    answer = client.post(reverse("unit_edit", args=[health.pk]), {"name": "改名"})
    assert answer.status_code == 403
    entry = _newest()
    assert TrailEntry.objects.count() == before + 1
    assert (entry.act, entry.actor) == ("refuse", reviewer)
    assert entry.after is not None and entry.after["place"].startswith("POST ")


def test_after_five_failures_the_right_password_waits_too_and_is_told_how_long(client: Client, staff: User) -> None:
    for _ in range(5):
        assert _try(client, "wrong").status_code == 200
    assert (_newest().act, _newest().after) == ("lock_out", {"seconds": 60})
    answer = _try(client)
    assert answer.status_code == 429 and "60秒" in answer.text and int(answer["Retry-After"]) == 60
    _later(61)
    assert _try(client, "wrong").status_code == 200
    assert "2分钟" in _try(client).text
    _later(121)
    assert _try(client).status_code == 302


def test_an_account_that_is_not_there_locks_like_one_that_is(client: Client, staff: User) -> None:
    for _ in range(5):
        assert _try(client, account="nobody-here").status_code == 200
    assert _try(client, account="nobody-here").status_code == 429


def test_nobody_can_lock_another_person_out(client: Client, staff: User) -> None:
    assert _try(client).status_code == 302
    client.post(reverse("sign_out"))
    stranger = Client()
    for number in range(60):
        # From the same address and from many others, as fast as the throttle lets.
        _try(stranger, "guess", address="10.1.2.3" if number % 2 else f"10.9.{number}.1")
    assert _try(stranger).status_code == 429
    assert _try(client).status_code == 302, "a browser that was here before has its own count"
    elsewhere = _try(Client(), address="10.77.7.7")
    assert elsewhere.status_code == 302 or int(elsewhere["Retry-After"]) <= 30, "elsewhere it is only slow"


def test_one_address_cannot_try_the_accounts_one_after_the_other(client: Client, staff: User) -> None:
    answers = [_try(client, "Sommer2026!", f"account-{number}").status_code for number in range(31)]
    assert answers == [200] * 30 + [429]
    assert _try(Client(), address="10.1.2.4").status_code == 302


def test_an_administrator_unlocks_an_account_at_once(client: Client, staff: User) -> None:
    for _ in range(5):
        _try(client, "wrong")
    assert accounts.unlock(staff, actor=accounts.command_line()) == 1
    assert _newest().act == "unlock_account"
    assert _try(client).status_code == 302


def test_a_session_is_kept_as_a_digest_and_says_whose_it_is_and_where(client: Client, staff: User) -> None:
    client.cookies["sessionid"] = "planted-by-somebody-else"
    _try(client)
    key = client.cookies["sessionid"].value
    session = Session.objects.get()
    assert key not in ("planted-by-somebody-else", session.digest)
    assert (session.user, session.address, session.device) == (staff, "10.1.2.3", "Chrome 138, Windows")


@pytest.mark.parametrize("because", ["idle", "longest"])
def test_a_session_ends_without_use_and_after_its_longest_time(
    client: Client, staff: User, settings: Any, because: str
) -> None:
    _try(client)
    now, longest = timezone.now(), datetime.timedelta(seconds=settings.SESSION_LONGEST)
    started = {"idle": now - datetime.timedelta(minutes=20), "longest": now - longest}[because]
    Session.objects.update(started_at=started, expire_date=now)
    assert client.get(reverse("desk")).status_code == 302
    entry = _newest()
    assert (entry.act, entry.actor, entry.object_id) == ("time_out", None, staff.pk)
    assert entry.after is not None and entry.after["because"] == because
    assert not Session.objects.exists()


def test_use_does_not_carry_a_session_over_its_longest_time(client: Client, staff: User, settings: Any) -> None:
    _try(client)
    nearly = timezone.now() - datetime.timedelta(seconds=settings.SESSION_LONGEST - 60)
    Session.objects.update(started_at=nearly)
    client.session.save()
    assert Session.objects.get().expire_date - timezone.now() <= datetime.timedelta(seconds=60)


def test_with_one_session_a_new_one_ends_the_others(client: Client, staff: User, settings: Any) -> None:
    settings.ONE_SESSION = True
    _try(client)
    other = Client()
    _try(other)
    assert client.get(reverse("desk")).status_code == 302
    assert other.get(reverse("desk")).status_code == 200


def test_an_ordinary_page_costs_the_session_and_the_person(
    client: Client, staff: User, django_assert_num_queries: Any
) -> None:
    client.force_login(staff)
    client.get(reverse("password"))
    with django_assert_num_queries(2):
        client.post(reverse("set_language"), {"language": "xx"})


def test_a_hash_of_an_older_kind_is_renewed_at_the_sign_in(client: Client, staff: User, settings: Any) -> None:
    from xuncha.config import settings as real

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    staff.set_password(PASSWORD)
    staff.save()
    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    assert _try(client).status_code == 302
    staff.refresh_from_db()
    assert staff.password.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")
    assert client.get(reverse("desk")).status_code == 200


def test_a_one_time_password_opens_the_door_for_its_days_only(client: Client, staff: User, settings: Any) -> None:
    given = timezone.now() - datetime.timedelta(days=settings.ONE_TIME_DAYS, minutes=1)
    User.objects.filter(pk=staff.pk).update(must_change_password=True, password_set_at=given)
    answer = client.post(reverse("sign_in"), {"username": "staff", "password": PASSWORD})
    assert answer.status_code == 200 and "一次性口令已过有效期" in answer.content.decode()
    assert not Session.objects.filter(user=staff).exists()
    entry = trail.history_of(staff)[0]
    assert (entry.act, entry.after) == ("refuse_sign_in", {"because": "one_time_password_over"})
    # Of a wrong one nothing is told, and one's own does not end.
    wrong = client.post(reverse("sign_in"), {"username": "staff", "password": "another-pass-phrase"})
    assert "有效期" not in wrong.content.decode()
    settings.ONE_TIME_DAYS = 0
    assert client.post(reverse("sign_in"), {"username": "staff", "password": PASSWORD}).status_code == 302
    settings.ONE_TIME_DAYS = 3
    User.objects.filter(pk=staff.pk).update(must_change_password=False)
    assert Client().post(reverse("sign_in"), {"username": "staff", "password": PASSWORD}).status_code == 302
