"""Times of a round are set in the browser: the preview tells which dates move, and only then they move."""

from __future__ import annotations

import datetime
from typing import Any

from django.test import Client

from tests.rectification.handed import handed, joint
from xuncha.rectification.models import DueDate, RoundTime

__all__ = ["handed", "joint"]


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def plan_due() -> set[datetime.date]:
    return set(DueDate.objects.filter(rule__code="plan").values_list("due_on", flat=True))


def fields(amount: str, source: str = "本轮工作方案") -> dict[str, str]:
    return {"amount-plan": amount, "unit-plan": "working_days", "source-plan": source}


def test_the_preview_moves_nothing_and_applying_moves_all(handed: Any, round_8: Any, staff: Any) -> None:
    client = client_of(staff)
    place = f"/rounds/{round_8.pk}/times/"
    page = client.get(place)
    shown = client.post(place, {**fields("10"), "seen": page.context["seen"]})
    assert shown.context["moved"] == 2
    assert "<del>15个工作日（按规定）</del>" in shown.content.decode()
    assert "<ins>10个工作日（本轮工作方案）</ins>" in shown.content.decode()
    assert plan_due() == {datetime.date(2026, 9, 16)} and not RoundTime.objects.exists()
    assert client.post(f"{place}apply/", {"payload": shown.context["payload"]}).status_code == 302
    assert plan_due() == {datetime.date(2026, 9, 9)}
    kept = client.get(place).content.decode()
    assert 'value="10"' in kept and "本轮工作方案" in kept
    assert "1个环节" in client.get(f"/rectification/dates/?round={round_8.pk}").content.decode()


def test_what_was_typed_stands_there_when_something_is_wrong(handed: Any, round_8: Any, staff: Any) -> None:
    page = client_of(staff).post(f"/rounds/{round_8.pk}/times/", fields("10", source=""))
    words = page.content.decode()
    assert page.status_code == 422 and 'value="10"' in words and 'href="#source-plan"' in words
    assert client_of(staff).post(f"/rounds/{round_8.pk}/times/", fields("很久")).status_code == 422


def test_the_second_of_two_people_sees_what_would_happen_now(handed: Any, round_8: Any, staff: Any, head: Any) -> None:
    place = f"/rounds/{round_8.pk}/times/"
    first, second = client_of(staff), client_of(head)
    of_first = first.post(place, {**fields("10"), "seen": first.get(place).context["seen"]})
    of_second = second.post(place, {**fields("12"), "seen": second.get(place).context["seen"]})
    first.post(f"{place}apply/", {"payload": of_first.context["payload"]})
    answer = second.post(f"{place}apply/", {"payload": of_second.context["payload"]})
    assert answer.status_code == 409 and answer.context["is_conflict"]
    assert plan_due() == {datetime.date(2026, 9, 9)}
    second.post(f"{place}apply/", {"payload": answer.context["payload"]})
    assert plan_due() == {datetime.date(2026, 9, 11)}


def test_a_preview_of_another_round_is_not_taken(handed: Any, round_8: Any, staff: Any) -> None:
    from xuncha.rounds.models import Round

    ninth = Round.objects.create(term=round_8.term, number=9)
    client = client_of(staff)
    shown = client.post(f"/rounds/{round_8.pk}/times/", fields("10"))
    client.post(f"/rounds/{ninth.pk}/times/apply/", {"payload": shown.context["payload"]})
    assert not RoundTime.objects.exists()
