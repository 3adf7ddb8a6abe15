"""Closure in the browser: the queue side by side, verdicts on many, and what the second person is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.rectification.put_right import MakeItem, make_done, make_item, make_measure
from tests.web.rectification.test_claim_pages import client_of
from xuncha.rectification.actions.closing import take_step
from xuncha.rectification.actions.reporting import Report, report_progress
from xuncha.rectification.models import ClosureStep, PaperFlag, Rectification, SiteCheck

__all__ = ["make_done", "make_item", "make_measure"]

QUEUE = "/rectification/closing/"
DECIDE = "/rectification/closing/decide/"


@pytest.fixture
def applied(make_done: MakeItem, unit_secretary: Any) -> list[Rectification]:
    """Two items applied for."""
    items = [make_done(), make_done()]
    return take_step({item.pk: item.version for item in items}, act="apply", words="属实", actor=unit_secretary)


def form(act: str, *items: Rectification, **more: Any) -> dict[str, Any]:
    versions = {f"version-{item.pk}": item.version for item in items}
    return {"act": act, "chosen": [item.pk for item in items], **versions, "confirm": "1", **more}


def test_a_secretary_applies_for_many_on_one_page(make_done: MakeItem, unit_secretary: Any) -> None:
    client, items = client_of(unit_secretary), [make_done(), make_done()]
    assert [row["item"].pk for row in client.get(QUEUE).context["rows"]] == [item.pk for item in items]
    preview = {name: value for name, value in form("apply", *items).items() if name != "confirm"}
    shown = client.post(DECIDE, preview)
    assert shown.status_code == 200 and len(shown.context["rows"]) == 2
    assert client.post(DECIDE, form("apply", *items, words="属实")).status_code == 302
    assert set(Rectification.objects.values_list("closure", flat=True)) == {"applied"}


def test_finding_measures_evidence_and_history_stand_side_by_side(applied: Any, reviewer: Any) -> None:
    answer = client_of(reviewer).get(QUEUE)
    row = answer.context["rows"][0]
    assert row["measures"][0]["evidence"] and row["steps"][0].said == "属实"
    assert row["finding"].statement in answer.content.decode()


def test_the_second_person_sees_what_changed_and_nothing_is_overwritten(
    applied: Any, reviewer: Any, staff: Any
) -> None:
    first, second = applied
    seen = form("pass", first, second, words="两项均已核对")
    client_of(reviewer).post(DECIDE, form("return", first, words="凭证不全，请补充"))
    answer = client_of(staff).post(DECIDE, seen)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "两项均已核对" in page
    assert [row["item"].pk for row in answer.context["left_out"]] == [first.pk]
    second.refresh_from_db()
    assert second.closure == "applied"


def test_a_return_marks_measures_and_the_unit_reads_why(applied: Any, reviewer: Any, liaison: Any) -> None:
    item = applied[0]
    measure = item.measures.get()
    client_of(reviewer).post(DECIDE, form("return", item, words="凭证不全，请补充", marked=[measure.pk]))
    page = client_of(liaison).get(f"/rectification/items/{item.pk}/").content.decode()
    assert "凭证不全，请补充" in page
    measure.refresh_from_db()
    assert measure.progress == "under_way"


def test_a_check_on_the_spot_is_recorded_on_the_page_of_the_item(applied: Any, reviewer: Any) -> None:
    item, client = applied[0], client_of(reviewer)
    address = f"/rectification/items/{item.pk}/site-check/"
    data = {"version": item.version, "on": "2026-09-20", "who": "程砚", "words": ""}
    answer = client.post(address, data)
    assert answer.status_code == 422 and "程砚" in answer.content.decode()
    assert client.post(address, data | {"words": "已到账"}).status_code == 302
    assert SiteCheck.objects.get().who == "程砚"
    assert client.post(address, data | {"words": "又看一次"}).status_code == 409


def test_the_desk_says_what_waits_for_whom(
    applied: Any, reviewer: Any, staff: Any, unit_secretary: Any, liaison: Any
) -> None:
    take_step({applied[0].pk: applied[0].version}, act="pass", actor=reviewer)
    hands = {
        user.username: [row["url"] for row in client_of(user).get("/").context["hands"]]
        for user in (reviewer, staff, unit_secretary, liaison)
    }
    assert hands == {
        "reviewer": [f"{QUEUE}?heap=to_verify"],
        "staff": [f"{QUEUE}?heap=to_verify", f"{QUEUE}?heap=verified"],
        "unit_secretary": [],
        "liaison": [],
    }
    assert ClosureStep.objects.count() == 3


def test_the_queue_asks_as_often_for_many_as_for_few(make_done: MakeItem, unit_secretary: Any, reviewer: Any) -> None:
    def asked() -> int:
        client = client_of(reviewer)
        client.get(QUEUE)
        with CaptureQueriesContext(connection) as asked:
            client.get(QUEUE)
        return len(asked)

    def apply(number: int) -> None:
        items = [make_done() for _ in range(number)]
        take_step({item.pk: item.version for item in items}, act="apply", actor=unit_secretary)

    apply(2)
    few = asked()
    apply(4)
    assert asked() == few


def test_signs_of_paper_only_stand_with_both_texts_and_are_noted(
    make_item: MakeItem, make_measure: Any, education: Any, liaison: Any, other_liaison: Any, reviewer: Any
) -> None:
    words = "高度重视，召开专题会议2次，对资金拨付进行全面排查，建立长效机制"
    theirs, mine = make_measure(make_item(unit=education)), make_measure(make_item())
    report_progress([Report(theirs.pk, "under_way", words, timezone.localdate(), 1)], actor=other_liaison)
    report_progress([Report(mine.pk, "under_way", words, timezone.localdate(), 1)], actor=liaison)
    address = f"/rectification/items/{mine.rectification_id}/"
    client = client_of(reviewer)
    page = client.get(address).content.decode()
    assert "教育局" in page and "重合100%" in page
    assert "教育局" not in client_of(liaison).get(address).content.decode()
    flag = PaperFlag.objects.get(kind="same_text", rectification=mine.rectification)
    note = f"/rectification/flags/{flag.pk}/"
    assert client.post(note, {"outcome": "ask", "reason": "", "seen": ""}).status_code == 422
    assert client.post(note, {"outcome": "ask", "reason": "请说明", "seen": ""}).status_code == 302
    answer = client.post(note, {"outcome": "no_matter", "reason": "相同", "seen": ""})
    assert answer.status_code == 409 and "请说明" in answer.content.decode()


def test_what_is_written_to_some_items_is_not_offered_for_others(applied: Any, reviewer: Any) -> None:
    client, keys = client_of(reviewer), set()
    for item in applied:
        preview = {name: value for name, value in form("return", item).items() if name != "confirm"}
        keys.add(client.post(DECIDE, preview).context["draft"])
    assert len(keys) == 2
