"""The page of a review and what it sends back after each step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.findings.reviewed import FEEDBACK, JOINT, make_paper
from xuncha.findings.actions import reshaping, reviewing
from xuncha.findings.models import Draft, DraftChange, Paper, Presence
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security.models import User


@pytest.fixture
def paper(staff: User, round_8: Round, tmp_path: Path) -> Paper:
    """A feedback with four findings; the third reads like two."""
    return make_paper(staff, tmp_path)


@pytest.fixture
def office(staff: User) -> Client:
    """One of the office's staff, in Chinese."""
    client = Client()
    client.force_login(staff)
    return client


def url(paper: Paper, draft: Draft | None = None, act: str = "") -> str:
    own = f"drafts/{draft.pk}/" if draft is not None else ""
    return f"/papers/{paper.pk}/review/{own}{act + '/' if act else ''}"


def item(paper: Paper, label: str) -> Draft:
    return paper.drafts.get(label=label)


def step(client: Client, paper: Paper, draft: Draft, act: str, **data: Any) -> Any:
    sent = {"version": draft.version, "since": 0, "order": "paper", **data}
    return client.post(url(paper, draft, act), sent, headers={"HX-Request": "true"})


def test_the_page_shows_the_paper_and_opens_the_first_finding_nobody_looked_at(paper: Paper, office: Client) -> None:
    page = office.get(url(paper)).content.decode()
    assert "已核0" in page and "确认入账（还差4条）" in page
    assert f'<span class="said-found said-unsure" data-draft="{item(paper, "3").pk}">' in page
    assert f'id="draft-{item(paper, "1").pk}"' in page
    assert page.count("tree-row is-here") == 1


def test_it_opens_where_one_left_off(paper: Paper, office: Client, staff: User) -> None:
    office.get(url(paper) + f"?draft={item(paper, '4').pk}")
    assert Presence.objects.get(user=staff).draft == item(paper, "4")
    again = office.get(url(paper))
    assert again.context["here"] == item(paper, "4").pk


def _long(paper: Paper, staff: User, count: int) -> None:
    model = item(paper, "2")
    Draft.objects.bulk_create(
        Draft(
            paper=paper,
            position=100 + n,
            group=model.group,
            label=str(100 + n),
            statement=model.statement,
            start=model.start,
            end=model.end,
            evidence=model.evidence,
            category=model.category,
        )
        for n in range(count)
    )


@pytest.mark.parametrize("count", [10, 300])
def test_the_page_costs_the_same_queries_however_long_the_paper(
    count: int, paper: Paper, office: Client, staff: User, django_assert_max_num_queries: Any
) -> None:
    _long(paper, staff, count)
    office.get(url(paper))
    with django_assert_max_num_queries(24):
        assert office.get(url(paper)).status_code == 200


def test_a_step_costs_the_same_queries_however_long_the_paper(paper: Paper, office: Client, staff: User) -> None:
    costs = []
    for label in ("1", "2"):
        office.get(url(paper))
        with CaptureQueriesContext(
            connection,
        ) as made:
            assert step(office, paper, item(paper, label), "accept", next=item(paper, "4").pk).status_code == 200
        costs.append(len(made))
        _long(paper, staff, 300)
    assert costs[0] == costs[1] <= 40, costs


def test_a_step_sends_only_what_changed_and_opens_the_next(paper: Paper, office: Client) -> None:
    first, second = item(paper, "1"), item(paper, "2")
    answer = step(office, paper, first, "accept", next=second.pk).content.decode()
    assert f'id="draft-{first.pk}"' in answer and "is-checked" in answer
    assert f'id="draft-{second.pk}"' in answer and "is-here" in answer
    assert f'id="draft-{item(paper, "4").pk}"' not in answer
    assert "已核1" in answer and "撤销：采纳第1条" in answer


def test_without_script_a_step_leads_back_to_the_page(paper: Paper, office: Client) -> None:
    answer = office.post(url(paper, item(paper, "1"), "accept"), {"version": 1})
    assert answer.status_code == 302
    assert answer["Location"] == url(paper) + f"?draft={item(paper, '2').pk}"
    form = office.get(url(paper, item(paper, "2"), "edit")).content.decode()
    assert 'name="statement"' in form and "确认入账" in form


def test_a_split_sends_its_part_and_the_words_marked_anew(paper: Paper, office: Client) -> None:
    third = item(paper, "3")
    place = f"0:{third.statement.index('且')}"
    answer = step(office, paper, third, "split", place=place).content.decode()
    assert f'id="draft-{item(paper, "3-2").pk}"' in answer
    assert 'id="b' in answer and f'data-no="{item(paper, "3-2").pk}"' in answer
    seen = DraftChange.objects.latest("pk").pk
    undone = office.post(url(paper, act="undo"), {"since": seen}, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-swap-oob="delete"' in undone


def test_what_somebody_else_changed_comes_back_as_a_choice_with_what_was_typed(
    paper: Paper, office: Client, head: User
) -> None:
    draft = item(paper, "1")
    reviewing.edit(draft.pk, changes={"statement": "主任改过的表述"}, version=1, actor=head)
    answer = step(office, paper, draft, "edit", statement="我改的表述", holds="leader", leader="我写的领导")
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in (draft.statement, "主任改过的表述", "我改的表述", "我写的领导", "陆衡"):
        assert words in page
    draft.refresh_from_db()
    assert draft.statement == "主任改过的表述"
    again = step(office, paper, draft, "edit", statement="我改的表述", holds="leader", leader="我写的领导")
    assert again.status_code == 200
    draft.refresh_from_db()
    assert (draft.statement, draft.stated["leader"]) == ("我改的表述", "我写的领导")


def test_what_is_gone_is_said_and_nothing_breaks(paper: Paper, office: Client, head: User) -> None:
    second = item(paper, "2")
    office.get(url(paper))
    reshaping.merge(second.pk, version=1, actor=head)
    answer = step(office, paper, second, "accept")
    assert answer.status_code == 409
    assert "本条已不存在" in answer.content.decode()
    assert f'<li id="draft-{second.pk}" hx-swap-oob="delete">' in answer.content.decode()


def test_faults_stand_beside_their_fields_and_what_was_typed_stays(paper: Paper, office: Client) -> None:
    answer = step(office, paper, item(paper, "1"), "edit", statement=" ", evidence="留下的事实", holds="evidence")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("请写明问题；如不入账，请用“舍弃”。") == 2
    assert "留下的事实" in page and "有1处需要改正" in page
    assert item(paper, "1").state == "unseen"


@pytest.mark.parametrize(
    ("state", "words"),
    [("discarded", "已弃用"), ("waiting", "尚未读取"), ("failed", "未能读取"), ("entered", "已经入账")],
)
def test_a_review_that_is_over_says_what_became_of_the_paper(
    state: str, words: str, paper: Paper, office: Client
) -> None:
    draft = item(paper, "1")
    Paper.objects.update(state=state)
    assert words in office.get(url(paper)).content.decode()
    answer = step(office, paper, draft, "accept")
    assert (answer.status_code, answer["HX-Refresh"]) == (409, "true")


def test_news_of_others_is_sent_once_and_silence_costs_nothing(paper: Paper, office: Client, head: User) -> None:
    office.get(url(paper))
    other = Client()
    other.force_login(head)
    other.get(url(paper) + f"?draft={item(paper, '3').pk}")
    step(other, paper, item(paper, "4"), "accept", next=item(paper, "3").pk)
    sent = {"since": 0, "seen": "0|", "here": item(paper, "1").pk}
    news = office.post(url(paper, act="presence"), sent, headers={"HX-Request": "true"})
    page = news.content.decode()
    assert "另有 陆衡 正在核对第2部分" in page and "陆衡核对中" in page
    assert f'id="draft-{item(paper, "4").pk}"' in page and "is-here" not in page
    seen = news.context["standing"].seen
    silent = office.post(url(paper, act="presence"), {**sent, "seen": seen}, headers={"HX-Request": "true"})
    assert silent.status_code == 204


def test_joint_feedback_shows_its_words_for_units_and_the_private_note_as_private(
    staff: User, round_8: Round, education: Unit, office: Client, tmp_path: Path
) -> None:
    paper = make_paper(staff, tmp_path, JOINT, "讲话.txt")
    draft = item(paper, "1")
    reviewing.note_seen_at(draft.pk, notes=[{"unit": education.pk, "note": "抽查"}], version=1, actor=staff)
    page = office.get(url(paper) + f"?draft={draft.pk}").content.decode()
    assert "“有的单位”" in page and "本文件反馈的全部单位" in page
    assert "教育局（抽查）" in page and "仅巡察办可见" in page
    form = office.get(url(paper, draft, "addressees"), headers={"HX-Request": "true"}).content.decode()
    assert "本轮全部单位" in form and 'name="units"' in form


def test_words_of_the_paper_cannot_command_the_page(
    staff: User, round_8: Round, office: Client, tmp_path: Path
) -> None:
    text = FEEDBACK.replace("理论学习不深入", "理论学习<script>alert(1)</script>不深入")
    paper = make_paper(staff, tmp_path, text, "<b>.txt")
    page = office.get(url(paper)).content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("order", ["first", "only"])
def test_unsure_ones_stand_first_or_alone_when_asked_for(order: str, paper: Paper, office: Client) -> None:
    tree = office.get(url(paper) + f"?order={order}&draft={item(paper, '3').pk}", headers={"HX-Request": "true"})
    sections = tree.context["sections"]
    assert [row.label for row in sections[0].rows] == ["3"]
    assert (len(sections) == 1) is (order == "only")


def test_the_whole_of_a_long_review_is_sent_as_a_tree(paper: Paper, office: Client, staff: User) -> None:
    _long(paper, staff, 100)
    answer = office.post(url(paper, act="accept"), {"since": 0}, headers={"HX-Request": "true"}).content.decode()
    assert 'id="tree" hx-swap-oob="true"' in answer
    assert "已核103" in answer


def test_sentences_in_no_finding_are_offered_and_taken_in(paper: Paper, office: Client) -> None:
    asked = office.get(url(paper, act="add"), headers={"HX-Request": "true"})
    left = [sentence.text for sentence in asked.context["left"]]
    assert any(words.startswith("根据县委统一部署") for words in left)
    assert not any("理论学习中心组" in words for words in left)
    sentence = asked.context["left"][1]
    answer = office.post(
        url(paper, act="add"), {"since": 0, "place": f"{sentence.start}-{sentence.end}"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert item(paper, "5").state == "accepted"


def test_a_draft_of_another_paper_is_not_there(paper: Paper, staff: User, office: Client, tmp_path: Path) -> None:
    other = make_paper(staff, tmp_path, name="另一份.txt")
    assert step(office, paper, item(other, "1"), "accept").status_code == 404
    assert office.get(url(paper, item(other, "1"))).status_code == 404
