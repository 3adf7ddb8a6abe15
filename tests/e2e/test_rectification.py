"""Claiming in a real browser: by keyboard, many findings at once; on a phone; and the office's ruling."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.site import PHONE, WIDE, Site
from tests.rectification.handed import HANDED_ON, handed, joint
from tests.web.routes.rectification import claimed_parts
from xuncha.findings.models import Addressee, Feedback
from xuncha.organisation.models import Unit
from xuncha.rectification.actions.handing import hand_over
from xuncha.rectification.models import Claim
from xuncha.security.models import User

__all__ = ["claimed_parts", "handed", "joint"]


@pytest.fixture
def three(make_finding: Any, health: Unit, staff: User) -> list[int]:
    """Three findings of the health bureau's own, handed over; the keys of its parts."""
    keys = []
    for number in range(3):
        finding = make_finding(f"公共卫生服务专项资金拨付不及时之{number}", facts=("平均滞留94天",))
        hand_over(finding.feedback, received={health.pk: "沈知禾"}, handed_on=HANDED_ON, actor=staff)
        keys.append(Addressee.objects.get(finding=finding).pk)
    return keys


def test_findings_are_claimed_by_keyboard(site: Site, three: list[int], liaison: User) -> None:
    page = site.page(liaison)
    page.goto("/rectification/")
    page.wait_for_load_state("networkidle")
    first = page.locator(f"#state-{three[0]}")
    assert page.locator(f"#words-{three[0]}").is_hidden()
    for _row in three:
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.keyboard.press("1")
    assert first.input_value() == "claimed"
    assert page.locator(f"#manifestations-{three[2]}").is_visible()
    page.locator(f"#state-{three[1]}").select_option("not_ours")
    page.locator(f"#words-{three[1]}").fill("该资金由县财政局拨付")
    site.shot(page, "claims-1440-zh-hans", whole=True)
    site.axe(page)
    page.get_by_role("button", name="报送答复").click()
    page.wait_for_load_state("networkidle")
    assert set(Claim.objects.values_list("addressee", "state")) == {
        (three[0], "claimed"),
        (three[1], "not_ours"),
        (three[2], "claimed"),
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_unit_claims_on_a_phone(site: Site, three: list[int], liaison: User, language: str) -> None:
    page = site.page(liaison, language=language, size=PHONE)
    page.goto("/rectification/")
    page.wait_for_load_state("networkidle")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    site.axe(page)
    site.shot(page, f"claims-390-{language}", whole=True)
    page.goto("/rectification/dates/")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    site.axe(page)
    site.shot(page, f"dates-390-{language}", whole=True)


def test_the_office_rules_and_the_unit_reads_it(
    site: Site, claimed_parts: Any, staff: User, other_liaison: User, joint: Feedback
) -> None:
    page = site.page(staff, size=WIDE)
    page.goto("/rectification/")
    page.wait_for_load_state("networkidle")
    site.shot(page, "queue-1440-zh-hans", whole=True)
    page.locator(f'input[name="chosen"][value="{claimed_parts.theirs}"]').check()
    page.locator("#decide").get_by_role("button", name="裁定认领").click()
    page.get_by_label("理由").fill("文件明确由教育局牵头")
    site.shot(page, "decide-1440-zh-hans")
    page.get_by_role("button", name="裁定认领（1条）").click()
    page.wait_for_load_state("networkidle")
    assert Claim.objects.get(addressee=claimed_parts.theirs).state == "assigned"
    unit = site.page(other_liaison)
    unit.goto("/rectification/?heap=settled")
    assert unit.get_by_text("文件明确由教育局牵头").first.is_visible()
    site.axe(unit)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_desk_says_what_is_due(site: Site, handed: Any, liaison: User, language: str) -> None:
    for name, size in (("wide", WIDE), ("phone", PHONE)):
        page = site.page(liaison, language=language, size=size)
        page.goto("/")
        page.wait_for_load_state("networkidle")
        assert page.locator("#owing-head").is_visible()
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        site.axe(page)
        site.shot(page, f"desk-of-unit-{name}-{language}", whole=True)
