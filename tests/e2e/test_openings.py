"""A sealed note asked for, approved and opened in a browser, by two people; what the third one watches."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import make_user
from tests.e2e.site import PHONE, Site
from xuncha.security.models import User
from xuncha.security.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.long]
SECRET = "系会计反映"


def test_a_sealed_note_is_asked_for_approved_and_opened(site: Site, staff: User, head: User, make_finding: Any) -> None:
    guard = make_user("guard", "孟守诚", Role.SECURITY_ADMINISTRATOR)
    finding = make_finding()
    asks, decides, watches = site.page(staff), site.page(head), site.page(guard)
    asks.goto(reverse("finding", args=[finding.pk]))
    asks.locator("#sealed").get_by_role("link", name="添加").click()
    asks.get_by_label("密注").fill(SECRET)
    asks.get_by_role("button", name="密封保存").click()
    asks.locator("#sealed").get_by_role("link", name="申请开启").click()
    site.axe(asks)
    asks.get_by_label("理由").fill("核对反映人与举报件是否同一来源")
    asks.get_by_role("button", name="提交申请").click()
    address = asks.url
    site.shot(asks, "opening-asked")

    decides.goto("/")
    site.shot(decides, "opening-desk")
    decides.get_by_role("link", name="审批").click()
    site.axe(decides)
    site.shot(decides, "opening-decide")
    decides.get_by_role("button", name="批准", exact=True).click()
    decides.get_by_text("已批准。").wait_for()

    asks.goto("/")
    asks.get_by_role("link", name="开启", exact=True).click()
    asks.get_by_role("button", name="开启").click()
    asks.get_by_text(SECRET).wait_for()
    site.axe(asks)
    site.shot(asks, "opening-opened")
    asks.goto(address)
    assert asks.get_by_text(SECRET).count() == 0

    watches.goto(reverse("openings"))
    watches.get_by_text("1/3次").wait_for()
    assert watches.get_by_text(SECRET).count() == 0
    site.axe(watches)
    site.shot(watches, "openings")
    phone = site.page(guard, language="en", size=PHONE)
    for name in ("openings", "opening_rules"):
        phone.goto(reverse(name))
        assert not phone.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        site.axe(phone)
        site.shot(phone, f"{name}-phone")
    phone = site.page(staff, size=PHONE)
    phone.goto(address)
    assert not phone.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    site.shot(phone, "opening-phone")
