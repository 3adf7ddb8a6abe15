"""The plan in the browser: the list, the three lists on one page, the forms."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.rectification.planned import items, measure_of, measures, plan
from xuncha.rectification.models import Measure, Plan, Rectification

__all__ = ["items", "measures", "plan"]


@pytest.fixture
def client(liaison: Any) -> Client:
    """The liaison of the health bureau."""
    client = Client()
    client.force_login(liaison)
    return client


def form(number: int = 0, **changed: Any) -> dict[str, Any]:
    return {name: value or "" for name, value in measure_of(number, **changed).items()}


def test_a_unit_begins_its_plan_from_the_list(client: Client, items: list[Rectification]) -> None:
    page = client.get("/rectification/plans/")
    assert [row["may_begin"] for row in page.context["rows"]] == [True]
    answer = client.post("/rectification/plans/begin/", {"unit": items[0].unit_id, "round": items[0].round_id})
    assert answer["Location"] == f"/rectification/plans/{Plan.objects.get().pk}/"


def test_the_page_holds_the_three_lists_and_what_is_missing(
    client: Client, plan: Plan, measures: list[Measure]
) -> None:
    Measure.objects.filter(pk=measures[0].pk).update(person="", goal="")
    page = client.get(f"/rectification/plans/{plan.pk}/")
    assert [len(block["rows"]) for block in page.context["blocks"]] == [1, 1, 1]
    assert page.context["missing"] == 2
    words = page.content.decode()
    assert "缺：责任人、目标" in words and "追回违规发放补助11笔" in words
    assert "3个问题、3条措施，已完成0条" in words


def test_it_is_narrowed_to_a_section_and_to_what_is_not_closed(
    client: Client, plan: Plan, measures: list[Measure]
) -> None:
    Measure.objects.filter(pk=measures[1].pk).update(lead_section="医政科")
    page = client.get(f"/rectification/plans/{plan.pk}/?section=医政科")
    assert [block["rows"][0]["measure"].pk for block in page.context["blocks"]] == [measures[1].pk]
    closed = Rectification.objects.filter(pk=measures[1].rectification_id)
    closed.update(closure="closed", progress="done", closed_on="2026-10-01")
    page = client.get(f"/rectification/plans/{plan.pk}/?show=open")
    assert len(page.context["blocks"]) == 2
    page = client.get(f"/rectification/plans/{plan.pk}/?show=open&section=医政科")
    assert page.context["blocks"] == [] and "没有符合" in page.content.decode()


def test_a_measure_is_added_and_another_begun(client: Client, plan: Plan, items: list[Rectification]) -> None:
    address = f"/rectification/plans/items/{items[0].pk}/measures/"
    assert client.get(address).status_code == 200
    answer = client.post(address, {**form(), "again": "1"})
    assert answer["Location"] == address
    made = Measure.objects.get()
    assert (made.text, made.person, str(made.due_on)) == ("清算并拨付滞留资金", "白一帆", "2026-10-30")
    answer = client.post(address, form(1))
    assert answer["Location"].startswith(f"/rectification/plans/{plan.pk}/#measure-")


def test_what_was_typed_stays_beside_its_faults(client: Client, plan: Plan, items: list[Rectification]) -> None:
    address = f"/rectification/plans/items/{items[0].pk}/measures/"
    answer = client.post(address, form(text="", person="程野"))
    assert answer.status_code == 422 and [line[0] for line in answer.context["faults"]] == ["id_text"]
    assert "程野" in answer.content.decode()
    answer = client.post(address, form(due_on="十月"))
    assert answer.status_code == 422 and [line[0] for line in answer.context["faults"]] == ["id_due_on"]


def test_of_two_who_edit_the_second_sees_what_the_first_wrote(client: Client, measures: list[Measure]) -> None:
    address = f"/rectification/plans/measures/{measures[0].pk}/"
    assert client.post(address, {**form(person="石清"), "version": 1}).status_code == 302
    answer = client.post(address, {**form(person="程野"), "version": 1})
    assert answer.status_code == 409
    assert [words for _label, words in answer.context["conflict"]] == ["石清"]
    assert "程野" in answer.content.decode() and Measure.objects.get(pk=measures[0].pk).person == "石清"
    again = client.post(address, {**form(person="程野"), "version": answer.context["measure"].version})
    assert again.status_code == 302 and Measure.objects.get(pk=measures[0].pk).person == "程野"


def test_a_plan_out_of_hand_says_why_nothing_changes(client: Client, plan: Plan, measures: list[Measure]) -> None:
    Plan.objects.update(state="approved")
    answer = client.post(f"/rectification/plans/measures/{measures[0].pk}/", {**form(person="石清"), "version": 1})
    assert answer.status_code == 409 and "已批准" in answer.content.decode()
    page = client.get(f"/rectification/plans/{plan.pk}/")
    assert page.context["points"] == [] and not page.context["is_open"]


def test_the_texts_are_written_on_a_page_of_their_own(client: Client, plan: Plan) -> None:
    address = f"/rectification/plans/{plan.pk}/texts/"
    assert "许怀谷" in client.get(address).content.decode()
    sent = {"first_responsible": "许怀谷", "leading_group": "组长许怀谷", "version": plan.version}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, {**sent, "leading_group": "另一稿"}).status_code == 409
    assert Plan.objects.get().leading_group == "组长许怀谷"


def test_a_measure_moves_and_leaves(client: Client, measures: list[Measure], plan: Plan) -> None:
    pk = measures[0].pk
    moved = client.post(f"/rectification/plans/measures/{pk}/move/", {"version": 1, "way": "up"})
    assert moved["Location"] == f"/rectification/plans/{plan.pk}/#measure-{pk}"
    client.post(f"/rectification/plans/measures/{pk}/remove/", {"version": 1})
    assert not Measure.objects.filter(pk=pk).exists()


def test_a_bar_is_moved_by_keys_and_by_hand(client: Client, measures: list[Measure]) -> None:
    def send(**sent: Any) -> Any:
        scale = {"first": "2026-08-24", "last": "2026-11-29"}
        return client.post(f"/rectification/plans/measures/{measures[0].pk}/dates/", {**scale, **sent})

    assert send(by="1", version=1).status_code == 200
    moved = Measure.objects.get(pk=measures[0].pk)
    assert (str(moved.starts_on), str(moved.due_on)) == ("2026-09-16", "2026-11-02")
    assert send(by="-1", end="1", version=2).status_code == 200
    assert str(Measure.objects.get(pk=moved.pk).due_on) == "2026-10-30"
    answer = send(starts_on="2026-10-12", due_on="2026-11-30", version=3)
    assert answer.status_code == 200 and "晚于2026-11-26" in answer.content.decode()
    assert f'id="when-{moved.pk}" hx-swap-oob="true"' in answer.content.decode()


def test_a_bar_that_cannot_be_moved_says_why(client: Client, measures: list[Measure], plan: Plan) -> None:
    def send(**sent: Any) -> Any:
        scale = {"first": "2026-08-24", "last": "2026-11-29"}
        return client.post(f"/rectification/plans/measures/{measures[0].pk}/dates/", {**scale, **sent})

    answer = send(by="1", version=7)
    assert answer.status_code == 409 and "已被他人修改" in answer.content.decode()
    answer = send(starts_on="2026-10-12", due_on="2026-10-01", version=1)
    assert answer.status_code == 422
    assert send(by="x", version=1).status_code == 422
    Plan.objects.update(state="approved")
    answer = send(by="1", version=1)
    assert answer.status_code == 409 and "已批准" in answer.content.decode()
    assert "data-bar" not in answer.content.decode()
    assert client.post(f"/rectification/plans/measures/{measures[0].pk}/dates/", {"by": "1"}).status_code == 404
    assert str(Measure.objects.get(pk=measures[0].pk).due_on) == "2026-10-30"
