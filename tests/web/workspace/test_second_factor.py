"""The second factor: added by whoever proves the password, asked for at the door, lost, and given back."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD
from xuncha.security import accounts, factors, throttle
from xuncha.security.models import RecoveryCode, SecondFactor, Session, SignInCount, TrailEntry, User

STEP = factors.STEP_SECONDS


class Phone:
    """An authenticator app that read the secret; `now` can be set on, as a clock goes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.secret = time.time(), b""
        monkeypatch.setattr(factors.time, "time", lambda: self.now)

    def code(self) -> str:
        """The code of the next step: each is good once."""
        self.now += STEP
        return factors.code_at(self.secret, self.now)


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Phone:
    return Phone(monkeypatch)


@pytest.fixture
def codes(client: Client, staff: User, phone: Phone) -> list[str]:
    """The staff member with an app on the phone, signed out again; the recovery codes as they were shown."""
    client.force_login(staff)
    page = client.get(reverse("add_totp"))
    words = page.context["secret"]
    assert words in page.text and "<svg" in page.text and "style=" not in page.text.split("<svg")[1].split("</svg>")[0]
    phone.secret = factors.offered(client.session["offer"])
    answer = client.post(reverse("add_totp"), {"code": phone.code(), "password": PASSWORD})
    found = re.findall(r"<code>(\w{5}-\w{5})</code>", answer.text)
    assert len(found) == 10
    client.post(reverse("sign_out"))
    return found


def _password(client: Client, **asked: Any) -> Any:
    return client.post(reverse("sign_in"), {"username": "staff", "password": PASSWORD, **asked})


def _acts() -> list[str]:
    return list(TrailEntry.objects.order_by("seq").values_list("act", flat=True))


def test_after_the_password_the_code_of_the_app_is_asked_for(
    client: Client, staff: User, phone: Phone, codes: list[str]
) -> None:
    assert _password(client, next=reverse("ledger")).headers["Location"] == reverse("second_step")
    assert client.get(reverse("desk")).status_code == 302, "the password alone opens nothing"
    assert Session.objects.get().user is None
    assert "不正确" in client.post(reverse("second_step"), {"code": "000000"}).text
    before = client.cookies["sessionid"].value
    answer = client.post(reverse("second_step"), {"code": phone.code()})
    assert answer.headers["Location"] == reverse("ledger")
    assert client.cookies["sessionid"].value != before
    assert client.get(reverse("desk")).status_code == 200
    entry = TrailEntry.objects.order_by("-seq")[0]
    assert (entry.act, entry.after) == ("sign_in", {"factor": "totp"})
    assert "add_factor" in _acts()


def test_a_code_counts_once(client: Client, staff: User, phone: Phone, codes: list[str]) -> None:
    code = phone.code()
    for expected in (302, 200):
        other = Client()
        _password(other)
        assert other.post(reverse("second_step"), {"code": code}).status_code == expected


def test_a_recovery_code_opens_once(client: Client, staff: User, codes: list[str]) -> None:
    for expected in (302, 200):
        other = Client()
        _password(other)
        assert other.post(reverse("second_step"), {"code": codes[0].upper()}).status_code == expected
    assert factors.codes_left(staff) == 9
    assert not RecoveryCode.objects.filter(digest__contains=codes[1][:5]).exists()


def test_codes_are_not_guessed_and_the_password_is_no_leave_to_go_on(
    client: Client, staff: User, phone: Phone, codes: list[str]
) -> None:
    for number in range(5):
        stranger = Client()
        _password(stranger)
        assert stranger.post(reverse("second_step"), {"code": f"00000{number}"}).status_code == 200
    stranger = Client()
    assert _password(stranger).status_code == 302
    assert stranger.post(reverse("second_step"), {"code": phone.code()}).status_code == 429
    accounts.unlock(staff, actor=accounts.command_line())
    assert stranger.post(reverse("second_step"), {"code": phone.code()}).status_code == 302
    assert throttle.CODES not in "".join(SignInCount.objects.values_list("digest", flat=True))


def test_the_step_is_only_for_whoever_just_showed_the_password(
    client: Client, staff: User, phone: Phone, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = {"code": phone.code()}
    assert client.post(reverse("second_step"), code).headers["Location"] == reverse("sign_in")
    _password(client)
    staff.set_password("changed-in-the-meantime")
    staff.save()
    assert client.post(reverse("second_step"), code).headers["Location"] == reverse("sign_in")
    staff.set_password(PASSWORD)
    staff.save()
    _password(client)
    phone.now += 6 * 60
    assert client.get(reverse("second_step")).headers["Location"] == reverse("sign_in")


def test_the_secret_is_sealed_in_the_database(staff: User, phone: Phone, codes: list[str]) -> None:
    row = SecondFactor.objects.get()
    assert phone.secret not in bytes(row.secret) + bytes(row.wrapped)
    assert factors.secret_of(row) == phone.secret


def test_whoever_has_a_role_that_needs_one_adds_it_before_anything_else(
    client: Client, staff: User, phone: Phone, settings: Any
) -> None:
    settings.SECOND_FACTOR = ["office_staff"]
    _password(client)
    for name in ("desk", "ledger", "sessions"):
        assert client.get(reverse(name)).headers["Location"] == reverse("second_factor")
    assert "必须使用" in client.get(reverse("second_factor")).text
    client.get(reverse("add_totp"))
    phone.secret = factors.offered(client.session["offer"])
    client.post(reverse("add_totp"), {"code": phone.code(), "password": PASSWORD})
    assert client.get(reverse("desk")).status_code == 200
    row = SecondFactor.objects.get()
    refused = client.post(reverse("remove_factor", args=[row.pk]), {"password": PASSWORD})
    assert "请先添加另一种" in refused.text and SecondFactor.objects.exists()


def test_another_role_is_not_asked_for_one(client: Client, reviewer: User, settings: Any) -> None:
    settings.SECOND_FACTOR = ["office_staff"]
    client.post(reverse("sign_in"), {"username": "reviewer", "password": PASSWORD})
    assert client.get(reverse("desk")).status_code == 200


def test_nothing_is_changed_without_the_password(client: Client, staff: User, phone: Phone, codes: list[str]) -> None:
    client.force_login(staff)
    row = SecondFactor.objects.get()
    for name, args in (("remove_factor", [row.pk]), ("recovery_codes", []), ("add_totp", [])):
        answer = client.post(reverse(name, args=args), {"password": "wrong", "code": phone.code()})
        assert answer.status_code == 200 and "现用口令" in answer.text
    assert SecondFactor.objects.count() == 1 and factors.codes_left(staff) == 10
    assert client.post(reverse("remove_factor", args=[row.pk]), {"password": PASSWORD}).status_code == 302
    assert not SecondFactor.objects.exists() and not RecoveryCode.objects.exists()
    assert _acts()[-1] == "remove_factor"


def test_new_recovery_codes_make_the_old_ones_void(client: Client, staff: User, codes: list[str]) -> None:
    client.force_login(staff)
    answer = client.post(reverse("recovery_codes"), {"password": PASSWORD})
    assert codes[0] not in answer.text and len(re.findall(r"<code>\w{5}-\w{5}</code>", answer.text)) == 10
    assert factors.take_code(staff, codes[0]) == ""


def test_who_lost_everything_is_reset_by_an_administrator(client: Client, staff: User, codes: list[str]) -> None:
    assert factors.reset_factors(staff, actor=accounts.command_line()) == 1
    assert _acts()[-1] == "reset_factors"
    assert _password(client).headers["Location"] == reverse("desk")


def test_passkeys_need_a_host_name(client: Client, staff: User, settings: Any) -> None:
    from xuncha.security import passkeys

    assert passkeys.are_possible("localhost:8000")
    assert not passkeys.are_possible("10.0.0.7:8000") and not passkeys.are_possible("[::1]:8000")
    assert not passkeys.are_possible("xuncha.county.example")
    settings.SESSION_COOKIE_SECURE = True
    assert passkeys.are_possible("xuncha.county.example")
    assert not passkeys.are_possible("10.0.0.7")
