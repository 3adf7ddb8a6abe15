"""Nobody floods the pages that need no sign-in, and nobody passes for another address."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from xuncha.config import environment
from xuncha.security import accounts, tokens
from xuncha.security.models import Session, TrailEntry, User
from xuncha.web import limits
from xuncha.web.limits import Measures, group_of
from xuncha.web.proxies import ProxyMiddleware, address, caller

PROXY = [ipaddress.ip_network("10.0.0.5"), ipaddress.ip_network("10.9.0.0/24")]


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_a_measure_is_used_up_and_fills_again() -> None:
    clock = Clock()
    measures = Measures(clock)
    for _ in range(60):
        assert measures.wait("a", 60) == 0
        measures.take("a", 60)
    assert measures.wait("a", 60) == 2 and measures.wait("b", 60) == 0
    clock.at += 2
    assert measures.wait("a", 60) == 0
    clock.at += 10**6
    for _ in range(60):
        measures.take("a", 60)
    assert measures.wait("a", 60) > 0, "what was not used long ago is not saved up"


def test_only_so_many_addresses_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST", 3)
    measures = Measures(Clock())
    for who in "abcd":
        measures.take(who, 1)
    assert [measures.wait(who, 1) > 0 for who in "abcd"] == [False, True, True, True]


@pytest.mark.parametrize("path", ["/sign-in/", "/", "/sign-in/second-factor/", "/ledger/5/", "/no-such-page/"])
def test_whoever_is_nobody_gets_a_plain_page_after_too_many_requests(db: None, settings: Any, path: str) -> None:
    settings.PUBLIC_REQUESTS = 3
    client = Client()
    answers = [client.get(path, REMOTE_ADDR="192.0.2.7").status_code for _ in range(3)]
    assert 429 not in answers
    with CaptureQueriesContext(connection) as told:
        refused = client.get(path, REMOTE_ADDR="192.0.2.7")
    assert refused.status_code == 429 and int(refused["Retry-After"]) > 0
    assert "请求过于频繁" in refused.content.decode() and "default-src 'none'" in refused["Content-Security-Policy"]
    assert len(told) == 0, "a flood costs no query"
    assert Client().get(path, REMOTE_ADDR="192.0.2.8").status_code != 429


def test_whoever_is_signed_in_goes_on_at_the_same_address(staff: User, settings: Any) -> None:
    settings.PUBLIC_REQUESTS = 2
    client = Client()
    client.force_login(staff)
    for _ in range(4):
        Client().get("/sign-in/")
    # The counts are those of one server: a client of the test is one.
    assert [client.get("/").status_code for _ in range(4)] == [200] * 4
    Session.objects.all().delete()
    assert [client.get("/sign-in/").status_code for _ in range(3)] == [200, 200, 429], "a made-up cookie helps nobody"


def test_a_program_is_counted_where_its_token_is_refused(staff: User, settings: Any) -> None:
    settings.PUBLIC_REQUESTS = 2
    words = tokens.add_token(staff, "报送", days=9, actor=accounts.command_line())[1]
    client = Client()
    good, bad = {"Authorization": f"Bearer {words}"}, {"Authorization": "Bearer xuncha_nonsense"}
    assert [client.get("/api/v1/rounds", headers=good).status_code for _ in range(5)] == [200] * 5
    assert [client.get("/api/v1/rounds", headers=bad).status_code for _ in range(3)] == [401, 401, 429]
    refused = client.get("/api/v1/rounds", headers=bad)
    assert refused["Content-Type"] == "application/problem+json" and refused.json()["code"] == "too_many_requests"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("", "10.0.0.5"),
        ("203.0.113.9", "203.0.113.9"),
        ("8.8.8.8, 203.0.113.9", "203.0.113.9"),
        ("8.8.8.8, 203.0.113.9, 10.9.0.7", "203.0.113.9"),
        ("10.9.0.7", "10.9.0.7"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, nonsense", "10.0.0.5"),
        ("203.0.113.9, <script>, 10.9.0.7", "10.9.0.7"),
    ],
)
def test_the_caller_is_the_first_that_is_no_proxy_read_from_the_near_end(told: str, expected: str) -> None:
    near = address("10.0.0.5")
    assert near is not None
    assert str(caller(near, told, PROXY)) == expected


@pytest.mark.parametrize(("near", "expected"), [("10.0.0.5", "203.0.113.9"), ("198.51.100.1", "198.51.100.1")])
def test_a_forwarded_address_is_believed_of_the_office_s_proxy_alone(
    staff: User, settings: Any, near: str, expected: str
) -> None:
    settings.PROXIES = PROXY
    sent = {"username": "staff", "password": "wrong"}
    Client().post("/sign-in/", sent, REMOTE_ADDR=near, headers={"X-Forwarded-For": "203.0.113.9"})
    assert TrailEntry.objects.latest("id").address == expected


def test_a_spoofed_word_on_https_is_not_believed(settings: Any) -> None:
    settings.PROXIES = PROXY
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    def is_secure(near: str) -> bool:
        request = RequestFactory().get("/", REMOTE_ADDR=near, headers={"X-Forwarded-Proto": "https"})
        ProxyMiddleware(lambda asked: asked)(request)  # type: ignore[arg-type,return-value]
        return request.is_secure()

    assert is_secure("10.0.0.5") and not is_secure("198.51.100.1")


def test_of_ipv6_a_whole_network_is_one() -> None:
    assert group_of("2001:db8::1") == group_of("2001:db8::ffff:1") != group_of("2001:db8:0:1::1")
    assert group_of("192.0.2.1") != group_of("192.0.2.2")


def test_the_setting_says_what_it_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNCHA_PROXIES", "10.0.0.5, 10.9.0.0/24")
    assert environment.networks("XUNCHA_PROXIES") == PROXY
    monkeypatch.setenv("XUNCHA_PROXIES", "proxy.example")
    with pytest.raises(ImproperlyConfigured, match=r"proxy\.example"):
        environment.networks("XUNCHA_PROXIES")
