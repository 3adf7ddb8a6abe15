"""Papers in a real browser: dropped, followed while they are read, explained where they fail, entered."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import LAPTOP, PHONE, WIDE, Site
from tests.findings.arriving import docx, packed, send
from tests.findings.reviewed import FEEDBACK, JOINT, make_paper
from xuncha.findings.actions.entering import enter_paper
from xuncha.findings.importing.working import Worker
from xuncha.findings.models import Feedback, Finding, Paper
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security.models import User

SIZES = {"1440": WIDE, "1280": LAPTOP, "390": PHONE}


@pytest.fixture
def worker(db: None) -> Iterator[Worker]:
    """Reads what comes in, as the server does."""
    worker = Worker()
    worker.start()
    yield worker
    worker.stop()


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    """Choose files by the real file chooser."""
    with page.expect_file_chooser() as chooser:
        page.get_by_text("选择文件").click()
    chooser.value.set_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files]
    )


def accepted(paper: Paper) -> Paper:
    paper.drafts.filter(level="item", state="unseen").update(state="accepted")
    return paper


def test_a_paper_and_an_archive_are_chosen_and_read(site: Site, staff: User, round_8: Round, worker: Worker) -> None:
    page = site.page(staff)
    page.goto("/papers/")
    site.axe(page)
    site.shot(page, "papers-empty-1440-zh-hans")
    archive = packed({"县直/讲话.txt": JOINT.encode(), "坏.docx": b"PK\x03\x04 broken"})
    choose(page, ("反馈意见.docx", docx(FEEDBACK)), ("八轮.zip", archive), ("照片.exe", b"MZ"))
    lines = page.locator(".upload-line")
    expect(lines).to_have_count(3)
    expect(lines.filter(has_text="照片.exe")).to_contain_text("这种文件不能读取")
    expect(lines.filter(has_text="反馈意见.docx")).to_contain_text("已收到")
    rows = page.locator("#papers-list tbody tr")
    expect(rows).to_have_count(3, timeout=30_000)
    expect(rows.filter(has_text="反馈意见.docx")).to_contain_text("待核对", timeout=30_000)
    expect(rows.filter(has_text="讲话.txt")).to_contain_text("集中反馈", timeout=30_000)
    expect(rows.filter(has_text="坏.docx")).to_contain_text("已损坏", timeout=30_000)
    expect(page.locator("#papers-standing")).to_contain_text("待核对2件")
    expect(page.locator("#papers-follow[hx-get]")).to_have_count(0)
    site.axe(page)
    site.shot(page, "papers-read-1440-zh-hans")
    rows.filter(has_text="坏.docx").get_by_role("link", name="查看原因").click()
    expect(page.locator("h2").first).to_contain_text("文件已损坏或不完整")
    site.shot(page, "paper-failed-1440-zh-hans")
    page.get_by_role("button", name="放弃").click()
    expect(page.locator(".toast")).to_contain_text("已放弃“坏.docx”")
    page.locator(".toast").get_by_role("button", name="撤销").click()
    expect(page.locator(".toast")).to_contain_text("已取回“坏.docx”")


def test_the_same_file_is_recognised_and_taken_all_the_same(
    site: Site, staff: User, round_8: Round, head: User
) -> None:
    send(head, {"反馈意见.txt": FEEDBACK.encode()})
    page = site.page(staff)
    page.goto("/papers/")
    choose(page, ("改了名.txt", FEEDBACK.encode()))
    line = page.locator(".upload-line")
    expect(line).to_contain_text("与已有文件相同：“反馈意见.txt”，陆衡于")
    line.get_by_role("link").click()
    site.axe(page)
    site.shot(page, "paper-same-1440-zh-hans")
    page.get_by_role("button", name="仍要导入").click()
    expect(page.locator(".standing")).to_contain_text("等待读取")
    assert Paper.objects.filter(state="waiting").count() == 2


def test_a_file_is_dropped_anywhere_on_the_page(site: Site, staff: User, round_8: Round) -> None:
    page = site.page(staff)
    page.goto("/papers/")
    page.evaluate(
        """() => { const data = new DataTransfer();
        data.items.add(new File(["反馈"], "拖来.txt", {type: "text/plain"}));
        document.querySelector("h1").dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: data}));
        }"""
    )
    expect(page.locator(".upload-line")).to_contain_text("已收到")
    assert Paper.objects.get().name == "拖来.txt"


def test_a_reviewed_paper_is_confirmed_after_a_look_at_what_will_be(
    site: Site, staff: User, round_8: Round, tmp_path: Path, make_finding: Any
) -> None:
    make_finding("公共卫生服务专项资金拨付不及时，且窗口未落实一次性告知")
    paper = accepted(make_paper(staff, tmp_path))
    page = site.page(staff)
    page.goto(f"/papers/{paper.pk}/review/")
    page.get_by_role("link", name="确认入账").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("编号14-8-卫健局-002至14-8-卫健局-005")
    expect(dialog).to_contain_text("台账里可能已有")
    site.axe(page)
    site.shot(page, "paper-enter-1440-zh-hans")
    dialog.get_by_role("button", name="确认入账（4个）").click()
    expect(page.locator(".toast")).to_contain_text("已入账4个问题")
    expect(page.locator(".standing")).to_contain_text("已入账")
    site.axe(page)
    site.shot(page, "paper-entered-1440-zh-hans")
    assert Finding.objects.filter(paper=paper).count() == 4
    page.go_back()
    page.goto(f"/papers/{paper.pk}/enter/")
    expect(page.locator(".standing")).to_contain_text("已入账")
    assert Finding.objects.filter(paper=paper).count() == 4


def test_what_is_missing_is_completed_in_the_dialog(
    site: Site, staff: User, round_8: Round, tmp_path: Path, health: Unit
) -> None:
    paper = accepted(make_paper(staff, tmp_path))
    Paper.objects.update(round=None, unit=None)
    page = site.page(staff)
    page.goto(f"/papers/{paper.pk}/enter/")
    expect(page.locator("main")).to_contain_text("没有选轮次")
    page.get_by_role("link", name="补全材料信息").click()
    page.get_by_label("轮次").select_option(label="十四届第八轮")
    page.get_by_label("单位", exact=True).select_option(label="县卫生健康局")
    site.axe(page)
    page.get_by_role("button", name="保存材料信息").click()
    page.wait_for_url("**/review/")
    paper.refresh_from_db()
    assert (paper.round, paper.unit) == (round_8, health)


def test_recipients_are_chosen_by_sector_and_the_feedback_issued(
    site: Site, staff: User, round_8: Round, tmp_path: Path, liaison: User
) -> None:
    paper = accepted(make_paper(staff, tmp_path, JOINT, "讲话.txt", already_fed_back=False))
    entry = enter_paper(paper, actor=staff, version=paper.version)
    assert entry.feedback
    page = site.page(staff)
    page.goto(f"/feedbacks/{entry.feedback.pk}/")
    site.axe(page)
    page.get_by_role("link", name="选接收单位").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_label("只选这些")).to_be_checked()
    dialog.locator("[data-units-all]").first.uncheck()
    site.axe(page)
    site.shot(page, "feedback-recipients-1440-zh-hans")
    with page.expect_navigation():
        dialog.get_by_role("button", name="保存接收单位").click()
    page.get_by_role("link", name="下达反馈").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("编号从此固定")
    site.axe(page)
    site.shot(page, "feedback-issue-1440-zh-hans")
    dialog.get_by_label("反馈日期").fill("2026-09-01")
    dialog.get_by_role("button", name="下达反馈（3个）").click()
    expect(page.locator(".standing")).to_contain_text("2026-09-01反馈")
    assert Feedback.objects.get().issued_by == staff
    unit = site.page(liaison)
    unit.goto("/feedbacks/")
    unit.locator("tbody a").click()
    expect(unit.locator("tbody tr")).to_have_count(2)
    assert "教育局" not in unit.locator("aside").inner_text()
    site.shot(unit, "feedback-unit-1440-zh-hans")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", ["1440", "1280", "390"])
def test_everybody_can_use_the_pages(
    site: Site, staff: User, round_8: Round, tmp_path: Path, size: str, language: str
) -> None:
    entered = accepted(make_paper(staff, tmp_path))
    entry = enter_paper(entered, actor=staff, version=entered.version)
    make_paper(staff, tmp_path, JOINT, "在十四届县委第八轮巡察集中反馈会上的讲话.docx")
    send(staff, {"等待的旧台账.csv": "序号,问题\n1,学习不深入".encode()})
    failed = send(staff, {"县卫生健康局反馈意见（扫描件）.pdf": b"%PDF-1.4"}).received[0].paper
    Paper.objects.filter(pk=failed.pk).update(  # type: ignore[union-attr]
        state="failed",
        error={"code": "scanned", "place": "第 1 页", "found": "只有图片，没有文字", "expected": "有文字层的 pdf"},
    )
    page = site.page(staff, language=language, size=SIZES[size])
    for name, address in (
        ("papers", "/papers/"),
        ("papers-entered", "/papers/?state=entered"),
        ("paper-failed", f"/papers/{failed.pk}/"),  # type: ignore[union-attr]
        ("paper-entered", f"/papers/{entered.pk}/"),
        ("feedbacks", "/feedbacks/"),
        ("feedback", f"/feedbacks/{entry.feedback.pk}/"),  # type: ignore[union-attr]
    ):
        page.goto(address)
        site.axe(page)
        site.shot(page, f"{name}-{size}-{language}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is wider than the window by {wide}"


def test_the_original_is_given_as_it_came(site: Site, staff: User) -> None:
    content = docx(FEEDBACK)
    paper = send(staff, {"反馈意见.docx": content}).received[0].paper
    assert paper
    page = site.page(staff)
    page.goto(f"/papers/{paper.pk}/")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载原件").click()
    assert download.value.suggested_filename == "反馈意见.docx"
    assert io.BytesIO(Path(download.value.path()).read_bytes()).getvalue() == content
