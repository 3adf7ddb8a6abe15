"""Deadlines and working days are changed in the browser: the preview tells which dates move, and only then they move."""

from __future__ import annotations

import datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from tests.rectification.handed import handed, joint
from xuncha.rectification.models import DueDate
from xuncha.rulebook import queries
from xuncha.rulebook.models import DeadlineRule, Holiday
from xuncha.security.models import TrailEntry

__all__ = ["handed", "joint"]
HEADS = "日期,类别,名称,来源\n"


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def plan() -> DeadlineRule:
    return DeadlineRule.objects.get(code="plan")


def fields(**changed: Any) -> dict[str, Any]:
    rule = plan()
    told = {name: getattr(rule, name) for name in ("name", "name_en", "base", "amount", "unit", "on_rest", "source")}
    for i, alert in enumerate(rule.warnings):
        told |= {f"left-{i}": alert.days_left, f"colour-{i}": alert.colour, f"word-{i}": alert.word}
        told |= {f"word_en-{i}": alert.word_en, f"told-{i}": alert.recipients}
    return {**told, "version": rule.version, **changed}


def upload(client: Client, words: str, name: str = "2027.csv") -> Any:
    file = BytesIO(words.encode())
    file.name = name
    return client.post("/schemes/holidays/file/", {"file": file})


def test_a_change_of_a_deadline_tells_which_dates_move_and_then_moves_them(handed: Any, staff: Any) -> None:
    client = client_of(staff)
    place = f"/schemes/deadlines/{plan().pk}/"
    shown = client.post(place, fields(amount="10"))
    # Fifteen working days from 26 August 2026, and ten.
    assert [(move["before"], move["after"], move["units"]) for move in shown.context["moves"]] == [
        (datetime.date(2026, 9, 16), datetime.date(2026, 9, 9), 2)
    ]
    assert plan().amount == 15
    done = client.post(f"{place}apply/", {"payload": shown.context["payload"]})
    assert done.status_code == 302
    assert (plan().amount, plan().version) == (10, 2)
    assert set(DueDate.objects.filter(rule=plan()).values_list("due_on", flat=True)) == {datetime.date(2026, 9, 9)}


def test_a_change_of_the_period_moves_what_runs_from_its_end(handed: Any, staff: Any) -> None:
    rule = DeadlineRule.objects.get(code="period")
    told = fields(name=rule.name, base="handed_over", amount="2", unit="months", on_rest="keep")
    shown = client_of(staff).post(f"/schemes/deadlines/{rule.pk}/", told)
    assert {move["step"] for move in shown.context["moves"]} == {
        *("集中整改期满", "报送整改进展情况报告", "报送书记抓整改情况报告", "公开整改情况")
    }


def test_what_is_saved_unchanged_changes_nothing(handed: Any, staff: Any) -> None:
    shown = client_of(staff).post(f"/schemes/deadlines/{plan().pk}/", fields())
    assert (shown.context["lines"], shown.context["moves"]) == ([], [])


def test_the_second_of_two_sees_the_effect_anew(handed: Any, staff: Any, head: Any) -> None:
    place = f"/schemes/deadlines/{plan().pk}/"
    mine = client_of(staff).post(place, fields(amount="10")).context["payload"]
    theirs = client_of(head).post(place, fields(amount="20")).context["payload"]
    assert client_of(staff).post(f"{place}apply/", {"payload": mine}).status_code == 302
    answer = client_of(head).post(f"{place}apply/", {"payload": theirs})
    assert answer.status_code == 409
    assert plan().amount == 10
    assert client_of(head).post(f"{place}apply/", {"payload": answer.context["payload"]}).status_code == 302
    assert plan().amount == 20


def test_a_deadline_with_faults_keeps_what_was_typed(staff: Any) -> None:
    answer = client_of(staff).post(
        f"/schemes/deadlines/{plan().pk}/", fields(amount="x", **{"left-3": "4", "word-3": "快", "colour-3": "red"})
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert {line[0] for line in answer.context["faults"]} == {"id_amount", "left-2"} or {
        line[0] for line in answer.context["faults"]
    } == {"id_amount", "left-3"}
    assert 'value="快"' in page


def test_going_back_from_the_preview_keeps_what_was_typed(staff: Any) -> None:
    client, place = client_of(staff), f"/schemes/deadlines/{plan().pk}/"
    payload = client.post(place, fields(amount="12")).context["payload"]
    assert client.post(place, {"payload": payload}).context["wanted"].amount == 12


def test_an_added_deadline_stands_in_the_list(staff: Any) -> None:
    client = client_of(staff)
    assert client.post("/schemes/deadlines/add/", fields(name="报送简报", code="a b")).status_code == 422
    assert client.post("/schemes/deadlines/add/", fields(name="报送简报", code="brief")).status_code == 302
    assert "报送简报" in client.get("/schemes/deadlines/").content.decode()


def test_a_year_of_holidays_comes_by_file(handed: Any, staff: Any) -> None:
    client = client_of(staff)
    shown = upload(client, HEADS + "2027-01-01,放假,元旦,通知\n2027-01-03,上班,元旦,通知\n")
    assert (len(shown.context["lines"]), shown.context["moves"]) == (2, [])
    assert queries.years_of_holidays() == [2026, 2025]
    assert client.post("/schemes/holidays/apply/", {"payload": shown.context["payload"]}).status_code == 302
    assert queries.years_of_holidays() == [2027, 2026, 2025]
    assert TrailEntry.objects.filter(act="change_calendar").count() == 3


def test_holidays_of_a_year_that_is_none_are_not_there(staff: Any) -> None:
    for year in ("0", "1900", "10000"):
        assert client_of(staff).get("/schemes/holidays/file/csv/", {"year": year}).status_code == 404
    assert client_of(staff).get("/schemes/holidays/file/csv/", {"year": "2026"}).status_code == 200


def test_a_holiday_that_is_taken_away_moves_the_dates_over_it(handed: Any, staff: Any) -> None:
    rows = "".join(
        f"{each.day},{'放假' if each.is_off else '上班'},{each.name},x\n"
        for each in queries.holidays(2026)
        if each.day.month != 9
    )
    shown = upload(client_of(staff), HEADS + rows)
    # Without Mid-Autumn and the Sunday worked for National Day nothing in September differs.
    assert [move["after"] for move in shown.context["moves"] if move["step"] == "召开专题民主生活会"] == [
        datetime.date(2026, 9, 25)
    ]


def test_a_file_with_faults_names_line_and_column_and_changes_nothing(staff: Any) -> None:
    answer = upload(client_of(staff), HEADS + "2027-01-32,放假,元旦,\n2027-01-02,也许,元旦,\n")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第2行“日期”列" in page
    assert "第3行“类别”列" in page
    assert not Holiday.objects.filter(day__year=2027).exists()


@pytest.mark.parametrize(("words", "name"), [("nothing", "2027.csv"), (HEADS, "2027.csv"), (HEADS, "2027.txt")])
def test_a_file_that_is_no_calendar_is_refused_in_a_sentence(words: str, name: str, staff: Any) -> None:
    answer = upload(client_of(staff), words, name)
    assert (answer.status_code, bool(answer.context["problem"])) == (422, True)


def test_the_days_of_rest_are_changed_and_a_week_without_work_is_refused(handed: Any, staff: Any) -> None:
    client = client_of(staff)
    all_week = {"rest": [*range(1, 8)], "version": 1}
    assert client.post("/schemes/holidays/rest/", all_week).status_code == 422
    shown = client.post("/schemes/holidays/rest/", {"rest": [7], "version": 1})
    assert shown.context["rest_changes"]
    assert shown.context["moves"]
    assert client.post("/schemes/holidays/apply/", {"payload": shown.context["payload"]}).status_code == 302
    assert queries.work_week().rest_weekdays == "7"


def test_of_two_calendars_the_second_is_shown_anew(staff: Any, head: Any) -> None:
    mine = upload(client_of(staff), HEADS + "2027-01-01,放假,元旦,通知\n").context["payload"]
    theirs = upload(client_of(head), HEADS + "2027-01-02,放假,元旦,通知\n").context["payload"]
    assert client_of(staff).post("/schemes/holidays/apply/", {"payload": mine}).status_code == 302
    answer = client_of(head).post("/schemes/holidays/apply/", {"payload": theirs})
    assert answer.status_code == 409
    assert [each.day.day for each in queries.holidays(2027)] == [1]


@pytest.mark.parametrize("place", ["/schemes/deadlines/", "/schemes/holidays/"])
def test_the_pages_ask_as_often_for_many_rows(place: str, staff: Any, django_assert_max_num_queries: Any) -> None:
    client = client_of(staff)
    client.get(place)
    with django_assert_max_num_queries(40) as first:
        client.get(place)
    rules = [DeadlineRule(code=f"own-{i}", name=f"自定{i}", amount=5) for i in range(20)]
    DeadlineRule.objects.bulk_create(rules)
    Holiday.objects.bulk_create(
        Holiday(day=datetime.date(2026, 7, 1) + datetime.timedelta(days=i), is_off=True, name=f"假{i}")
        for i in range(20)
    )
    with django_assert_max_num_queries(len(first)):
        client.get(place)
