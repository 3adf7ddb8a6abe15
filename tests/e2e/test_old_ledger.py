"""An old ledger through the browser: columns, faults, marked copy, duplicates, entering."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from tests.e2e.site import PHONE, WIDE, Site
from tests.findings.ledgers import ROWS, checked, read, surveyed, workbook
from xuncha.findings.models import Finding, Paper

FILE = (
    *ROWS[:3],
    (4, "县卫生健康局", "医疗卫生", "部分卫生室药品进货没有台账", "健全台账", "周砚", "2026-10-31", "进行中"),
    ("合计", "", "", "4", "", "", "", ""),
)


def test_a_ledger_with_faults_is_corrected_decided_and_entered(site: Site, staff: Any, make_finding: Any) -> None:
    known = make_finding("公共卫生服务资金拨付不够及时")
    paper = surveyed(staff, workbook(FILE))
    page = site.page(staff)
    page.goto(f"/papers/{paper.pk}/rows/")
    page.locator("[name=sheet-0-F]").select_option("person")
    page.locator("[name=save_as]").fill("县里的台账")
    site.axe(page)
    site.shot(page, "old-ledger-columns-1440-zh", whole=True)
    page.get_by_role("button", name="读取各行").click()
    page.locator("#reading").wait_for()
    site.shot(page, "old-ledger-reading-1440-zh")
    read(paper)
    page.locator("#rows").wait_for()
    site.axe(page)
    site.shot(page, "old-ledger-rows-1440-zh", whole=True)
    assert "第 4 行 G 列（整改时限）：现为“尽快”" in page.locator("#rows").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标注错误的副本").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert book.sheetnames[0] == "导入核对"
    assert book["问题台账"]["G4"].fill.fgColor.rgb == "FFFDE0DC"
    page.locator("select[name=unit-0]").select_option(label="县卫生健康局")
    page.get_by_role("button", name="指定名称").click()
    page.locator(".toast").wait_for()
    row = page.locator(".old-row").first
    row.locator("summary").click()
    if known.number not in row.inner_text():
        pytest.fail("the finding that stands in the ledger is not shown")
    row.get_by_role("button", name="不入账").click()
    page.locator("#standing", has_text="不入账1").wait_for()
    page.get_by_role("link", name="看入账计划").click()
    site.axe(page)
    site.shot(page, "old-ledger-plan-1440-zh", whole=True)
    assert "14-8-卫健局-002" in page.locator(".table-frame").inner_text()
    page.get_by_role("button", name="确认入账").click()
    page.locator(".toast").wait_for()
    site.shot(page, "old-ledger-entered-1440-zh", whole=True)
    assert Finding.objects.count() == 4
    assert Paper.objects.get(pk=paper.pk).state == "entered"


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_step_is_readable_in_english_and_on_a_phone(
    site: Site, staff: Any, make_finding: Any, size: dict[str, int]
) -> None:
    make_finding("公共卫生服务资金拨付不够及时")
    paper = checked(staff, workbook(FILE))
    language = "en" if size is WIDE else "zh-hans"
    page = site.page(staff, language=language, size=size)
    for step in ("", "columns", "plan"):
        page.goto(f"/papers/{paper.pk}/rows/?step={step}")
        site.axe(page)
        site.shot(page, f"old-ledger-{step or 'rows'}-{size['width']}-{language}", whole=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
