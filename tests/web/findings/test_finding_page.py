"""The page of one finding: what each may see of it, at what cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import make_unit
from tests.findings.sourced import BEFORE, FACTS, STATEMENT, TEXT, paper_of
from xuncha.findings.actions import editing
from xuncha.findings.actions.addressing import attribute_finding
from xuncha.findings.actions.succeeding import Part, split_finding
from xuncha.findings.models import Feedback, Recipient, Requirement, Stated
from xuncha.rounds.models import Round


def shown(person: Any, finding: Any, name: str = "finding", **params: str) -> str:
    client = Client()
    client.force_login(person)
    response = client.get(reverse(name, args=[finding.pk]), params)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def sourced(make_finding: Any, staff: Any) -> Any:
    finding = make_finding(STATEMENT, facts=FACTS)
    paper_of(finding, staff)
    return finding


def test_the_office_sees_the_sentence_in_its_paragraph_with_page_and_paper(cast: Any, sourced: Any) -> None:
    page = shown(cast.staff, sourced)
    assert f"<mark>{STATEMENT}</mark>" in page
    assert BEFORE in page
    assert "第3页第2段" in page
    assert "反馈意见.docx" in page
    assert "食堂" not in page


def test_a_unit_sees_the_sentence_alone(cast: Any, sourced: Any) -> None:
    page = shown(cast.liaison, sourced)
    assert f"<mark>{STATEMENT}</mark>" in page
    assert FACTS[1] in page
    for hidden in (BEFORE, "反馈意见.docx", "食堂", "修改记录", "顾青岚"):
        assert hidden not in page


def test_the_paper_is_shown_around_the_place(cast: Any, sourced: Any) -> None:
    page = shown(cast.reviewer, sourced, "finding_source")
    assert f"<mark>{STATEMENT}</mark>" in page
    assert f'<mark class="fact">{FACTS[0]}</mark>' in page
    assert 'id="place"' in page
    assert "第3页" in page
    assert all(line[:10] in page for line in TEXT.split("\n"))


def test_no_other_unit_is_named_to_a_unit_anywhere(
    cast: Any, make_finding: Any, health: Any, education: Any, hospital: Any
) -> None:
    finding = make_finding(
        "部分单位资金滞留", unit=None, units=[health, education], issued=False, facts=("有的超过120天",)
    )
    Stated.objects.create(finding=finding, department="教育局财务股", person="柳长风")
    attribute_finding(finding.pk, [{"unit": hospital.pk, "note": "见于人民医院药库"}], version=None, actor=cast.staff)
    editing.edit_finding(finding.pk, changes={"stated_leader": "何远之"}, version=None, actor=cast.head)
    finding.refresh_from_db()
    finding.feedback = Feedback.objects.create(
        round=finding.round,
        kind="joint",
        title="集中反馈意见",
        issued_at="2026-08-26T09:00:00+08:00",
        issued_by=cast.head,
    )
    Recipient.objects.bulk_create(Recipient(feedback=finding.feedback, unit=unit) for unit in (health, education))
    Requirement.objects.create(feedback=finding.feedback, title="教育局牵头报送")
    finding.state = "issued"
    finding.save()
    page = shown(cast.liaison, finding)
    assert "县卫生健康局" in page
    assert "集中反馈意见" in page
    for hidden in ("教育局", "医院", "药库", "何远之", "柳长风", "陆衡", "顾青岚", "见于", "2个单位"):
        assert hidden not in page, hidden
    office = shown(cast.staff, finding)
    for known in ("县教育局", "见于人民医院药库", "何远之", "柳长风", "教育局牵头报送"):
        assert known in office, known
    client = Client()
    client.force_login(cast.liaison)
    for name in ("finding_history", "finding_source"):
        answer = client.get(reverse(name, args=[finding.pk]))
        assert answer.status_code == 403
        assert "教育局" not in answer.content.decode()


def test_a_unit_knows_the_number_its_finding_was_fed_back_under(cast: Any, make_finding: Any) -> None:
    finding = make_finding()
    parts = (Part("资金拨付不及时"), Part("台账不全"))
    one, _ = split_finding(finding.pk, parts, version=1, actor=cast.staff, reason="内部理由")
    page = shown(cast.liaison, one)
    assert finding.number in page
    assert "内部理由" not in page
    assert "内部理由" in shown(cast.staff, finding)
    assert one.number in shown(cast.staff, finding)


def test_a_draft_is_visibly_one(cast: Any, make_finding: Any) -> None:
    assert "尚未反馈，单位看不到" in shown(cast.staff, make_finding(issued=False))
    assert "尚未反馈，单位看不到" not in shown(cast.staff, make_finding())


def test_history_says_in_words_what_was_and_what_is(cast: Any, make_finding: Any, category: Any) -> None:
    finding = make_finding("资金拨付不及时", issued=False, facts=("甲方拖欠工程款",))
    editing.edit_finding(
        finding.pk,
        changes={
            "statement": "资金拨付很不及时",
            "category_id": None,
            "severity": "high",
            "facts": [{"text": "甲方拖欠工程尾款"}, {"text": "另一处"}],
        },
        version=None,
        reason="核对原文",
        actor=cast.head,
    )
    page = shown(cast.staff, finding)
    for words in (
        "资金拨付<ins>很</ins>不及时",
        f"<del>{category.name}</del>",
        "<ins>严重</ins>",
        "<ins>尾</ins>",
        "<ins>另一处</ins>",
    ):
        assert words in page, words
    assert "核对原文" in page
    assert "陆衡" in shown(cast.reviewer, finding, "finding_history")


def test_earlier_findings_that_say_the_same_are_shown_to_the_office(
    cast: Any, make_finding: Any, round_8: Any, education: Any
) -> None:
    earlier = Round.objects.create(term=round_8.term, number=5)
    old = make_finding("公共卫生服务专项资金拨付不够及时", round=earlier)
    make_finding("食堂采购不规范", round=earlier, unit=education)
    new = make_finding()
    page = shown(cast.staff, new)
    assert "往轮同类" in page
    assert old.number in page
    assert "食堂" not in page
    assert "往轮同类" not in shown(cast.liaison, new)


def test_it_knows_its_place_in_the_list_it_was_opened_from(cast: Any, make_finding: Any, education: Any) -> None:
    first, second, other = make_finding(), make_finding(), make_finding(unit=education)
    page = shown(cast.staff, second, unit=str(second.unit_id))
    assert "第2条，共2条" in page
    assert f"/ledger/{first.pk}/?unit={second.unit_id}" in page
    assert f"/ledger/{other.pk}/" not in page
    assert f"/ledger/{other.pk}/?unit={second.unit_id}" not in page


def test_the_number_of_queries_does_not_grow(cast: Any, make_finding: Any, health: Any) -> None:
    def load(count: int) -> Any:
        units = [health, *(make_unit(f"单位{count}-{n}") for n in range(count))]
        finding = make_finding(
            f"部分单位资金滞留{count}", unit=None, units=units, facts=tuple(f"事实{n}" for n in range(count))
        )
        attribute_finding(
            finding.pk, [{"unit": unit.pk, "note": "见"} for unit in units], version=None, actor=cast.staff
        )
        for n in range(count):
            editing.edit_finding(finding.pk, changes={"stated_leader": f"何{n}"}, version=None, actor=cast.head)
        return finding

    few, many = load(1), load(6)
    for person, most in ((cast.staff, 28), (cast.liaison, 20)):
        client = Client()
        client.force_login(person)
        counts = []
        for finding in (few, many):
            client.get(reverse("finding", args=[finding.pk]))
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("finding", args=[finding.pk]))
            counts.append(len(asked))
        assert counts[0] == counts[1], counts
        assert counts[0] <= most
