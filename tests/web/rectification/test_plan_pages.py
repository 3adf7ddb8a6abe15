"""The plan in the browser: the list, the three lists on one page, the forms."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.rectification.planned import items, measure_of, measures, plan
from tests.rectification.test_reviewing_plans import set_rule, submit
from xuncha.findings.models import Stated
from xuncha.rectification.models import Measure, Plan, Rectification
from xuncha.security import trail

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


@pytest.fixture
def reviewed(plan: Plan, measures: list[Measure], unit_secretary: Any, head: Any) -> Plan:
    """The plan, submitted to team, reviewer and office."""
    set_rule(head)
    return submit(plan, unit_secretary)


def of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_secretary_submits_from_the_page_and_it_says_what_is_missing(
    client: Client, plan: Plan, measures: list[Measure], unit_secretary: Any
) -> None:
    address = f"/rectification/plans/{plan.pk}/"
    assert "由党组织书记报送" in client.get(address).content.decode()
    Measure.objects.filter(pk=measures[0].pk).update(person="")
    page = of(unit_secretary).get(address)
    assert "报送方案（还差1处）" in page.content.decode()
    of(unit_secretary).post(f"{address}submit/", {"version": page.context["plan"].version})
    assert Plan.objects.get().state == "draft"
    Measure.objects.filter(pk=measures[0].pk).update(person="白一帆")
    of(unit_secretary).post(f"{address}submit/", {"version": page.context["plan"].version})
    assert Plan.objects.get().state == "submitted"
    client.post(f"{address}withdraw/", {"version": Plan.objects.get().version})
    assert Plan.objects.get().state == "draft"


def test_a_reviewer_marks_a_passage_and_the_unit_reads_it_there(
    client: Client, reviewed: Plan, measures: list[Measure], reviewer: Any, head: Any, team_head: Any, staff: Any
) -> None:
    address = f"/rectification/plans/{reviewed.pk}/"
    assert [row["may_review"] for row in of(reviewer).get("/rectification/plans/").context["rows"]] == [True]
    assert "1份方案待审核" in of(reviewer).get("/").content.decode()
    page = of(reviewer).get(f"{address}review/")
    ((party, name, _chosen),) = page.context["parties"]
    place = f"measure.{measures[1].pk}"
    form = {"draft_no": 1, "party": party, "verdict": "return", f"words-{place}": "请列名单"}
    answer = of(reviewer).post(f"{address}review/", {**form, f"quote-{place}": "没有的话"})
    assert answer.status_code == 422 and "请列名单" in answer.content.decode()
    assert of(reviewer).post(f"{address}review/", {**form, f"quote-{place}": "3家医院"}).status_code == 302
    assert of(reviewer).get(f"{address}review/").status_code == 403
    for user in (head, team_head):
        key = of(user).get(f"{address}review/").context["parties"][0][0]
        of(user).post(f"{address}review/", {"draft_no": 1, "party": key, "verdict": "approve"})
    assert Plan.objects.get().state == "returned" and name == "宣传部"
    words = client.get(address).content.decode()
    assert "请列名单" in words and "方案已退回" in words and "方案已退回" in client.get("/").content.decode()
    # What the unit writes now is its own; the office reads the draft.
    Measure.objects.filter(pk=measures[1].pk).update(text="改过的措施")
    assert "改过的措施" in client.get(address).content.decode()
    assert "改过的措施" not in of(staff).get(address).content.decode()


def test_what_was_written_since_a_draft_is_shown_word_by_word(
    client: Client, reviewed: Plan, measures: list[Measure], staff: Any, head: Any
) -> None:
    address = f"/rectification/plans/{reviewed.pk}/"
    client.post(f"{address}withdraw/", {"version": Plan.objects.get().version})
    Measure.objects.filter(pk=measures[1].pk).update(person="石清")
    page = client.get(f"{address}compare/?from=1")
    assert "<del>白一帆</del><ins>石清</ins>" in page.content.decode()
    assert of(staff).get(f"{address}compare/?from=1").context["changes"] == []
    assert client.get(f"{address}compare/?from=9").status_code == 404


def test_the_office_sets_who_reviews(head: Any, staff: Any, reviewer: Any) -> None:
    page = of(head).get("/rectification/plans/rule/?set=five")
    assert [row["party"].name for row in page.context["rows"]][:5] == [
        "巡察组",
        "纪委监委",
        "组织部",
        "宣传部",
        "巡察办",
    ]
    rows = {"name": ["巡察组", ""], "name_en": ["", ""], "role": ["team_head", "office"], "version": 1}
    assert of(head).post("/rectification/plans/rule/", {**rows, "in_order": "1"}).status_code == 302
    answer = of(staff).post("/rectification/plans/rule/", rows)
    assert answer.status_code == 409
    answer = of(staff).post("/rectification/plans/rule/", {**rows, "name": ["", ""], "version": 2})
    assert answer.status_code == 422
    assert "巡察组" in of(reviewer).get("/rectification/plans/rule/").content.decode()


def test_the_plan_leaves_as_a_workbook_of_four_sheets_and_the_trail_says_so(
    client: Client, plan: Plan, measures: list[Measure]
) -> None:
    Measure.objects.filter(pk=measures[0].pk).update(text='=HYPERLINK("http://x")', progress="done")
    Measure.objects.filter(pk=measures[2].pk).delete()
    answer = client.post(f"/rectification/plans/{plan.pk}/export/")
    book = load_workbook(io.BytesIO(answer.getvalue()))
    assert book.sheetnames == ["问题清单", "任务清单", "责任清单", "时间表"]
    cells = [cell for row in book["任务清单"].iter_rows() for cell in row if cell.value]
    formula = next(cell for cell in cells if str(cell.value).startswith("=HYPERLINK"))
    assert formula.data_type == "s" and "尚无措施" in [cell.value for cell in cells]
    marks = {cell.value for row in book["时间表"].iter_rows(min_col=6) for cell in row}
    assert {"■", "□", "◇"} <= marks
    assert book["时间表"].page_setup.orientation == "landscape"
    assert trail.history_of(plan)[0].act == "export_plan"


def test_a_draft_is_made_of_what_the_papers_state(client: Client, plan: Plan, items: list[Rectification]) -> None:
    Stated.objects.create(finding=items[0].finding, department="财务科", measures=[{"text": "清算拨付滞留资金"}])
    address = f"/rectification/plans/{plan.pk}/papers/"
    assert "原文已写明措施" in client.get(f"/rectification/plans/{plan.pk}/").content.decode()
    assert "清算拨付滞留资金" in client.get(address).content.decode()
    assert client.post(address).status_code == 422
    assert client.post(address, {"chosen": items[0].pk}).status_code == 302
    assert Measure.objects.get().lead_section == "财务科"
    assert "没有可取用的措施" in client.get(address).content.decode()


def test_what_a_colleague_changed_or_took_out_meanwhile_is_said_and_words_stay(
    client: Client, plan: Plan, measures: list[Measure]
) -> None:
    first = measures[0]
    place = f"/rectification/plans/measures/{first.pk}/"
    for act in ("move", "remove"):
        answer = client.post(f"{place}{act}/", {"version": 7, "way": "down"})
        assert (answer.status_code, answer["Location"]) == (302, place)
    typed = form(0, text="写了很久的措施") | {"version": 1, "item": first.rectification_id}
    first.delete()
    gone = client.post(place, typed)
    assert gone.status_code == 409 and "写了很久的措施" in gone.content.decode()
    assert f'action="/rectification/plans/items/{typed["item"]}/measures/"' in gone.content.decode()
