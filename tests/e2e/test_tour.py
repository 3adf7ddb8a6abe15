"""A tour of every page of the permission table, in both languages and on three screens.

Nothing serious for axe, nothing that scrolls sideways, one first heading, a title in the window's bar, no Chinese word
of the system in the English page. ``XUNCHA_SHOTS`` keeps the pictures.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.e2e.site import LAPTOP, PHONE, WIDE, Site
from tests.web.permission_table import FOLDER, Row, rows

pytest_plugins = [f"tests.web.routes.{file.stem}" for file in sorted(FOLDER.glob("*.py")) if file.stem != "__init__"]
pytestmark = pytest.mark.long
root_of_tests = Path(__file__).resolve().parent.parent

SCREENS = {"wide": WIDE, "laptop": LAPTOP, "phone": PHONE}
# Addresses that give a file, or a piece of a page that stands elsewhere.
NO_PAGES = frozenset(
    {
        *("ledger_tabs", "ledger_export", "scheme_download", "old_ledger_marked", "old_ledger_progress"),
        *("papers_progress", "paper_file", "holidays_download", "trail_export", "evidence_file"),
    }
)
PAGES = [
    row
    for row in rows()
    if row.method == "GET" and not row.htmx and row.area != "api" and 200 in row.expected.values()
    if row.name not in NO_PAGES
]
# Texts in sight on an English page that hold Chinese: names and quotes may, words of the catalogue may not.
CHINESE_WORDS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!/[\\u3400-\\u9fff]/.test(node.data) || parent.closest('script, style, template, [lang="zh-Hans"]')) continue;
    if (parent.getClientRects().length) found.push(node.data.replace(/\\s+/g, ' ').trim());
  }
  return found;
}"""
TOO_WIDE = """() => Array.from(document.querySelectorAll('body *')).filter(element => {
  const box = element.getBoundingClientRect();
  return box.width && box.right > window.innerWidth + 1 && !element.closest('.table-frame, .toolbar, .tabs, .acts, .unseen, dialog');
}).slice(0, 5).map(element => element.outerHTML.slice(0, 120))"""


@functools.cache
def _system_words() -> frozenset[str]:
    """All that the catalogue says in Chinese."""
    catalogue = root_of_tests.parent / "xuncha" / "web" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    return frozenset(re.findall(r'^msgstr(?:\[0\])? "(.+)"$', catalogue.read_text("utf-8"), re.M))


@pytest.fixture
def address_of(request: pytest.FixtureRequest) -> Any:
    """The address of a row with what its fixtures stand for."""

    def value(said: Any) -> Any:
        if not (isinstance(said, str) and said.startswith("@")):
            return said
        name, _, attribute = said[1:].partition(".")
        thing = request.getfixturevalue(name)
        return getattr(thing, attribute or "pk", thing)

    def address(row: Row) -> str:
        query = {key: value(part) for key, part in row.query.items()}
        path = reverse(row.name, kwargs={key: value(part) for key, part in row.kwargs.items()})
        return path + (f"?{urlencode(query, doseq=True)}" if query else "")

    return address


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_a_page_holds_on_every_screen_and_in_both_languages(
    row: Row, site: Site, everybody: Any, make_finding: Any, address_of: Any
) -> None:
    for number in range(3):
        make_finding(
            f"公共卫生服务专项资金拨付不及时，第{number}季度资金到账后平均滞留94天才拨付到乡镇卫生院，其中两个卫生院超过120天"
        )
    address = address_of(row)
    user = getattr(everybody, _guide(row), None)
    faults: list[str] = []
    for language in ("zh-hans", "en"):
        page = site.page(user, language=language)
        answer = page.request.get(address)
        assert "<!doctype html" in answer.text()[:500], "not a page of its own: name it in NO_PAGES"
        for name, size in SCREENS.items():
            page.set_viewport_size(size)
            page.goto(address)
            page.wait_for_load_state("networkidle")
            faults += [f"{language} {name}: {fault}" for fault in _faults(page, language)]
            site.shot(page, f"{row.area}-{row.name}{'-' + row.case if row.case else ''}-{size['width']}-{language}")
            if name != "laptop":
                try:
                    site.axe(page)
                except AssertionError as told:
                    faults.append(f"{language} {name}: {told}")
    assert faults == [], address


def _guide(row: Row) -> str:
    """Whom the page is shown to: the head of the office, who sees most, or else the first that may open it."""
    open_to = [person for person, status in row.expected.items() if status == 200]
    return next((person for person in ("anonymous", "head") if person in open_to), open_to[0])


def _faults(page: Page, language: str) -> list[str]:
    faults = []
    if page.locator("h1").count() != 1:
        faults.append(f"{page.locator('h1').count()} first headings")
    if not re.match(r"\S.* · \S", page.title()):
        faults.append(f"the window is called {page.title()!r}")
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        faults.append(f"scrolls sideways: {page.evaluate(TOO_WIDE)}")
    if language == "en" and (words := set(page.evaluate(CHINESE_WORDS)) & _system_words()):
        faults.append(f"words of the system in Chinese: {sorted(words)}")
    return faults
