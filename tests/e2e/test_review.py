"""A paper is reviewed in a real browser: by keyboard, by two people, on a phone, without a connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import LAPTOP, PHONE, WIDE, Site
from tests.findings.reviewed import JOINT, make_paper
from xuncha.findings.actions import reviewing
from xuncha.findings.models import Draft, Paper
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security.models import User

SIZES = {"1440": WIDE, "1280": LAPTOP, "390": PHONE}


@pytest.fixture
def paper(staff: User, round_8: Round, tmp_path: Path) -> Paper:
    """A feedback with four findings; the third reads like two."""
    return make_paper(staff, tmp_path)


def item(paper: Paper, label: str) -> Draft:
    return paper.drafts.get(label=label)


def opened(page: Page, label: str) -> None:
    """The finding of this number is in hand, with its acts."""
    # a list: for a moment between two pieces of an answer, two rows stand open
    expect(page.locator(".tree-row.is-here > .no")).to_have_text([label])
    expect(page.locator(".tree-row.is-here [data-acts]")).to_be_visible()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", ["1440", "1280", "390"])
def test_the_page_is_usable_by_everybody(site: Site, staff: User, paper: Paper, size: str, language: str) -> None:
    page = site.page(staff, language=language, size=SIZES[size])
    page.goto(f"/papers/{paper.pk}/review/?draft={item(paper, '3').pk}")
    opened(page, "3")
    site.axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    site.shot(page, f"review-{size}-{language}")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_paper_is_reviewed_wholly_by_keyboard(site: Site, staff: User, paper: Paper, language: str) -> None:
    page = site.page(staff, language=language)
    page.goto(f"/papers/{paper.pk}/review/")
    keys = page.keyboard
    opened(page, "1")
    keys.press("a")
    opened(page, "2")
    # edit: the statement, and a fact more
    keys.press("e")
    page.locator("form[data-edit] [name=statement]").fill("以文件落实文件")
    page.locator("[data-list-add]").first.press("Enter")
    keys.type("另有3份会议纪要照抄上级原文")
    keys.press("Control+Enter")
    opened(page, "3")
    second = item(paper, "2")
    assert (second.statement, second.is_edited, second.evidence[-1]["text"]) == (
        "以文件落实文件",
        True,
        "另有3份会议纪要照抄上级原文",
    )
    # the doubt is told, the split is one key; undo takes it back whole
    expect(page.locator(".tree-row.is-here")).to_have_class("tree-row is-unsure is-here")
    keys.press("s")
    expect(page.locator(".tree-row .no:text-is('3-2')")).to_be_visible()
    expect(page.locator(".said-no:text-is('3-2')")).to_be_visible()
    keys.press("z")
    expect(page.locator(".tree-row .no:text-is('3-2')")).to_have_count(0)
    opened(page, "3")
    # at another place, chosen with arrow keys
    keys.press("Shift+S")
    page.locator("form[data-split] input:checked").wait_for()
    keys.press("ArrowRight")
    expect(page.locator("form[data-split] input:checked")).to_have_value("1:0")
    keys.press("s")
    expect(page.locator(".tree-row .no:text-is('3-2')")).to_be_visible()
    # merge the second half back
    keys.press("j")
    opened(page, "3-2")
    keys.press("m")
    opened(page, "3-1")
    # the category, by search
    keys.press("c")
    page.locator("[data-picker-search]").wait_for()
    keys.type("资金" if language == "zh-hans" else "fund")
    keys.press("Enter")
    opened(page, "3-1")
    assert item(paper, "3-1").category is not None
    assert item(paper, "3-1").category.code == "livelihood.funds"
    keys.press("j")
    opened(page, "4")
    keys.press("x")
    expect(page.locator(".tree-row.is-dropped .no:text-is('4')")).to_have_count(1)
    # what was missed, from the list
    keys.press("i")
    page.locator("#missed [data-picker-search]").wait_for()
    keys.type("群众就医")
    keys.press("Escape")
    keys.press("i")
    page.locator("#missed [data-picker-search]").fill("根据县委")
    keys.press("Enter")
    expect(page.locator("#missed")).to_be_hidden()
    opened(page, "5")
    keys.press("x")
    # all is looked at: the way into the ledger is open
    enter = page.locator("#review-actions .button-primary")
    expect(enter).to_be_visible()
    keys.press("?")
    help_ = page.locator("#key-help")
    expect(help_).to_be_visible()
    for key in ("j", "k", "u", "e", "c", "z", "o"):
        expect(help_.locator(f"kbd:text-is('{key}')").first).to_be_visible()
    site.axe(page)
    keys.press("Escape")
    states = dict(paper.drafts.exclude(label="").values_list("label", "state"))
    assert states == {"1": "accepted", "2": "accepted", "3-1": "accepted", "4": "dropped", "5": "dropped"}
    keys.press("!")
    expect(page.locator("#dialogs dialog[open]")).to_be_visible()
    site.shot(page, f"review-enter-{language}")


def test_both_sides_are_in_step_when_clicked(site: Site, staff: User, paper: Paper) -> None:
    page = site.page(staff)
    page.goto(f"/papers/{paper.pk}/review/")
    opened(page, "1")
    page.locator(f"[data-source] [data-draft='{item(paper, '4').pk}']").first.click()
    opened(page, "4")
    expect(page.locator(".said-no.is-now")).to_have_text("4")
    page.locator(".tree-row .no:text-is('3')").click()
    opened(page, "3")
    expect(page.locator(".said-now").first).to_contain_text("公共卫生服务专项资金")


def test_unsure_ones_alone_and_all_again(site: Site, staff: User, paper: Paper) -> None:
    page = site.page(staff)
    page.goto(f"/papers/{paper.pk}/review/?draft={item(paper, '3').pk}")
    opened(page, "3")
    page.keyboard.press("u")
    expect(page.locator(".tree-row")).to_have_count(1)
    page.keyboard.press("u")
    expect(page.locator(".tree-row .no:text-is('4')")).to_be_visible()


def test_words_marked_in_the_paper_become_a_finding(site: Site, staff: User, paper: Paper) -> None:
    page = site.page(staff)
    page.goto(f"/papers/{paper.pk}/review/")
    opened(page, "1")
    page.evaluate(
        """() => {
            const said = [...document.querySelectorAll("[data-source] .paper p")].find((p) => p.textContent.includes("近年来"));
            const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
            let text = walker.nextNode();
            while (!text.data.includes("近年来")) text = walker.nextNode();
            const range = document.createRange();
            range.setStart(text, text.data.indexOf("局党组"));
            range.setEnd(text, text.data.indexOf("，群众"));
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }"""
    )
    expect(page.locator("[data-mark-missed]")).to_be_visible()
    page.keyboard.press("i")
    opened(page, "5")
    added = item(paper, "5")
    assert added.statement == "局党组在基层卫生人才引进方面做了一些工作"
    assert paper.text[added.start : added.end] == added.statement


def test_two_people_see_each_other_and_choose_where_they_met(site: Site, staff: User, head: User, paper: Paper) -> None:
    mine, other = site.page(staff), site.page(head)
    mine.goto(f"/papers/{paper.pk}/review/")
    opened(mine, "1")
    mine.keyboard.press("e")
    mine.locator("form[data-edit] [name=statement]").fill("我改的表述")
    other.goto(f"/papers/{paper.pk}/review/?draft={item(paper, '2').pk}")
    opened(other, "2")
    other.keyboard.press("a")
    opened(other, "3")
    expect(mine.locator("#review-actions")).to_contain_text("另有 陆衡 正在核对第2部分", timeout=15_000)
    expect(mine.locator(".tree-row.is-checked .no:text-is('2')")).to_be_visible()
    # news does not take the form from under one's hands
    expect(mine.locator("form[data-edit] [name=statement]")).to_have_value("我改的表述")
    reviewing.edit(item(paper, "1").pk, changes={"statement": "主任改过的表述"}, version=1, actor=head)
    mine.locator("form[data-edit] [name=statement]").press("Control+Enter")
    choice = mine.locator(".conflict")
    expect(choice).to_contain_text("主任改过的表述")
    expect(choice).to_contain_text("我改的表述")
    assert item(paper, "1").statement == "主任改过的表述"
    site.axe(mine)
    site.shot(mine, "review-conflict")
    choice.locator("button").click()
    opened(mine, "3")
    assert item(paper, "1").statement == "我改的表述"


def test_a_lost_connection_loses_nothing(site: Site, staff: User, paper: Paper) -> None:
    site.tolerate("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    page = site.page(staff)
    page.goto(f"/papers/{paper.pk}/review/?draft={item(paper, '2').pk}")
    opened(page, "2")
    page.keyboard.press("e")
    words = page.locator("form[data-edit] [name=statement]")
    words.fill("断线时改的表述")
    page.context.set_offline(True)
    words.press("Control+Enter")
    expect(page.locator("#connection")).to_be_visible()
    expect(words).to_have_value("断线时改的表述")
    page.context.set_offline(False)
    opened(page, "3")
    expect(page.locator("#connection")).to_be_hidden()
    assert item(paper, "2").statement == "断线时改的表述"


def test_what_was_typed_is_back_after_the_page_was_closed(site: Site, staff: User, paper: Paper) -> None:
    page = site.page(staff)
    page.goto(f"/papers/{paper.pk}/review/?draft={item(paper, '2').pk}")
    opened(page, "2")
    page.keyboard.press("e")
    page.locator("form[data-edit] [name=statement]").fill("还没有保存的表述")
    page.locator("[data-list-add]").first.click()
    page.keyboard.type("还没有保存的事实")
    page.goto("about:blank")
    page.goto(f"/papers/{paper.pk}/review/")
    opened(page, "2")
    page.keyboard.press("e")
    expect(page.locator("form[data-edit] [name=statement]")).to_have_value("还没有保存的表述")
    expect(page.locator("form[data-edit] [name=evidence]").last).to_have_value("还没有保存的事实")
    page.locator("[data-drop]").click()
    expect(page.locator("form[data-edit] [name=statement]")).to_have_value(item(paper, "2").statement)


def test_addressees_and_the_private_note_of_joint_feedback(
    site: Site, staff: User, round_8: Round, education: Unit, health: Unit, tmp_path: Path
) -> None:
    paper = make_paper(staff, tmp_path, JOINT, "讲话.txt")
    page = site.page(staff)
    page.goto(f"/papers/{paper.pk}/review/")
    opened(page, "1")
    page.keyboard.press("r")
    page.locator("[data-picker-search]").wait_for()
    page.keyboard.type("教育")
    page.keyboard.press("Enter")
    site.axe(page)
    page.keyboard.press("Control+Enter")
    opened(page, "1")
    assert item(paper, "1").units == [education.pk]
    page.keyboard.press("n")
    page.locator("[data-picker-search]").wait_for()
    site.axe(page)
    page.locator(f"[name=units][value='{health.pk}']").check()
    page.locator(f"[name='note-{health.pk}']").fill("抽查会议记录")
    site.shot(page, "review-seen-at")
    page.keyboard.press("Control+Enter")
    opened(page, "1")
    assert item(paper, "1").seen_at == [{"unit": health.pk, "note": "抽查会议记录"}]
    expect(page.locator(".tree-row.is-here")).to_contain_text("卫健局（抽查会议记录）")


def test_all_of_it_on_a_phone_with_a_finger(site: Site, staff: User, paper: Paper) -> None:
    page = site.page(staff, size=PHONE)
    page.goto(f"/papers/{paper.pk}/review/")
    opened(page, "1")
    tap: Any = lambda words: page.locator(".tree-row.is-here .acts").get_by_text(words, exact=False).first.tap()  # noqa: E731
    tap("采纳")
    opened(page, "2")
    page.locator(".foot [data-go='1']").tap()
    opened(page, "—")
    page.locator(".foot [data-go='1']").tap()
    opened(page, "3")
    tap("拆成两条")
    expect(page.locator(".tree-row .no:text-is('3-2')")).to_be_visible()
    page.locator("#undo button").tap()
    opened(page, "3")
    tap("修改")
    page.locator("form[data-edit] [name=statement]").fill("手机上改的表述")
    site.shot(page, "review-phone-edit")
    page.locator("form[data-edit] .button-primary").tap()
    opened(page, "4")
    assert item(paper, "3").statement == "手机上改的表述"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    site.shot(page, "review-phone-after")
