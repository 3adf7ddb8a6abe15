"""The plan in a real browser: three lists on one page, by keyboard, on a phone, in both languages."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.site import PHONE, WIDE, Site
from tests.rectification.planned import items, measure_of, measures, plan
from xuncha.rectification.actions.planning import add_measure
from xuncha.rectification.models import Measure, Plan, ProgressEntry, Rectification

DAY = datetime.date(2026, 11, 24)
__all__ = ["items", "measures", "plan"]


def _in_every_state(measures: list[Measure], liaison: Any) -> None:
    """Finished; under way and late; extended; without a person; and an item without a measure."""
    done, late, bare = measures
    Measure.objects.filter(pk=done.pk).update(progress="done", done_on="2026-10-28", output="办法1项")
    Measure.objects.filter(pk=late.pk).update(person="", progress="under_way")
    ProgressEntry.objects.create(measure=late, on="2026-10-16", words="已查2家", progress="under_way", by=liaison)
    item = late.rectification
    add_measure(item, wanted=measure_of(1, text="建立耗材价格季度比对", due_on=DAY), actor=liaison)
    extended = add_measure(item, wanted=measure_of(1, text="落实资金，开工改造", output="开工令"), actor=liaison)
    other = extended.rectification
    Measure.objects.filter(pk=extended.pk).update(due_on="2026-11-26", starts_on="2026-10-12")
    Rectification.objects.filter(pk=other.pk).update(due_by="extension", due_on="2027-06-30")
    bare.delete()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_plan_holds_on_every_screen(
    site: Site, plan: Plan, measures: list[Measure], liaison: Any, language: str
) -> None:
    _in_every_state(measures, liaison)
    for name, size in (("wide", WIDE), ("phone", PHONE)):
        page = site.page(liaison, language=language, size=size)
        for place in (f"{plan.pk}/", "", f"{plan.pk}/texts/", f"measures/{measures[1].pk}/"):
            page.goto(f"/rectification/plans/{place}")
            page.wait_for_load_state("networkidle")
            assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), place
            site.axe(page)
            site.shot(page, f"plan-{place.replace('/', '-')}{name}-{language}", whole=True)


def test_a_bar_is_moved_by_keyboard_and_by_hand(site: Site, plan: Plan, measures: list[Measure], liaison: Any) -> None:
    measure = measures[1]
    page = site.page(liaison)
    page.goto(f"/rectification/plans/{plan.pk}/")
    page.wait_for_load_state("networkidle")

    bar = page.locator(f"#bar-{measure.pk} [data-bar]")

    def days(act: Any) -> tuple[str, str]:
        before = bar.get_attribute("data-version") or ""
        act()
        # The row is drawn anew by what the server answered.
        expect(bar).not_to_have_attribute("data-version", before)
        measure.refresh_from_db()
        return str(measure.starts_on), str(measure.due_on)

    page.locator(f"#measure-{measure.pk} .goal").click()
    # Two working days back from a Tuesday and a Friday; the make-up workday of 20 September is none of them.
    assert days(lambda: [page.keyboard.press("ArrowLeft") for _ in range(2)]) == ("2026-09-11", "2026-10-28")
    assert days(lambda: page.keyboard.press("Shift+ArrowRight")) == ("2026-09-11", "2026-10-29")
    box = page.locator(f"#bar-{measure.pk} .bar-grip").bounding_box()
    assert box is not None
    a_day = box["width"] / 49
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 11)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 4 * a_day, box["y"] + 11, steps=3)
    assert days(page.mouse.up) == ("2026-09-15", "2026-11-02")
    expect(page.locator(f"#when-{measure.pk} .date")).to_have_text("11-02")
