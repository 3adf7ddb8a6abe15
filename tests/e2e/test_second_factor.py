"""The second factor in a real browser, with an authenticator that the browser itself simulates."""

from __future__ import annotations

import base64
import time

import pytest
from playwright.sync_api import Page

from tests.cast import PASSWORD
from tests.e2e.site import PHONE, WIDE, Site
from xuncha.security import factors
from xuncha.security.models import SecondFactor, TrailEntry, User


def _key_in(page: Page) -> None:
    """A security key is plugged in and touched at once when asked for."""
    link = page.context.new_cdp_session(page)
    link.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    link.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _password(page: Page, user: User) -> None:
    page.goto("/sign-in/")
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")


def test_a_passkey_is_made_and_opens_the_door(site: Site, staff: User) -> None:
    # Passkeys belong to a name, not to a number.
    site.address = site.address.replace("127.0.0.1", "localhost")
    page = site.page()
    _key_in(page)
    _password(page, staff)
    page.wait_for_url("**/")
    page.goto("/account/second-factor/passkey/")
    page.locator("[name=name]").fill("钥匙串上的密钥")
    page.locator("[name=password]").fill(PASSWORD)
    site.axe(page)
    page.locator("[data-passkey-create]").click()
    assert page.locator(".codes li").first.inner_text()
    assert page.locator(".codes li").count() == factors.CODES
    site.axe(page)
    site.shot(page, "recovery-codes")
    page.goto("/account/second-factor/")
    site.axe(page)
    site.shot(page, "second-factor")
    page.locator("summary", has_text="顾青岚").first.click()
    page.locator("[data-sign-out] button").first.click()

    _password(page, staff)
    page.wait_for_url("**/sign-in/second-factor/")
    site.axe(page)
    site.shot(page, "second-step-passkey")
    page.locator("[data-passkey-get]").click()
    page.wait_for_url(f"{site.address}/")
    assert page.locator("h1").inner_text() == "工作台"
    assert TrailEntry.objects.filter(act="sign_in").order_by("-seq")[0].after == {"factor": "passkey"}
    assert SecondFactor.objects.get().used_at is not None


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_an_app_is_added_and_its_code_opens_the_door(
    site: Site, staff: User, language: str, size: dict[str, int]
) -> None:
    name = f"{size['width']}-{language}"
    page = site.page(staff, language=language, size=size)
    for place in ("password", "sessions", "second-factor"):
        page.goto(f"/account/{place}/")
        site.axe(page)
        site.shot(page, f"account-{place}-{name}")
    page.goto("/account/second-factor/app/")
    site.axe(page)
    site.shot(page, f"account-app-{name}", whole=True)
    words = page.locator("code").inner_text().replace(" ", "")
    secret = base64.b32decode(words + "=" * (-len(words) % 8))
    page.locator("[name=code]").fill(factors.code_at(secret, time.time()))
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form .button-primary").click()
    page.wait_for_selector(".codes")
    page.context.clear_cookies(name="sessionid")
    _password(page, staff)
    page.wait_for_url("**/sign-in/second-factor/")
    site.axe(page)
    site.shot(page, f"second-step-{name}")
    page.locator("[name=code]").fill(factors.code_at(secret, time.time() + factors.STEP_SECONDS))
    page.locator("main form .button-primary").click()
    page.wait_for_url("**/")
    assert page.locator(".masthead").count()
