"""The list of findings in a browser: filter, choose, edit in bulk, take back, export; by keyboard, on a phone, in both
languages."""

from __future__ import annotations

import csv
import datetime
import io
import random
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.cast import make_unit
from tests.e2e.site import LAPTOP, PHONE, Site
from xuncha.findings.actions import keeping
from xuncha.findings.models import Feedback, Finding, Recipient
from xuncha.rulebook.models import Category

STATEMENTS = (
    "医用耗材采购论证走形式，18个批次先采购、后补论证材料",
    "大型设备招标参数设置不合理，三家投标单位技术参数高度雷同，评标专家由采购科自行指定，未从专家库中抽取",
    "门诊检查检验占比偏高，同类疾病重复检查问题突出",
    "窗口服务生硬，61件投诉办结后未回访",
    "党委会议事规则不完善，“三重一大”事项会前酝酿不充分",
    "科室党支部组织生活会记录照搬照抄",
    "学习贯彻分级诊疗部署停留于转发文件，未制定本县落实措施",
    "公共卫生服务专项资金拨付不及时，2025年第二、三季度资金到账后平均滞留94天才拨付到乡镇卫生院",
    "对下属医院药品耗材采购监管缺位，近三年未开展专项检查",
    "乡镇卫生院危旧房改造久拖不决，2处历史遗留问题未处置",
    "村卫生室补助发放审核不严，向已停业卫生室发放补助11笔",
    "中药饮片未按规定集中比价，同一品种最高价为最低价的2.1倍",
)


@pytest.fixture
def register(round_8: Any, health: Any, hospital: Any, education: Any, staff: Any) -> list[Finding]:
    """Eighty-four findings of four units, some joint, some drafts."""
    draw = random.Random(3)
    chinese = make_unit("中医院", "县中医院", "health", health)
    feedback = Feedback.objects.create(
        round=round_8, title="反馈意见", issued_at="2026-08-26T09:00:00+08:00", issued_by=staff
    )
    units = (hospital, health, chinese, education)
    Recipient.objects.bulk_create(Recipient(feedback=feedback, unit=unit) for unit in units)
    categories = list(Category.objects.filter(scheme__is_leading=True)[:9])
    new = []
    for i in range(84):
        unit = draw.choice((*units, None))
        draft = draw.random() < 0.15
        new.append(
            keeping.NewFinding(
                Finding(
                    statement=STATEMENTS[i % len(STATEMENTS)],
                    unit=unit,
                    round=round_8,
                    state="draft" if draft else "issued",
                    feedback=None if draft else feedback,
                    category=draw.choice(categories),
                    severity=draw.choice(("high", "medium", "low", "")),
                    immediate=draw.random() < 0.1,
                    stated_leader=draw.choice(("周砚", "何远之", "梁若谷", "许望舒", "")),
                    stated_due=draw.choice((None, datetime.date(2026, 11, 26), datetime.date(2027, 6, 30))),
                    stated_status=draw.choice(("", "进行中", "已完成")),
                    page=draw.randint(2, 7),
                ),
                manifestations=[{"text": "抽查中发现凭证不齐"}] if i % 3 == 0 else [],
                units=[unit.pk] if unit else [each.pk for each in draw.sample(units, 3)],
            )
        )
    with transaction.atomic():
        return keeping.add_findings(new, actor=staff, act="enter_paper", batch=uuid.uuid4())


def _window(site: Site, user: Any, **more: Any) -> Any:
    """A window with patience: the first page of a run compiles all templates."""
    page = site.page(user, **more)
    page.context.set_default_timeout(40_000)
    return page


def test_the_list_shows_a_page_of_findings_at_a_glance(site: Site, register: list[Finding], staff: Any) -> None:
    page = _window(site, staff)
    page.goto("/ledger/")
    assert "round=" in page.url
    site.axe(page)
    site.shot(page, "ledger-zh")
    site.shot(site_page(site, staff, "en"), "ledger-en")


def site_page(site: Site, user: Any, language: str, **more: Any) -> Any:
    """The list in a window of its own."""
    page = _window(site, user, language=language, **more)
    page.goto("/ledger/")
    site.axe(page)
    return page


def _rows(page: Any) -> Any:
    return page.locator("#rows [data-row]")


def test_filter_choose_edit_take_back_by_keyboard(site: Site, register: list[Finding], staff: Any) -> None:
    page = _window(site, staff, size=LAPTOP)
    page.goto("/ledger/")
    # A filter out of the menu, found by typing.
    page.locator("#filter-drop > summary").click()
    page.locator("#filter-facets >> text=单位").click()
    page.locator("#filter-panel input[type=search]").fill("中医")
    page.locator("#filter-options label", has_text="中医院").click()
    site.axe(page)
    page.locator("#filter-panel button").click()
    page.wait_for_url("**unit=**")
    total = int(page.locator("#rows").get_attribute("data-total") or 0)
    assert 0 < total < 84 and page.locator(".filter", has_text="中医院").count() == 1
    # Words, found and marked.
    page.keyboard.press("f")
    page.keyboard.type("医")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=%E5%8C%BB**")
    assert page.locator("#rows mark").count() > 0
    page.goto("/ledger/?round=")
    # j and x choose; all that match is the query itself.
    for key in ("j", "j", "x", "j", "x"):
        page.keyboard.press(key)
    assert page.locator("#bulk [data-chosen]").inner_text() == "2"
    page.locator("#bulk [data-choose-all]").click()
    assert page.locator("#bulk [data-chosen]").inner_text() == "84"
    page.keyboard.press("s")
    page.locator("#bulk-value").select_option("high")
    page.locator("#bulk-preview table").wait_for()
    site.axe(page)
    site.shot(page, "ledger-bulk-zh")
    high = Finding.objects.filter(severity="high").count()
    button = page.locator("#bulk-do")
    assert button.inner_text() == f"修改{84 - high}条"
    button.click()
    page.locator("[data-toast]").wait_for()
    # A new page: its keys answer when its scripts are there.
    page.wait_for_load_state("load")
    assert Finding.objects.filter(severity="high").count() == 84
    assert page.locator("#bulk").evaluate("bar => bar.classList.contains('is-shown')") is False
    site.shot(page, "ledger-undo-zh")
    page.keyboard.press("z")
    page.locator("[data-toast]", has_text="恢复").wait_for()
    assert Finding.objects.filter(severity="high").count() == high


def test_what_is_shown_is_what_is_exported(site: Site, register: list[Finding], staff: Any) -> None:
    page = _window(site, staff)
    page.goto("/ledger/?severity=high&sort=-changed")
    shown = [_rows(page).nth(i).locator("th").inner_text() for i in range(_rows(page).count())]
    page.locator("#export-menu").click()
    with page.expect_download() as download:
        page.locator("text=纯文本表").click()
    name = download.value.suggested_filename
    assert name.startswith("问题台账-") and name.endswith(".csv")
    text = Path(download.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["编号"] for row in rows] == shown
    assert list(rows[0]) == [
        "编号",
        "问题（按反馈原文）",
        "单位",
        "类别",
        "责任领导",
        "完成时限",
        "进展（原文）",
        "状态",
        "来源",
    ]


def test_views_columns_and_density_are_remembered(site: Site, register: list[Finding], staff: Any) -> None:
    page = _window(site, staff, language="en")
    page.goto("/ledger/?severity=high")
    page.locator("text=Save as a view").click()
    page.locator("#view-name").fill("High ones")
    site.axe(page)
    site.shot(page, "ledger-views-en")
    page.locator("dialog .button-primary").click()
    page.locator(".tabs >> text=High ones").wait_for()
    page.locator("summary", has_text="Columns").click()
    page.locator("label.item", has_text="Leader").click()
    page.locator("text=Show these columns").click()
    page.wait_for_load_state()
    assert "Leader" not in page.locator("#rows thead").inner_text()
    page.locator("summary", has_text="Rows:").click()
    page.locator("button.item", has_text="Wide").click()
    page.wait_for_load_state()
    assert "is-wide" in (page.locator("#rows").get_attribute("class") or "")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_list_works_in_one_hand(site: Site, register: list[Finding], liaison: Any, language: str) -> None:
    page = site_page(site, liaison, language, size=PHONE, density=2)
    assert _rows(page).count() > 5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
    site.shot(page, f"ledger-phone-{language}")
    page.goto("/ledger/?round=&q=没有这样的问题")
    site.axe(page)
    site.shot(page, f"ledger-empty-{language}")
    assert page.locator(".empty a").count() == 2


def test_paper_gets_the_whole_list_in_a_grid(site: Site, register: list[Finding], staff: Any) -> None:
    page = _window(site, staff)
    page.add_init_script("window.print = () => {}")
    page.goto("/ledger/?round=&print=1")
    assert _rows(page).count() == 84
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1000, "height": 700})
    site.shot(page, "ledger-print-zh")
