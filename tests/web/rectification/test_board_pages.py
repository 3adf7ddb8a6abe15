"""The board in the browser: figures that agree, zeros printed, each open to its rows, a unit's own alone."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.rectification.laid_down import feedback_to, item_of, part_in
from tests.web.routes.board import stops

__all__ = ["stops"]


def client_of(user: Any) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def test_each_number_of_the_board_opens_as_many_rows(stops: Any, staff: Any) -> None:
    client = client_of(staff)
    page = client.get("/rectification/board/")
    steps = page.context["steps"]
    assert [step["number"] for step in steps] == sorted((step["number"] for step in steps), reverse=True)
    for step in steps:
        if step["url"]:
            assert client.get(step["url"]).context["total"] == step["number"]
        for _word, number, url in step["why"]:
            assert client.get(url).context["total"] == number
    assert page.context["map"].total.number == steps[0]["number"]
    for line in page.context["map"].lines:
        for cell in line.cells:
            if cell.url:
                assert client.get(cell.url).context["total"] == cell.number
    assert client.get(page.context["late_url"]).context["total"] == page.context["whole"].overdue == 1


def test_a_cell_with_something_late_bears_the_mark(stops: Any, staff: Any, category: Any) -> None:
    drawn = client_of(staff).get("/rectification/board/").context["map"]
    marked = {
        (line.label.name, head.label.key)
        for line in drawn.lines
        for head, cell in zip(drawn.heads, line.cells, strict=True)
        if cell.is_late
    }
    assert marked == {("卫健局", category.pk)}


def test_the_label_of_the_rate_says_what_it_is_made_of(stops: Any, staff: Any) -> None:
    page = client_of(staff).get("/rectification/board/").content.decode()
    whole = client_of(staff).get("/rectification/board/").context["whole"]
    assert f"完成率{whole.rate}%（已销号{whole.closed}÷认领和裁定认领{whole.taken_on}）" in page
    assert "不计入已销号" in page


def test_a_unit_sees_its_own_alone(stops: Any, liaison: Any, staff: Any) -> None:
    client = client_of(liaison)
    for place in (
        "/rectification/board/",
        "/rectification/board/rows/",
        f"/rectification/board/rows/?unit={stops.education.pk}",
    ):
        page = client.get(place)
        assert page.status_code == 200
        assert "教育局" not in page.content.decode()
    whole = client_of(staff).get("/rectification/board/").context["whole"].fed_back
    assert client.get("/rectification/board/").context["whole"].fed_back == (whole + 1) // 2


def test_rows_go_on_over_pages(stops: Any, staff: Any) -> None:
    feedback = feedback_to(stops.round, [stops.health], staff)
    for _ in range(60):
        item_of(part_in(feedback, stops.health, staff))
    client = client_of(staff)
    seen: list[int] = []
    url = "/rectification/board/rows/?stop=not_started"
    while url:
        page = client.get(url)
        seen += [row["finding"].pk for row in page.context["rows"]]
        url = "/rectification/board/rows/" + page.context["next_url"] if page.context["next_url"] else ""
    assert len(seen) == len(set(seen)) == page.context["total"]


def test_the_board_asks_as_often_for_many(stops: Any, staff: Any) -> None:
    client = client_of(staff)

    def asked(place: str) -> int:
        client.get(place)
        with CaptureQueriesContext(connection) as found:
            client.get(place)
        # Beside these, a session says now and then when it was last seen.
        return sum("rectification_" in query["sql"] or "findings_" in query["sql"] for query in found)

    places = ("/rectification/board/", "/rectification/board/rows/")
    before = [asked(place) for place in places]
    feedback = feedback_to(stops.round, [stops.health], staff)
    for _ in range(10):
        item_of(part_in(feedback, stops.health, staff), due_on="2026-01-01")
    assert [asked(place) for place in places] == before


def test_from_the_board_a_letter_is_one_press_away_and_the_unit_answers_it(
    stops: Any, staff: Any, liaison: Any, other_liaison: Any
) -> None:
    office, unit = client_of(staff), client_of(liaison)
    row = office.get("/rectification/board/").context["late"][0]
    form = office.get(row["press"]["url"])
    values = form.context["values"]
    bad = office.post("/rectification/letters/send/", {"item": stops.late.pk, "kind": "supervision", "demand": ""})
    assert bad.status_code == 422
    data = {"item": stops.late.pk, "kind": "supervision", "demand": "一周内补齐", "seen": form.context["seen"]}
    sent = office.post("/rectification/letters/send/", {**data, **values, "demand": "一周内补齐"})
    assert sent.status_code == 302
    again = office.post("/rectification/letters/send/", {**data, **values, "demand": "一周内补齐"})
    assert (again.status_code, again.context["values"]["demand"]) == (409, "一周内补齐")
    assert sent["Location"] in {line["url"] for line in unit.get("/").context["owing"]}
    assert client_of(other_liaison).get(sent["Location"]).status_code == 404
    assert unit.post(sent["Location"], {"words": "", "seen": "0"}).status_code == 422
    assert unit.post(sent["Location"], {"words": "监理单位更换", "seen": "0"}).status_code == 302
    late = unit.post(sent["Location"], {"words": "另一份", "seen": "0"})
    assert late.status_code == 409 and "另一份" in late.content.decode()
    row = office.get("/rectification/board/").context["late"][0]
    assert (row["reason"], row["letter_name"]) == ("监理单位更换", "督查督办通知书")
    assert "kind=reminder" in row["press"]["url"]


def test_time_is_asked_for_on_one_page_and_decided_on_another(stops: Any, staff: Any, liaison: Any) -> None:
    office, unit, item = client_of(staff), client_of(liaison), stops.late
    place = f"/rectification/items/{item.pk}/extension/ask/"
    assert place in unit.get(f"/rectification/items/{item.pk}/").content.decode()
    wrong = unit.post(place, {"day": "2020-01-01", "reason": "等待复核", "version": "1"})
    assert wrong.status_code == 422 and "等待复核" in wrong.content.decode()
    asked = unit.post(place, {"day": "2027-03-01", "reason": "等待复核", "version": "1"})
    assert unit.post(place, {"day": "2027-03-01", "reason": "等待复核", "version": "1"}).status_code == 409
    assert office.get("/").context["requests"] == 1
    assert office.post(asked["Location"], {"act": "refuse", "version": "1"}).status_code == 422
    for empty in ("", "下月"):
        page = office.post(asked["Location"], {"act": "grant", "day": empty, "words": "同意", "version": "1"})
        assert (page.status_code, page.context["day"], page.context["words"]) == (422, empty, "同意")
    other = office.post(asked["Location"], {"act": "grant", "day": "2027-02-01", "version": "1"})
    assert other.status_code == 422 and 'value="2027-02-01"' in other.content.decode()
    assert office.post(asked["Location"], {"act": "grant", "day": "2027-03-01", "version": "1"}).status_code == 302
    assert office.post(asked["Location"], {"act": "refuse", "words": "晚了", "version": "1"}).status_code == 409
    item.refresh_from_db()
    assert str(item.due_on) == "2027-03-01"
