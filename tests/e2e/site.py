"""The running product for the browser tests: its database, its server, its browser and the pages opened in it."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, Route

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE = {"width": 1440, "height": 900}
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# An answer of 4xx is a matter of the page; that it came is told by `Response`, which counts 5xx and files missing.
ANSWERED = re.compile(r"the server responded with a status of 4\d\d")
# The caller went away: a page was left while something was still on its way.
LEFT = "net::ERR_ABORTED"


def chromium() -> str | None:
    """The browser of the machine, the shell without a window of its own first; ``XUNCHA_CHROMIUM`` names another."""
    named = os.environ.get("XUNCHA_CHROMIUM")
    found = (shutil.which(name) for name in ("chromium-headless-shell", "chromium", "chromium-browser"))
    return named or next((path for path in found if path), None)


@contextmanager
def own_database(folder: Path, number: Iterator[int] = itertools.count()) -> Iterator[Path]:
    """A file that is a copy of the migrated test database, for this test alone.

    Server and test each have connections of their own: transactions are real, nothing is rolled back, and nothing of
    one test is there in the next. A new name each time: a late thread of the last test cannot disturb the file.
    """
    migrated = connections["default"]
    if migrated.vendor != "sqlite":
        pytest.skip("browser tests copy a SQLite file for each test; this run is on another database")
    migrated.ensure_connection()
    path = folder / f"browser-{next(number)}.sqlite3"
    with sqlite3.connect(path) as copy:
        migrated.connection.backup(copy)
    copy.close()
    told = connections.settings["default"]
    name = told["NAME"]
    del connections["default"]
    told["NAME"] = str(path)
    try:
        yield path
    finally:
        connections["default"].close()
        del connections["default"]
        told["NAME"] = name
        connections["default"] = migrated


@contextmanager
def running_server() -> Iterator[str]:
    """The product on a free port of this machine; gives its address."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@dataclass
class Site:
    """Pages of the product, and what went wrong in them.

    ``faults`` are errors of the console, violations of the content policy, failed requests, answers of 5xx and calls
    to other machines; a test ends red if there are any, unless it says beforehand that it wants them: `tolerate`.
    """

    address: str
    browser: Browser
    shots: Path
    faults: list[str] = field(default_factory=list)
    tolerated: list[re.Pattern[str]] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def page(
        self,
        user: Any = None,
        *,
        language: str = "zh-hans",
        size: dict[str, int] = WIDE,
        script: bool = True,
        density: int = 1,
    ) -> Page:
        """A new window with its own cookies; ``user`` is signed in at once. Addresses in it are relative."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport=size,
            locale="en-GB" if language == "en" else "zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
            device_scale_factor=density,
            has_touch=size["width"] < 600,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.address}])
        context.route(lambda url: not url.startswith((self.address, "data:", "blob:")), self._refuse)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self._fault(f"uncaught: {error.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)
        page = context.new_page()
        if user is not None:
            self.sign_in(page, user)
        return page

    def sign_in(self, page: Page, user: Any) -> None:
        """A session without the sign-in page."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address, "httpOnly": True}])

    def axe(self, page: Page, *, inside: str | None = None) -> None:
        """Nothing serious or critical stands against the use of the page by everybody."""
        found = Axe().run(page, context=inside).response["violations"]
        grave = [each for each in found if each["impact"] in ("serious", "critical")]
        told = [
            f"{each['impact']} {each['id']}: {each['help']}\n    "
            + "\n    ".join(f"{node['target']} {node['html'][:160]}" for node in each["nodes"][:5])
            for each in grave
        ]
        assert not told, f"axe on {page.url}:\n" + "\n".join(told)

    def shot(self, page: Page, name: str, *, whole: bool = False) -> Path:
        """A picture of the window (``whole``: of the page to its end) in ``XUNCHA_SHOTS``, else the test's folder."""
        self.shots.mkdir(parents=True, exist_ok=True)
        path = self.shots / f"{name}.png"
        page.screenshot(path=path, full_page=whole)
        return path

    def tolerate(self, *patterns: str) -> None:
        """What this test means to provoke: patterns of the faults as they are told."""
        self.tolerated += [re.compile(pattern) for pattern in patterns]

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        left = [fault for fault in self.faults if not any(pattern.search(fault) for pattern in self.tolerated)]
        assert not left, "the browser complained:\n" + "\n".join(left)

    def _fault(self, told: str) -> None:
        self.faults.append(told)

    def _refuse(self, route: Route) -> None:
        self._fault(f"call to another machine: {route.request.url}")
        route.abort()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not ANSWERED.search(message.text):
            self._fault(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self._fault(f"failed: {request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        missing = response.status == 404 and "/static/" in response.url
        if response.status >= 500 or missing:
            self._fault(f"answer {response.status}: {response.request.method} {response.url}")
