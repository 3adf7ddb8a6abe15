"""From an account to the unit's findings and out again, by two administrators and the person, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.cast import PASSWORD, make_user
from tests.e2e.site import PHONE, WIDE, Site
from xuncha.security import throttle
from xuncha.security.models import User
from xuncha.security.roles import Role

pytestmark = pytest.mark.browser


def test_a_liaison_is_let_in_sees_the_own_unit_and_is_let_out(
    site: Site, system_admin: User, security_admin: User, make_finding: Any, education: Any
) -> None:
    make_finding()
    make_finding("学校食堂账目不清", unit=education)
    system = site.page(system_admin)
    system.goto("/people/")
    system.get_by_role("link", name="开立账号").click()
    system.get_by_label("姓名").fill("林知远")
    system.get_by_label("账号", exact=True).fill("linzhiyuan")
    system.get_by_label("您本人的口令").fill(PASSWORD)
    system.get_by_role("button", name="开立").click()
    given = system.locator("#one-time").inner_text()
    site.axe(system)

    person = site.page()
    person.goto("/sign-in/")
    person.get_by_label("账号").fill("linzhiyuan")
    person.get_by_label("口令", exact=True).fill(given)
    person.get_by_role("button", name="登录").click()
    person.get_by_label("现用口令").fill(given)
    person.get_by_label("新口令", exact=True).fill("a-walk-by-the-river-26")
    person.get_by_label("再次输入新口令").fill("a-walk-by-the-river-26")
    person.locator("form.form button.button-primary").click()
    person.wait_for_url(site.address + "/")
    assert "目前没有角色" in person.inner_text("main")

    security = site.page(security_admin)
    security.goto("/")
    security.get_by_role("link", name="授予角色").click()
    security.get_by_role("link", name="授予角色").click()
    security.get_by_label("角色", exact=True).select_option("unit_liaison")
    security.locator("#id_unit").select_option(label="县卫生健康局")
    site.axe(security)
    security.get_by_label("您本人的口令").fill(PASSWORD)
    security.get_by_role("button", name="授予角色").click()
    assert "卫健局" in security.inner_text("main")

    person.goto("/ledger/?round=")
    seen = person.inner_text("main")
    assert "公共卫生服务专项资金拨付不及时" in seen and "学校食堂" not in seen
    assert person.get_by_role("navigation", name="主菜单").inner_text().split()[:3] == ["工作台", "台账", "反馈"]

    security.get_by_role("link", name=re.compile("^免去：单位联络员")).click()
    security.get_by_label("理由").fill("调离")
    security.get_by_role("button", name="免去角色").click()
    security.get_by_text("角色变动记录").wait_for()
    assert "调离" in security.inner_text("main")
    site.axe(security)

    person.get_by_role("link", name="公共卫生服务专项资金拨付不及时").first.click()
    person.wait_for_load_state()
    assert "公共卫生" not in person.inner_text("main")
    person.goto("/")
    assert "目前没有角色" in person.inner_text("main")


@pytest.mark.parametrize(("language", "size"), [("zh-hans", WIDE), ("zh-hans", PHONE), ("en", WIDE), ("en", PHONE)])
def test_the_rooms_of_the_administrators_hold_on_every_screen(
    site: Site, cast: Any, security_admin: User, system_admin: User, trail_reader: User, health: Any, make_finding: Any,
    language: str, size: Any,
) -> None:  # fmt: skip
    make_finding()
    leader = make_user("leader", "周以宁", Role.LEADERSHIP)
    for _ in range(5):
        throttle.begin("staff", address="10.0.0.9", device="")
    shown = f"{language}-{size['width']}"
    for user, places in (
        (security_admin, ("/", "/people/", f"/people/{cast.staff.pk}/", f"/people/{cast.staff.pk}/appoint/")),
        (system_admin, ("/", "/people/add/", f"/people/{cast.staff.pk}/state/")),
        (trail_reader, ("/",)),
        (leader, ("/",)),
        (cast.outsider, ("/",)),
    ):
        page = site.page(user, language=language, size=size)
        for place in places:
            page.goto(place)
            site.axe(page)
            wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            name = place.strip("/").replace(str(cast.staff.pk), "one").replace("/", "-") or "desk"
            site.shot(page, f"{user.username}-{name}-{shown}", whole=True)
            assert not wide, f"{user.username} {place} scrolls sideways"
