"""Signing in, in a real browser."""

from __future__ import annotations

import pytest

from tests.cast import PASSWORD
from tests.e2e.site import PHONE, WIDE, Site
from xuncha.security.models import User


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_everybody_can_use_the_sign_in_page(site: Site, language: str, size: dict[str, int]) -> None:
    page = site.page(language=language, size=size)
    page.goto("/sign-in/")
    assert page.locator("html").get_attribute("lang") == ("en" if language == "en" else "zh-Hans")
    site.axe(page)
    site.shot(page, f"sign-in-{size['width']}-{language}")


def test_account_and_password_open_the_desk(site: Site, staff: User) -> None:
    page = site.page()
    page.goto("/")
    page.locator("[name=username]").fill(staff.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/")
    assert page.locator("h1").inner_text() == "工作台"
