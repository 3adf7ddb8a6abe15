"""Early warning as a new user meets it: a folder of messy tables, checked, mapped, run, and the report opened and printed.

Needs no server: the page is a file. ``XUNCHA_SHOTS=folder`` keeps the pictures.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.cli.test_extract import _run
from tests.e2e.site import PHONE, WIDE

pytestmark = pytest.mark.browser
NOTICE = {"zh": "疑点，需核实", "en": "Leads, to be verified"}
HOSPITALS = ("县中医院", "县人民医院", "县妇幼保健院")


def _workbook(path: Path, *rows: tuple[object, ...]) -> None:
    path.parent.mkdir(exist_ok=True)
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(path)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a county's offices hand over: titles, sums, 万元, two encodings, a head nobody knows, a note beside them."""
    folder = tmp_path_factory.mktemp("tables") / "青禾县数据"
    folder.mkdir()
    heads = ("采购编号", "医院", "耗材编号", "供应商", "数量（支）", "单价（元）", "采购日期", "是否平台采购")
    purchases = [
        (f"MP-{n:03}", HOSPITALS[n % 3], "C0731", f"S-{17 + n % 5:03}", 400 + n, 158 + (n * 7) % 61, f"2026年{n % 6 + 1}月{n % 27 + 1}日", "是")
        for n in range(33)
    ]  # fmt: skip
    purchases.append(("MP-099", "县中医院", "C0731", "S-041", 1200, 268, "2026-3-18", "否"))
    _workbook(
        folder / "医药采购" / "2026年.xlsx",
        ("青禾县医用耗材采购明细",),
        ("单位：元",),
        heads,
        *purchases,
        ("合计", None, None, None, 18_000, None, None, None),
    )
    contracts = "合同编号,采购单位,供应商,项目类别,采购方式,合同金额（万元）,合同签订日期,备注\n"
    contracts += (
        "C-123,县住建局,S-041,工程,公开招标,100,2026/2/1,\nC-124,县住建局,S-017,工程,公开招标,一百万,2026/2/1,\n"
    )
    contracts += "".join(
        f"C-{n},县水利局,S-{n % 7:03},工程,公开招标,{n},2025-12-{n % 28 + 1},\n" for n in range(200, 230)
    )
    (folder / "合同.csv").write_bytes(contracts.encode("gb18030"))
    (folder / "合同变更.csv").write_text(
        "变更编号,合同编号,追加金额,变更日期\nM1,C-123,180000,2026-5-1\n小计,,180000,\n", "utf-8-sig"
    )
    (folder / "死亡.csv").write_text("身份证号,死亡日期\n11010119400307123X,2026-01-01\n", "utf-8")
    (folder / "补贴发放.csv").write_text(
        "发放编号,项目编号,身份证号,发放金额,发放日期\nP1,养老补贴,11010119400307123X,600,2026-06-15\n", "utf-8"
    )
    (folder / "说明.docx").write_bytes(b"x")
    return folder


@pytest.fixture(scope="module")
def report(tables: Path) -> Path:
    """check → map → run → report, as typed."""
    mapping, out, home = (tables.parent / name for name in ("对应.toml", "结果", "home"))
    words = (tables, "--as-of", "2026-06-30", "--mapping", mapping)
    first = _run("risk", "check", *words, XUNCHA_HOME=str(home))
    assert first.returncode == 1 and "缺少必需的列：item_code" in first.stdout and "说明.docx" in first.stdout
    text = mapping.read_text("utf-8")
    assert '"耗材编号" = ""' in text
    mapping.write_text(text.replace('"耗材编号" = ""', '"耗材编号" = "item_code"'), "utf-8")
    second = _run("risk", "check", *words, XUNCHA_HOME=str(home))
    assert second.returncode == 0 and "万元 换算成元" in second.stdout and "V03：一百万" in second.stdout
    ended = _run("risk", "run", *words, "-o", out, XUNCHA_HOME=str(home))
    assert ended.returncode == 0, ended.stderr
    for language in ("zh", "en"):
        made = _run("risk", "report", out, "-o", out / language, "--lang", language, XUNCHA_HOME=str(home))
        assert made.returncode == 0, made.stderr
    return out


def _opened(browser: Browser, file: Path, size: Any) -> tuple[Page, list[str]]:
    """The page, and whatever it complained of or asked for."""
    context = browser.new_context(viewport=size, java_script_enabled=True)
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda fault: told.append(str(fault)))
    page.on("request", lambda request: told.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(file.as_uri())
    return page, told


def _shot(page: Page, name: str) -> None:
    if folder := os.environ.get("XUNCHA_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_a_new_user_comes_from_messy_tables_to_a_report(browser: Browser, report: Path) -> None:
    for language in ("zh", "en"):
        file = report / language / "report.html"
        for size in (WIDE, PHONE):
            page, told = _opened(browser, file, size)
            assert page.locator(".banner", has_text=NOTICE[language]).is_visible()
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{language} {size['width']}: scrolls to {width}"
            grave = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
            assert not grave, [(v["id"], [node["target"] for node in v["nodes"][:3]]) for v in grave]
            lead = page.locator("section", has=page.locator("#HOSP-01")).locator("article")
            lead.scroll_into_view_if_needed()
            assert lead.locator("svg.plot path.own").count() == 1
            assert lead.locator("svg.plot circle").count() == 33
            page.evaluate("window.scrollTo(0, document.querySelector('#HOSP-01').offsetTop - 16)")
            _shot(page, f"risk-report-{language}-{size['width']}")
            assert told == []
            page.context.close()


def test_what_the_report_says_of_those_tables(browser: Browser, report: Path) -> None:
    page, _ = _opened(browser, report / "zh" / "report.html", WIDE)
    text = page.inner_text("main")
    assert "单价268元，数量1,200；2026年同品规34笔的中位数" in text
    assert "合同C-123原价1,000,000元，1次变更共追加180,000元，占18.0%" in text
    assert "11010119400307123X" not in page.content() and "不能运行：缺少表 tenders（招标项目）" in text
    assert "V03 不能读成该类型的值" in text and "说明.docx" in text
    page.get_by_role("link", name="PROC-19 合同追加超限").click()
    assert page.url.endswith("#PROC-19")
    page.context.close()


def test_the_report_prints_with_the_notice_on_every_page(browser: Browser, report: Path) -> None:
    for language in ("zh", "en"):
        page, _ = _opened(browser, report / language / "report.html", WIDE)
        content = page.pdf(prefer_css_page_size=True)
        page.context.close()
        document = pypdfium2.PdfDocument(content)
        assert len(document) > 2
        for number in range(len(document)):
            sheet = document[number]
            words = sheet.get_textpage().get_text_range()
            assert NOTICE[language] in words[:120], f"page {number + 1}"
            assert f"{number + 1} / {len(document)}" in words
            assert sheet.get_width() == pytest.approx(595, abs=2)
            if folder := os.environ.get("XUNCHA_SHOTS"):
                sheet.render(scale=1.3).to_pil().save(Path(folder) / f"risk-print-{language}-{number + 1}.png")
