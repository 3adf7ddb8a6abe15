"""What every answer tells the browser: a strict content policy, and nothing kept or lent."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

STYLE_OR_SCRIPT = re.compile(
    r"""<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|hx-on|hx-vals=["']js:|<script(?![^>]*\bsrc=)""", re.I
)
ELSEWHERE = re.compile(
    r"""(?:src|href|action|url\(|import|from)\s*=?\s*\(?["']?\s*(?:https?:)?//(?!www\.w3\.org)""", re.I
)


@pytest.fixture
def answers(staff: Any) -> dict[str, Any]:
    """An answer of each kind: pages, redirects, refusals."""
    client, signed_in = Client(raise_request_exception=False), Client(enforce_csrf_checks=True)
    signed_in.force_login(staff)
    return {
        "sign_in": client.get("/sign-in/"),
        "redirect": client.get("/"),
        "desk": signed_in.get("/"),
        "not_found": signed_in.get("/no-such-page/"),
        "csrf": signed_in.post("/sign-out/"),
        "bad_host": client.get("/sign-in/", headers={"host": "elsewhere.example"}),
    }


def test_every_answer_bears_the_strict_policy(answers: dict[str, Any]) -> None:
    for name, answer in answers.items():
        policy = answer.headers["Content-Security-Policy"]
        told = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
        assert told["default-src"] == "'none'", name
        assert told["script-src"] == told["style-src"] == told["connect-src"] == told["form-action"] == "'self'", name
        assert told["frame-ancestors"] == told["base-uri"] == "'none'", name
        assert "unsafe" not in policy and "http" not in policy and "*" not in policy, name


def test_every_answer_is_neither_guessed_nor_framed_nor_kept(answers: dict[str, Any]) -> None:
    for name, answer in answers.items():
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["Referrer-Policy"] == "same-origin", name
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert "no-store" in headers["Cache-Control"], name
        assert "camera=()" in headers["Permissions-Policy"], name
        if name not in ("csrf", "bad_host"):
            assert headers["X-Frame-Options"] == "DENY", name


def test_the_session_is_out_of_reach_of_scripts_and_of_other_sites(client: Client, staff: Any) -> None:
    client.force_login(staff)
    client.get("/")
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 15 * 60


def test_under_https_cookies_travel_encrypted_only(client: Client, staff: Any) -> None:
    with override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True):
        client.force_login(staff)
        assert client.cookies["sessionid"]["secure"]
        assert client.get("/", secure=True).cookies["csrftoken"]["secure"]


def test_behind_a_proxy_with_https_nothing_is_answered_without_it(db: None) -> None:
    from_proxy = ("HTTP_X_FORWARDED_PROTO", "https")
    here = [ipaddress.ip_network("127.0.0.1")]
    with override_settings(
        SECURE_SSL_REDIRECT=True, SECURE_PROXY_SSL_HEADER=from_proxy, SECURE_HSTS_SECONDS=31536000, PROXIES=here
    ):
        answer = Client().get("/sign-in/")
        assert answer.status_code == 301 and answer.headers["Location"].startswith("https://")
        answer = Client().get("/sign-in/", headers={"x-forwarded-proto": "https"})
        assert answer.status_code == 200 and "max-age=31536000" in answer.headers["Strict-Transport-Security"]
        from_afar = Client(REMOTE_ADDR="192.0.2.7").get("/sign-in/", headers={"x-forwarded-proto": "https"})
        assert from_afar.status_code == 301, "said by somebody who is no proxy of the office"


def test_no_template_holds_a_style_or_a_script(root: Path) -> None:
    folder = root / "xuncha" / "web" / "templates"
    faults = {
        f"{path.relative_to(folder)}": found
        for path in sorted(folder.rglob("*.html"))
        if (found := STYLE_OR_SCRIPT.findall(path.read_text("utf-8")))
    }
    assert faults == {}


def test_nothing_is_fetched_from_another_machine(root: Path) -> None:
    web = root / "xuncha" / "web"
    files = [path for path in web.rglob("*") if path.suffix in (".html", ".js", ".css", ".svg")]
    assert files
    faults = {
        f"{path.relative_to(web)}": found for path in files if (found := ELSEWHERE.findall(path.read_text("utf-8")))
    }
    assert faults == {}


def test_scripts_make_no_code_of_words(root: Path) -> None:
    folder = root / "xuncha" / "web" / "static" / "xuncha" / "js"
    word = re.compile(r"\beval\(|new Function|\.setAttribute\(\s*[\"']style|insertAdjacentHTML|document\.write")
    faults = {path.name: found for path in folder.rglob("*.js") if (found := word.findall(path.read_text("utf-8")))}
    assert faults == {}
