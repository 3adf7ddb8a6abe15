"""The components in a real browser: keys, rows, choice, dialogs, toasts, menus, forms, uploads, a lost connection."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e import components
from tests.e2e.components import ProgressForm
from tests.e2e.site import LAPTOP, PHONE, WIDE, Site
from xuncha.security.models import User

FRAGMENT = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def page(site: Site, staff: User) -> Page:
    """The page of components, signed in, in Chinese."""
    page = site.page(staff)
    components.serve(page, components.html("zh-hans", staff))
    page.goto("/components/")
    return page


def kept_drafts(page: Page, number: int) -> None:
    """Wait until so many drafts are kept; the policy forbids Playwright's own way of waiting."""
    for _ in range(50):
        if page.evaluate("Object.keys(localStorage).length") == number:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate("Object.keys(localStorage)"))


def here(page: Page) -> list[str]:
    return page.locator("[data-row].is-here th").all_inner_texts()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [WIDE, LAPTOP, PHONE], ids=["wide", "laptop", "phone"])
def test_everybody_can_use_the_components(site: Site, staff: User, language: str, size: dict[str, int]) -> None:
    page = site.page(staff, language=language, size=size)
    form = ProgressForm({"done": "高度重视", "yuan": "418000"})
    components.serve(page, components.html(language, staff, form, success="已改3条的责任领导"))
    page.goto("/components/")
    site.axe(page)
    site.shot(page, f"components-{size['width']}-{language}", whole=True)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
    if size == PHONE:
        page.get_by_text("菜单" if language == "zh-hans" else "Menu", exact=True).click()
        expect(page.locator(".phone-menu .drop-list")).to_be_visible()
        site.shot(page, f"menu-{size['width']}-{language}")


def test_keys_move_choose_and_open_rows(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert here(page) == ["14-8-人民医院-004"]
    page.keyboard.press("k")
    assert here(page) == ["14-8-人民医院-001"]
    page.keyboard.press("x")
    expect(page.locator(".bulk-bar")).to_contain_text("已选1条")
    page.keyboard.press("Enter")
    assert page.url.endswith("#open-1")
    page.keyboard.press("Escape")
    expect(page.locator(".bulk-bar")).not_to_be_visible()


def test_keys_are_letters_while_one_types(page: Page) -> None:
    search = page.locator(".toolbar input[type=search]")
    search.click()
    page.keyboard.type("jx?n")
    assert (search.input_value(), here(page)) == ("jx?n", [])
    expect(page.locator("#key-help")).not_to_be_visible()


def test_keys_of_the_input_method_are_not_ours(page: Page) -> None:
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', keyCode: 229, bubbles: true}))")
    assert here(page) == []


def test_a_slash_goes_to_the_search_and_a_question_mark_lists_the_keys(page: Page, site: Site) -> None:
    page.keyboard.press("/")
    expect(page.locator(".masthead-search input")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    dialog = page.locator("#key-help")
    expect(dialog).to_be_visible()
    told = dialog.locator("dd").all_inner_texts()
    assert {"下一行、上一行", "选择本行", "打开本行", "搜索", "说明"} <= set(told)
    site.axe(page)
    site.shot(page, "keys")
    page.keyboard.press("j")
    assert here(page) == [], "keys of the page count in a dialog"
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


def test_shift_chooses_a_range_and_the_choice_outlasts_the_page(page: Page) -> None:
    boxes = page.locator("input[data-choose]")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-chosen]")).to_have_text("3")
    assert page.locator("[data-choose-page]").is_checked()
    page.reload()
    expect(page.locator("[data-chosen]")).to_have_text("3")
    # Another page of the same list: what is chosen elsewhere is told and sent.
    other = components.html("zh-hans", None).replace('value="1" form', 'value="71" form')
    page.unroute("**/components/")
    components.serve(page, other)
    page.reload()
    expect(page.locator(".bulk-bar")).to_contain_text("已选3条（其他页1条）")
    assert page.locator("input[name=also]").input_value() == "1"
    page.locator("[data-choose-all]").click()
    expect(page.locator("[data-chosen]")).to_have_text("84")
    assert page.locator("input[name=all]").input_value() == "1"
    page.locator("[data-choose-none]").click()
    expect(page.locator(".bulk-bar")).not_to_be_visible()


def test_a_dialog_that_comes_as_a_fragment_takes_the_focus_and_gives_it_back(page: Page, site: Site) -> None:
    body = (
        '<dialog class="dialog" data-open aria-labelledby="dialog-title" tabindex="-1"><div class="dialog-head">'
        '<h2 id="dialog-title">申请延期：先看影响</h2><button type="button" class="button-word" data-close>关闭</button></div>'
        '<form><div class="field"><label for="why">理由</label><input class="input" id="why" autofocus></div></form></dialog>'
    )
    page.route("**/components/dialog/", lambda route: route.fulfill(body=body, headers=FRAGMENT))
    page.locator("#ask").click()
    expect(page.locator("#why")).to_be_focused()
    site.axe(page)
    site.shot(page, "dialog")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[data-open]")).to_have_count(0)
    expect(page.locator("#ask")).to_be_focused()
    page.locator("#ask").click()
    page.locator("[data-close]").click()
    expect(page.locator("#ask")).to_be_focused()


def test_a_menu_closes_by_escape_and_by_a_press_elsewhere(page: Page) -> None:
    page.locator("#more > summary").click()
    page.locator("#columns > summary").click()
    assert page.locator("details.drop[open]").count() == 1
    page.keyboard.press("Escape")
    expect(page.locator("details.drop[open]")).to_have_count(0)
    expect(page.locator("#columns > summary")).to_be_focused()


def test_a_toast_undoes_by_key_and_stays_under_the_pointer(site: Site, staff: User) -> None:
    page = site.page(staff)
    page.clock.install()
    components.serve(page, components.html("zh-hans", staff, success="已改3条的责任领导"))
    page.goto("/components/")
    toast = page.locator("[data-toast]")
    toast.hover()
    page.clock.run_for(30_000)
    expect(toast).to_be_visible()
    page.mouse.move(5, 5)
    page.clock.run_for(12_000)
    expect(toast).to_have_count(0)
    page.reload()
    undone: list[str] = []
    page.route("**/components/undo/", lambda route: (undone.append(route.request.method), route.fulfill(body="ok")))
    page.keyboard.press("z")
    page.wait_for_url("**/undo/")
    assert undone == ["POST"]


def test_faults_of_a_form_are_where_one_looks_first(site: Site, staff: User) -> None:
    page = site.page(staff)
    components.serve(page, components.html("zh-hans", staff, ProgressForm({"done": "高度重视", "yuan": "418000"})))
    page.goto("/components/")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("有3处需要改正，其余内容已保留")
    summary.get_by_role("link", name=re.compile("追回金额")).click()
    expect(page.locator("#id_yuan")).to_be_focused()
    assert page.locator("#id_yuan").get_attribute("aria-invalid") == "true"
    assert page.locator("#id_done").input_value() == "高度重视"


def test_what_was_typed_is_offered_again_after_a_crash(page: Page, site: Site) -> None:
    page.locator("#id_done").fill("已追回9笔3.42万元")
    kept_drafts(page, 1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/components/")
    offer = page.locator(".banner", has_text="您有未保存的内容")
    expect(offer).to_be_visible()
    expect(offer.locator("[data-changed-since]")).not_to_be_visible()
    site.axe(page)
    site.shot(page, "draft-offer")
    offer.get_by_role("button", name="恢复").click()
    assert page.locator("#id_done").input_value() == "已追回9笔3.42万元"
    expect(offer).to_have_count(0)


def test_what_was_saved_or_belongs_to_another_person_is_not_offered(site: Site, staff: User, head: User) -> None:
    page = site.page(staff)
    components.serve(page, components.html("zh-hans", staff))
    components.serve(page, components.html("zh-hans", staff).replace("finding-12", "finding-13"), "**/components/form/")
    page.goto("/components/")
    page.locator("#id_done").fill("已追回")
    page.locator("#house .button").first.evaluate("button => button.form.noValidate = true")
    page.locator("#house .button").first.click()
    page.wait_for_url("**/form/")
    kept_drafts(page, 0)
    page.locator("#id_done").fill("又写了")
    kept_drafts(page, 1)
    page.unroute("**/components/")
    components.serve(page, components.html("zh-hans", head))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/components/")
    expect(page.locator(".banner", has_text="您有未保存的内容")).to_have_count(0)


def test_leaving_with_changes_asks_first(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/components/?again")
    assert asked == []
    page.goto("/components/")
    page.locator("#id_done").click()
    page.keyboard.type("写")
    page.reload()
    assert asked == ["beforeunload"]


def test_a_form_is_sent_once(page: Page) -> None:
    sent: list[str] = []

    def slow(route: Route) -> None:
        sent.append(route.request.method)
        page.wait_for_timeout(300)
        route.fulfill(body="ok")

    page.route("**/components/bulk/", slow)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("#bulk .acts .button").dblclick(no_wait_after=True)
    page.wait_for_url("**/bulk/")
    assert sent == ["POST"]


def test_a_lost_connection_is_said_and_the_request_sent_again(page: Page, site: Site) -> None:
    site.tolerate("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION", "htmx:sendError", "htmx:afterRequest")
    answers: list[Any] = ["abort", "abort", "ok"]

    def answer(route: Route) -> None:
        if answers.pop(0) == "abort":
            route.abort("connectionfailed")
        else:
            route.fulfill(body='<p id="saved">已保存</p>', headers=FRAGMENT)

    page.route("**/components/save/", answer)
    page.locator("#save").click()
    banner = page.locator("#connection")
    expect(banner).to_contain_text("未保存：连接已中断")
    site.shot(page, "connection")
    site.axe(page)
    banner.get_by_role("button").click()
    expect(page.locator("#saved")).to_have_text("已保存", timeout=8000)
    expect(banner).not_to_be_visible()


@pytest.mark.parametrize(("status", "words"), [(500, "系统未能办理"), (401, "登录已失效"), (403, "无权办理")])
def test_a_refusal_is_said_and_the_page_stays(page: Page, site: Site, status: int, words: str) -> None:
    site.tolerate("answer 500", "status of 500", "htmx:responseError", "Response Status Error Code")
    page.route("**/components/save/", lambda route: route.fulfill(status=status, body="no"))
    page.locator("#save").click()
    expect(page.locator("#broken")).to_contain_text(words)
    assert page.locator("#broken [data-sentence]:visible").count() == 1
    page.locator("#broken [data-dismiss]").click()
    expect(page.locator("#broken")).not_to_be_visible()


def test_files_are_sent_one_by_one_and_each_is_answered(page: Page, site: Site) -> None:
    sent: list[str] = []

    def answer(route: Route) -> None:
        body = route.request.post_data_buffer or b""
        name = re.search(rb'filename="([^"]+)"', body)
        sent.append(name[1].decode() if name else "")
        line = f'<li class="upload-line"><span class="name">{sent[-1]}</span><span class="word">已收下</span></li>'
        route.fulfill(body=line, headers=FRAGMENT)

    page.route("**/components/upload/", answer)
    page.locator("form[data-upload] input[type=file]").set_input_files(
        [
            {"name": "a.docx", "mimeType": "application/octet-stream", "buffer": b"a" * 10},
            {"name": "b.docx", "mimeType": "application/octet-stream", "buffer": b"b" * 10},
            {"name": "big.pdf", "mimeType": "application/pdf", "buffer": b"c" * 1_000_001},
            {"name": "empty.pdf", "mimeType": "application/pdf", "buffer": b""},
        ]
    )
    expect(page.locator(".upload-line", has_text="已收下")).to_have_count(2)
    assert sorted(sent) == ["a.docx", "b.docx"]
    expect(page.locator(".upload-line", has_text="big.pdf")).to_contain_text("文件过大，每个不超过1 MB")
    expect(page.locator(".upload-line", has_text="empty.pdf")).to_contain_text("文件是空的")
    site.axe(page, inside=".upload")
