"""Writes docs/screens/: every page of the demonstration, in both languages and on a phone.

    bin/xuncha demo --port 8765                                  in one terminal
    .env/test-*/bin/python docs/screens.py http://127.0.0.1:8765/ $XUNCHA_HOME/demo.json

Needs the environment of the tests and a Chromium (or XUNCHA_CHROMIUM). Pictures are kept under 300 KB.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "screens"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
LIMIT = 300 * 1024
# Name of the picture, address, and whose page it is.
PAGES = (
    ("desk", "/", "guqinglan"),
    ("ledger", "/ledger/", "guqinglan"),
    ("finding", "/ledger/56/", "guqinglan"),
    ("finding-single", "/ledger/69/", "guqinglan"),
    ("papers", "/papers/", "guqinglan"),
    ("review", "/papers/13/review/", "suwanzhou"),
    ("paper-failed", "/papers/14/", "guqinglan"),
    ("feedbacks", "/feedbacks/", "guqinglan"),
    ("feedback", "/feedbacks/15/", "guqinglan"),
    ("rounds", "/rounds/", "luheng"),
    ("round", "/rounds/2/", "luheng"),
    ("teams", "/rounds/2/teams/", "luheng"),
    ("recusals", "/rounds/recusals/", "luheng"),
    ("units", "/units/", "luheng"),
    ("unit", "/units/6/", "luheng"),
    ("schemes", "/schemes/", "luheng"),
    ("unit-desk", "/", "shenzhihe"),
    ("unit-ledger", "/ledger/", "shenzhihe"),
    ("security-desk", "/", "beilanxi"),
    ("leadership-desk", "/", "jiangwanqing"),
    ("people", "/people/", "beilanxi"),
    ("person", "/people/6/", "beilanxi"),
    ("appoint", "/people/6/appoint/", "beilanxi"),
    ("system-desk", "/", "xuanmu"),
    ("trail-desk", "/", "nangongyu"),
)
SCREENS = (("", "zh-hans", 1440, 900, 1.0), ("-en", "en", 1440, 900, 1.0), ("-phone", "zh-hans", 390, 844, 1.0))


def main(address: str, accounts: Path) -> None:
    passwords = json.loads(accounts.read_text("utf-8"))["accounts"]
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        program = os.environ.get("XUNCHA_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for ending, language, width, height, scale in SCREENS:
            shot = _window(browser, address, language, width, height, scale)
            shot.goto(urljoin(address, "/sign-in/"))
            shot.screenshot(path=FOLDER / f"sign-in{ending}.png")
            for person in dict.fromkeys(person for _, _, person in PAGES):
                page = _window(browser, address, language, width, height, scale)
                _sign_in(page, address, person, passwords[person])
                for name, path, whose in PAGES:
                    if whose == person:
                        page.goto(urljoin(address, path))
                        page.wait_for_load_state("networkidle")
                        _keep(page, FOLDER / f"{name}{ending}.png")
        browser.close()


def _window(browser: Browser, address: str, language: str, width: int, height: int, scale: float) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale)
    context.add_cookies([{"name": "xuncha_language", "value": language, "url": address}])
    return context.new_page()


def _sign_in(page: Page, address: str, username: str, password: str) -> None:
    page.goto(urljoin(address, "/sign-in/"))
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(address)


def _keep(page: Page, place: Path) -> None:
    page.screenshot(path=place)
    size = place.stat().st_size
    print(place.name, f"{size // 1024} KB", "" if size < LIMIT else "TOO LARGE")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
