"""Editing, adding, splitting and merging findings by their pages."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from xuncha.findings.actions import editing
from xuncha.findings.models import Finding
from xuncha.rulebook.models import Category


@pytest.fixture
def office(cast: Any) -> Client:
    client = Client()
    client.force_login(cast.staff)
    return client


def opened(client: Client, finding: Finding) -> dict[str, str]:
    """What a form that was just opened would send."""
    page = client.get(reverse("finding_edit", args=[finding.pk])).content.decode()
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and not ('type="radio"' in tag and " checked" not in tag):
            sent[name[1]] = html.unescape(value[1]) if value else ""
    for name_, value_ in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL):
        sent[name_] = html.unescape(value_)
    for name_, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name_] = chosen[1] if chosen else ""
    del sent["csrfmiddlewaretoken"]
    return sent


def send(client: Client, finding: Finding, sent: dict[str, str]) -> Any:
    return client.post(reverse("finding_edit", args=[finding.pk]), sent)


def test_what_is_sent_as_it_came_changes_nothing(office: Client, make_finding: Any) -> None:
    finding = make_finding("一句话\n两行", issued=False, facts=("甲", "乙"), severity="high", category_reasons=["资金"])
    assert send(office, finding, opened(office, finding)).status_code == 302
    finding.refresh_from_db()
    assert finding.version == 1


def test_all_fields_are_saved(office: Client, make_finding: Any, health: Any, education: Any) -> None:
    finding = make_finding(issued=False, facts=("甲", "乙"))
    finding.manifestations.filter(text="乙").update(start=7, end=8, page=2)
    other = Category.objects.filter(scheme__is_leading=True).exclude(pk=finding.category_id)[0]
    sent = opened(office, finding)
    facts = {"facts-1": "乙之二", "facts-5": "丙"}
    sent = {name: value for name, value in sent.items() if name not in ("facts-0", "facts-1")} | facts
    sent |= {
        "statement": "新的表述",
        "category_id": str(other.pk),
        "category_reasons": "审核、发放",
        "nature": "common",
        "immediate": "yes",
        "stated_due": "2026年11月26日",
        "person": "梁若谷",
        "unit_id": str(education.pk),
    }
    response = send(office, finding, sent)
    assert response.status_code == 302
    finding.refresh_from_db()
    assert (finding.statement, finding.category, finding.nature) == ("新的表述", other, "common")
    assert finding.category_reasons == ["审核", "发放"]
    assert (finding.immediate, str(finding.stated_due), finding.stated.person) == (True, "2026-11-26", "梁若谷")
    assert list(finding.manifestations.values_list("text", "start")) == [("乙之二", 7), ("丙", None)]
    assert finding.number == "14-8-教育局-001"


def test_faults_are_named_and_what_was_typed_stays(office: Client, make_finding: Any) -> None:
    finding = make_finding(issued=False, facts=("甲",))
    sent = opened(office, finding) | {
        "statement": "",
        "heading": "长" * 301,
        "facts-0": "坏\x00字",
        "stated_due": "2026-13-45",
        "severity": "enormous",
        "remark": "留着的备注",
    }
    response = send(office, finding, sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert "有5处需要改正，其余内容已保留" in page
    for words in ("请填写", "最多300字", "事实第1项", "年-月-日", "该选项已不存在", "留着的备注", "2026-13-45"):
        assert words in page, words
    assert 'href="#field-facts-0"' in page
    finding.refresh_from_db()
    assert finding.version == 1


def test_correcting_an_issued_statement_asks_for_the_reason(office: Client, make_finding: Any) -> None:
    finding = make_finding()
    sent = opened(office, finding) | {"statement": "更正后的表述"}
    assert send(office, finding, sent).status_code == 422
    assert send(office, finding, sent | {"reason": "原文漏字"}).status_code == 302
    finding.refresh_from_db()
    assert finding.statement == "更正后的表述"


def test_facts_are_arranged_without_a_script_and_nothing_is_saved(office: Client, make_finding: Any) -> None:
    finding = make_finding(issued=False, facts=("甲", "乙"))
    sent = opened(office, finding)
    page = send(office, finding, sent | {"arrange": "facts:down:0"}).content.decode()
    assert page.index("\n乙</textarea>") < page.index("\n甲</textarea>")
    page = send(office, finding, sent | {"arrange": "facts:add"}).content.decode()
    assert 'name="facts-2"' in page
    page = send(office, finding, sent | {"arrange": "facts:remove:0"}).content.decode()
    assert "\n甲</textarea>" not in page
    finding.refresh_from_db()
    assert finding.version == 1


def change(finding: Finding, actor: Any, **changes: Any) -> None:
    editing.edit_finding(finding.pk, changes=changes, version=None, actor=actor)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page, and the choices made already."""
    sent = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ('type="hidden"' in tag or " checked" in tag):
            sent[name[1]] = html.unescape(value[1])
    return sent


def test_the_second_of_two_sees_what_changed_and_chooses(office: Client, make_finding: Any, cast: Any) -> None:
    finding = make_finding("资金拨付不及时", issued=False, facts=("甲", "乙"))
    sent = opened(office, finding)
    change(finding, cast.head, statement="资金拨付很不及时", severity="high")
    sent |= {"statement": "资金拨付不够及时", "nature": "common", "facts-0": "甲改过"}
    response = send(office, finding, sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "陆衡" in page
    for words in (
        "不<ins>够</ins>及时",
        "拨付<ins>很</ins>不及时",
        "两人都改了",
        "只有我改了",
        "只有同事改了",
        "资金拨付不及时",
    ):
        assert words in page, words
    finding.refresh_from_db()
    assert (finding.statement, finding.nature) == ("资金拨付很不及时", "")

    again = hidden(page)
    assert "pick-statement" not in again
    undecided = send(office, finding, again)
    assert undecided.status_code == 422
    assert "请选择一个" in undecided.content.decode()

    assert send(office, finding, again | {"pick-statement": "theirs"}).status_code == 302
    finding.refresh_from_db()
    assert (finding.statement, finding.severity, finding.nature) == ("资金拨付很不及时", "high", "common")
    assert list(finding.manifestations.values_list("text", flat=True)) == ["甲改过", "乙"]


def test_mine_can_be_chosen_and_a_third_change_asks_again(office: Client, make_finding: Any, cast: Any) -> None:
    finding = make_finding("资金拨付不及时", issued=False)
    sent = opened(office, finding)
    change(finding, cast.head, statement="他写的")
    again = hidden(send(office, finding, sent | {"statement": "我写的"}).content.decode())
    change(finding, cast.head, severity="low")
    third = send(office, finding, again | {"pick-statement": "mine"})
    assert third.status_code == 409
    assert send(office, finding, hidden(third.content.decode())).status_code == 302
    finding.refresh_from_db()
    assert (finding.statement, finding.severity) == ("我写的", "low")


def test_a_damaged_base_does_no_harm(office: Client, make_finding: Any) -> None:
    finding = make_finding(issued=False)
    sent = opened(office, finding)
    for base in ("", "[]", "{", json.dumps({"statement": 5, "facts": ["a"], "x": 1})):
        assert send(office, finding, sent | {"base": base, "version": "x"}).status_code == 302
    finding.refresh_from_db()
    assert finding.version == 1


def test_a_finding_is_added_by_hand(office: Client, round_8: Any, health: Any) -> None:
    page = office.get(reverse("finding_new"), {"round": round_8.pk, "unit": health.pk}).content.decode()
    assert f'value="{health.pk}" selected' in page
    sent = {
        "round_id": round_8.pk,
        "unit_id": health.pk,
        "statement": "手工新增",
        "facts_shown": "1",
        "facts-0": "一处",
    }
    response = office.post(reverse("finding_new"), sent)
    finding = Finding.objects.get()
    assert response.headers["Location"] == reverse("finding", args=[finding.pk])
    assert (finding.state, finding.statement) == ("draft", "手工新增")
    refused = office.post(reverse("finding_new"), {"round_id": round_8.pk, "unit_id": health.pk, "remark": "留着"})
    assert refused.status_code == 422
    assert "留着" in refused.content.decode()


def test_a_joint_one_added_by_hand_goes_on_to_its_addressees(office: Client, round_8: Any) -> None:
    response = office.post(reverse("finding_new"), {"round_id": round_8.pk, "unit_id": "", "statement": "部分单位"})
    finding = Finding.objects.get()
    assert response.headers["Location"] == reverse("finding_address", args=[finding.pk])
    office.post(response.headers["Location"], {"version": "1", "whole_round": "1"})
    assert finding.addressees.count() == 3


def test_addressing_nobody_is_refused_with_a_sentence(office: Client, make_finding: Any, health: Any) -> None:
    finding = make_finding(unit=None, units=[health], issued=False)
    response = office.post(reverse("finding_address", args=[finding.pk]), {"version": "1"})
    assert response.status_code == 422
    assert finding.addressees.count() == 1
    stale = office.post(reverse("finding_address", args=[finding.pk]), {"version": "7", "unit": health.pk})
    assert stale.status_code == 409


def test_a_split_is_proposed_at_a_likely_place_and_done(office: Client, make_finding: Any) -> None:
    finding = make_finding("专项资金拨付不及时；药品采购程序不规范", issued=False, facts=("甲", "乙"))
    url = reverse("finding_split", args=[finding.pk])
    page = office.get(url).content.decode()
    assert "\n专项资金拨付不及时</textarea>" in page
    assert "\n药品采购程序不规范</textarea>" in page
    assert "第3条" in office.post(url, {"parts": "2", "arrange": "add"}).content.decode()
    sent = {"version": "1", "parts": "2", "part-0-statement": "专项资金拨付不及时", "part-0-facts": "甲\r\n乙"}
    refused = office.post(url, sent)
    assert refused.status_code == 422
    assert 'href="#field-parts-1-statement"' in refused.content.decode()
    assert office.post(url, sent | {"part-1-statement": "药品采购程序不规范"}).status_code == 302
    assert Finding.objects.filter(state="draft").count() == 2


def test_several_are_merged_by_number(office: Client, make_finding: Any) -> None:
    one, two = make_finding("问题甲", issued=False), make_finding("问题乙较长的一条", issued=False)
    url = reverse("findings_merge")
    page = office.get(url, {"finding": one.pk}).content.decode()
    assert "至少列出" in page
    page = office.post(url, {"finding": one.pk, "numbers": f"{two.number}，14-8-无-001", "look": "1"}).content.decode()
    assert "\n问题乙较长的一条</textarea>" in page
    assert "14-8-无-001" in page
    sent = {"finding": [one.pk, two.pk], "statement": "合并", "facts": "甲\n乙"}
    assert office.post(url, sent | {f"version-{one.pk}": "9"}).status_code == 409
    assert office.post(url, sent).status_code == 302
    new = Finding.objects.get(state="draft")
    assert [fact.text for fact in new.manifestations.all()] == ["甲", "乙"]


def test_a_withdrawn_finding_is_not_edited_and_can_be_restored(office: Client, make_finding: Any) -> None:
    finding = make_finding(issued=False)
    office.post(reverse("finding_withdraw", args=[finding.pk]), {"version": "1"})
    assert office.get(reverse("finding_edit", args=[finding.pk])).status_code == 302
    assert "恢复草稿" in office.get(reverse("finding", args=[finding.pk])).content.decode()
    office.post(reverse("finding_restore", args=[finding.pk]), {"version": "2"})
    finding.refresh_from_db()
    assert finding.state == "draft"
