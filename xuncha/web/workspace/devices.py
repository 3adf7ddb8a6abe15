"""The browser a person signs in with: a cookie by which it is known again, and what it is called in words."""

from __future__ import annotations

import re
import secrets
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from xuncha.security.throttle import KNOWN_DAYS

COOKIE: Final = "xuncha_device"
_KEY: Final = re.compile(r"[\w-]{43}")
# Looked for in this order: a later name stands in the words of the earlier ones too.
_BROWSERS: Final = (
    (re.compile(r"Edg(?:e|A|iOS)?/(\d+)"), "Edge"),
    (re.compile(r"(?:360SE|QIHU|QihooBrowser)"), "360"),
    (re.compile(r"(?:QQBrowser|MQQBrowser)/(\d+)"), "QQ"),
    (re.compile(r"MicroMessenger/(\d+)"), "WeChat"),
    (re.compile(r"(?:Firefox|FxiOS)/(\d+)"), "Firefox"),
    (re.compile(r"(?:Chrome|CriOS|HeadlessChrome)/(\d+)"), "Chrome"),
    (re.compile(r"Version/(\d+).*Safari"), "Safari"),
)
_SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_of(request: HttpRequest) -> str:
    """By what the browser was given when somebody last signed in with it; empty without."""
    given = request.COOKIES.get(COOKIE, "")
    return given if _KEY.fullmatch(given) else ""


def new_device(request: HttpRequest) -> str:
    """What the browser is known by from now on: what it has, else something new."""
    return device_of(request) or secrets.token_urlsafe(32)


def remember(response: HttpResponse, device: str) -> None:
    """Leave the cookie in the browser. It opens nothing: it only keeps its owner from being locked out by others."""
    response.set_cookie(
        COOKIE,
        device,
        max_age=KNOWN_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def words_of(agent: str) -> str:
    """A browser in words, such as “Chrome 138, Windows”; what is not known is left out."""
    browser = ""
    for pattern, name in _BROWSERS:
        if found := pattern.search(agent):
            browser = f"{name} {found[1]}" if pattern.groups else name
            break
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return ", ".join(filter(None, (browser, system)))[:60]


def address_of(request: HttpRequest) -> str:
    """The network address of the request."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]
