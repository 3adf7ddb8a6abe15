"""Real-browser tests: one Chromium, one server, and for each test a database of its own.

    def test_a_finding_opens_from_its_row(site: Site, staff: User, make_finding: Any) -> None:
        make_finding("公款旅游")
        page = site.page(staff, language="en", size=PHONE)
        page.goto("/ledger/")
        site.axe(page)
        site.shot(page, "ledger-phone-en")

The standing cast works as elsewhere; what a fixture writes is committed and seen by the server. Use no ``django_db``
mark here: the fixture ``db`` of this folder gives the database. ``XUNCHA_SHOTS=folder`` keeps the pictures.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.site import FLAGS, Site, chromium, own_database, running_server

FOLDER = Path(__file__).parent
# Playwright's loop runs in this thread; Django takes that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All carry the mark ``browser``, and go to one worker: a second Chromium would only take turns with the first."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one the browser tests are skipped, and CI takes a skip for a failure."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium; or XUNCHA_CHROMIUM=path)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Where the product is served."""
    with django_db_blocker.unblock(), running_server() as address:
        yield address


@pytest.fixture
def db(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[None]:
    """The database of this test, instead of pytest-django's transaction that no server could look into."""
    assert request.node.get_closest_marker("django_db") is None, "no django_db mark in tests/e2e: use the fixtures"
    with django_db_blocker.unblock(), own_database(tmp_path):
        yield


@pytest.fixture
def site(address: str, browser: Browser, db: None, tmp_path: Path) -> Iterator[Site]:
    """The product, running; `Site.page` opens a window. Complaints of the browser fail the test at its end."""
    site = Site(address, browser, Path(os.environ.get("XUNCHA_SHOTS") or tmp_path / "shots"))
    yield site
    site.close()
