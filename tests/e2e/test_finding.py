"""The page of one finding, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.site import LAPTOP, PHONE, WIDE, Site
from tests.findings.sourced import FACTS, STATEMENT, paper_of
from xuncha.findings.actions import editing
from xuncha.findings.models import Requirement


@pytest.fixture
def whole(make_finding: Any, cast: Any, round_8: Any) -> Any:
    """A finding with all that can hang on one, three in its list."""
    make_finding("药品采购程序不规范，未按规定集体研究")
    finding = make_finding(STATEMENT, facts=FACTS, nature="common", origin="emerging", heading="（三）风险防范意识薄弱")
    make_finding("村卫生室补助发放审核不严", issued=False)
    paper_of(finding, cast.staff)
    Requirement.objects.create(
        feedback=finding.feedback, order=1, title="两个月内报送整改方案", who="局党组", due_words="两个月内"
    )
    editing.edit_finding(
        finding.pk,
        changes={
            "category_reasons": ["专项资金", "滞留"],
            "stated_leader": "何远之",
            "person": "梁若谷",
            "stated_status": "已完成",
            "progress": "清算并拨付滞留资金，制定专项资金拨付时限办法。",
            "measures": [{"text": "清算并拨付滞留资金"}, {"text": "按月通报拨付进度"}],
        },
        version=None,
        actor=cast.staff,
    )
    editing.edit_finding(
        finding.pk,
        changes={"statement": STATEMENT.replace("94天", "94天左右")},
        version=None,
        reason="与原文核对",
        actor=cast.head,
    )
    return finding


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [WIDE, LAPTOP, PHONE], ids=["wide", "laptop", "phone"])
def test_the_whole_of_a_finding_on_one_page(site: Site, cast: Any, whole: Any, language: str, size: Any) -> None:
    page = site.page(cast.staff, language=language, size=size)
    page.goto(f"/ledger/{whole.pk}/?round={whole.round_id}")
    site.shot(page, f"finding-{size['width']}-{language}", whole=True)
    assert STATEMENT[:20] in page.locator(".statement").inner_text()
    site.axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def opened(site: Site, user: Any, finding: Any, **window: Any) -> Any:
    page = site.page(user, **window)
    page.goto(f"/ledger/{finding.pk}/?round={finding.round_id}")
    return page


def test_next_and_previous_by_keyboard_in_the_list_one_came_from(site: Site, cast: Any, whole: Any) -> None:
    page = opened(site, cast.staff, whole)
    page.keyboard.press("j")
    page.locator(".path", has_text="-003").wait_for()
    page.wait_for_load_state()
    assert f"round={whole.round_id}" in page.url
    page.keyboard.press("k")
    page.locator(".path", has_text="-002").wait_for()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_finding_is_edited_and_what_is_wrong_is_said(
    site: Site, cast: Any, whole: Any, language: str, size: Any
) -> None:
    page = opened(site, cast.staff, whole, language=language, size=size)
    page.locator(".actions .button-primary").click()
    page.wait_for_url("**/edit/**")
    site.shot(page, f"edit-{size['width']}-{language}", whole=True)
    site.axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("#field-heading").fill("长" * 301)
    page.locator("#field-stated_due").fill("2026-13-01")
    page.locator(".form-actions .button-primary").click()
    page.locator(".error-summary:focus").wait_for()
    site.shot(page, f"edit-wrong-{size['width']}-{language}", whole=True)
    site.axe(page)
    page.locator("#field-heading").fill("风险防范")
    page.locator("#field-stated_due").fill("2026-11-26")
    page.locator("#field-reason").fill("与原文核对")
    page.locator(".form-actions .button-primary").click()
    page.locator("[data-toast]").wait_for()
    assert "11-26" in page.locator("main").inner_text()


def test_facts_are_added_moved_and_taken_away_in_place(site: Site, cast: Any, make_finding: Any) -> None:
    finding = make_finding(issued=False, facts=("甲", "乙"))
    page = opened(site, cast.staff, finding)
    page.keyboard.press("e")
    facts = page.locator("[data-pieces=facts]")
    facts.locator("> button").click()
    facts.locator("textarea").nth(2).fill("丙")
    facts.locator(".piece").nth(2).locator("button").nth(0).click()
    facts.locator(".piece").nth(0).locator("button").nth(2).click()
    assert [each.input_value() for each in facts.locator("textarea").all()] == ["丙", "乙"]
    page.locator(".form-actions .button-primary").click()
    page.locator("[data-toast]").wait_for()
    assert page.locator(".fact-list li").all_inner_texts() == ["丙", "乙"]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_two_browsers_change_one_finding_and_the_second_chooses(
    site: Site, cast: Any, make_finding: Any, size: Any
) -> None:
    finding = make_finding(STATEMENT, facts=FACTS, issued=False)
    first, second = opened(site, cast.head, finding), opened(site, cast.staff, finding, size=size)
    for page, words in ((first, "滞留95天"), (second, "滞留近百天")):
        page.goto(f"/ledger/{finding.pk}/edit/")
        page.locator("#field-statement").fill(STATEMENT.replace("滞留94天", words))
    second.locator("#field-person").fill("梁若谷")
    for page in (first, second):
        page.locator(".form-actions .button-primary").click()
    second.locator(".compare").first.wait_for()
    site.shot(second, f"conflict-{size['width']}", whole=True)
    site.axe(second)
    assert "陆衡" in second.locator("p.banner").inner_text()
    second.locator(".form-actions .button-primary").click()
    second.locator(".error-summary").wait_for()
    second.locator("[name=pick-statement][value=theirs]").check()
    second.locator(".form-actions .button-primary").click()
    second.locator("[data-toast]").wait_for()
    assert "滞留95天" in second.locator(".statement").inner_text()
    assert "梁若谷" in second.locator("main").inner_text()


def test_a_finding_is_split_and_its_history_tells_it(site: Site, cast: Any, make_finding: Any) -> None:
    finding = make_finding("专项资金拨付不及时；药品采购程序不规范", issued=False, facts=("资金滞留94天", "采购未比价"))
    page = opened(site, cast.staff, finding)
    page.locator(".actions details summary").click()
    page.locator(".actions .drop-list a").first.click()
    page.wait_for_url("**/split/**")
    site.shot(page, "split-1440", whole=True)
    site.axe(page)
    page.locator(".form-actions .button-primary").click()
    page.locator("[data-toast]").wait_for()
    assert page.locator(".statement").inner_text() == "专项资金拨付不及时"
    page.get_by_role("link", name=finding.number).click()
    page.wait_for_url(f"**/ledger/{finding.pk}/**")
    assert page.locator("p.banner a").all_inner_texts() == ["14-8-卫健局-002", "14-8-卫健局-003"]
    site.shot(page, "replaced-1440", whole=True)
    assert "拆分" in page.locator(".history").inner_text()


def test_other_pages_of_a_finding_serve_everybody(
    site: Site, cast: Any, whole: Any, make_finding: Any, health: Any
) -> None:
    joint = make_finding("部分单位专项资金滞留", unit=None, units=[health])
    pages = (f"{whole.pk}/source/#place", f"{whole.pk}/history/", f"{joint.pk}/addressees/", f"{joint.pk}/seen-at/")
    page = site.page(cast.staff)
    for number, address in enumerate(
        (*pages, f"merge/?finding={whole.pk}&finding={whole.pk - 1}", "new/", f"{joint.pk}/")
    ):
        page.goto(f"/ledger/{address}")
        site.shot(page, f"more-{number}")
        site.axe(page)
    page.set_viewport_size(PHONE)
    for number, address in enumerate(pages):
        page.goto(f"/ledger/{address}")
        site.shot(page, f"more-phone-{number}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


def test_a_unit_reads_its_finding(site: Site, cast: Any, whole: Any) -> None:
    page = opened(site, cast.liaison, whole, size=PHONE)
    site.shot(page, "finding-unit-390", whole=True)
    site.axe(page)
    assert "陆衡" not in page.locator("main").inner_text()
