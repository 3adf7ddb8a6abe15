"""Claiming in the browser: a unit answers for many findings at once, the office decides on many at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.rectification.handed import handed, joint
from tests.web.routes.rectification import claimed_parts
from xuncha.findings.models import Addressee
from xuncha.rectification.models import Claim
from xuncha.security.models import Grant
from xuncha.security.roles import Role, Scope

__all__ = ["claimed_parts", "handed", "joint"]


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def part(handed: Any) -> int:
    """The health bureau's part."""
    return Addressee.objects.get(unit=handed["卫健局"].unit).pk


def form(part: int, state: str, version: int = 0, own: str = "", words: str = "") -> dict[str, Any]:
    return {
        "part": part,
        f"state-{part}": state,
        f"version-{part}": version,
        f"manifestations-{part}": own,
        f"words-{part}": words,
    }


def test_a_unit_answers_on_its_page(part: int, liaison: Any) -> None:
    client = client_of(liaison)
    page = client.get("/rectification/")
    assert [row["part"].pk for row in page.context["rows"]] == [part]
    assert client.post("/rectification/", form(part, "claimed", own="滞留94天")).status_code == 302
    assert Claim.objects.get().manifestations == "滞留94天"
    assert client.get("/rectification/").context["rows"] == []
    assert [tab["count"] for tab in client.get("/rectification/?heap=waiting").context["tabs"]] == [0, 1, 0, 1]


def test_with_faults_nothing_is_saved_and_what_was_typed_stays(part: int, liaison: Any) -> None:
    answer = client_of(liaison).post("/rectification/", form(part, "claimed_with_objection", words="有异议之处"))
    assert (answer.status_code, Claim.objects.count()) == (422, 0)
    assert [line[0] for line in answer.context["faults"]] == [f"manifestations-{part}"]
    assert "有异议之处" in answer.content.decode()


def test_the_second_of_a_unit_is_told_and_keeps_what_was_typed(part: int, liaison: Any) -> None:
    client = client_of(liaison)
    client.post("/rectification/", form(part, "claimed", own="先到的"))
    answer = client.post("/rectification/", form(part, "not_ours", words="后到的"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "后到的" in page and "先到的" in page
    assert Claim.objects.get().manifestations == "先到的"


def test_a_page_sent_again_answers_nothing_twice(part: int, liaison: Any) -> None:
    client = client_of(liaison)
    client.post("/rectification/", form(part, "claimed", own="滞留"))
    assert client.post("/rectification/", form(part, "claimed", version=1, own="滞留")).status_code == 302
    assert Claim.objects.get().steps.count() == 1


def test_the_office_sees_what_becomes_of_each_before_it_decides(claimed_parts: Any, staff: Any) -> None:
    client = client_of(staff)
    queue = client.get("/rectification/")
    assert {row["part"].pk for row in queue.context["rows"]} == {claimed_parts.mine, claimed_parts.theirs}
    both = {"chosen": [claimed_parts.mine, claimed_parts.theirs], "seen": queue.context["seen"]}
    shown = client.post("/rectification/decide/", {**both, "act": "assign"})
    assert (len(shown.context["rows"]), len(shown.context["left_out"])) == (2, 0)
    assert not Claim.objects.filter(state="assigned").exists()
    ruled = client.post("/rectification/decide/", {**both, "act": "assign", "confirm": "1", "reason": "属你局"})
    assert ruled.status_code == 302
    assert set(Claim.objects.values_list("state", "said")) == {
        ("assigned", "claimed_with_objection"),
        ("assigned", "not_ours"),
    }
    again = client.post("/rectification/decide/", {**both, "act": "accept"})
    assert (len(again.context["rows"]), len(again.context["left_out"])) == (0, 2)


def test_a_decision_on_what_was_answered_meanwhile_is_not_done(claimed_parts: Any, staff: Any) -> None:
    told = {"chosen": claimed_parts.theirs, "seen": 0, "act": "uphold", "reason": "是", "confirm": "1"}
    answer = client_of(staff).post("/rectification/decide/", told)
    assert answer.status_code == 409
    assert Claim.objects.filter(review="waiting").count() == 2
    assert client_of(staff).post("/rectification/decide/", {**told, "seen": answer.context["seen"]}).status_code == 302


def test_a_units_pages_say_nothing_of_another_unit(claimed_parts: Any, liaison: Any, education: Any) -> None:
    client = client_of(liaison)
    for place in ("/rectification/?heap=", "/rectification/dates/", f"/rectification/?heap=&unit={education.pk}"):
        page = client.get(place).content.decode()
        assert "教育局" not in page
        assert "没有这类资金" not in page


def test_silence_tells_whom_the_office_noted(claimed_parts: Any, staff: Any) -> None:
    rows = client_of(staff).get("/rectification/silence/").context["rows"]
    assert [row["part"].pk for row in rows] == [claimed_parts.theirs]


def test_the_desk_of_a_unit_says_what_is_due_and_that_of_the_office_what_waits(
    part: int, liaison: Any, staff: Any, other_liaison: Any
) -> None:
    mine = client_of(liaison)
    lines = mine.get("/").context["owing"]
    assert "/rectification/" in {line["url"] for line in lines}
    assert client_of(staff).get("/").context["answers"] == 0
    mine.post("/rectification/", form(part, "claimed", own="滞留"))
    assert "/rectification/" not in {line["url"] for line in mine.get("/").context["owing"]}
    assert client_of(staff).get("/").context["answers"] == 1
    assert "/rectification/" in {line["url"] for line in client_of(other_liaison).get("/").context["owing"]}


def test_a_duty_leads_to_its_report_for_those_of_its_unit_alone(handed: Any, liaison: Any, education: Any) -> None:
    Grant.objects.create(user=liaison, role=Role.LEADER_IN_CHARGE, scope=Scope.UNIT, scope_id=education.pk)
    duties = client_of(liaison).get("/rectification/dates/").context["duties"]
    assert {row["duty"].handing.unit.short_name: row["may_report"] for row in duties} == {
        "卫健局": True,
        "教育局": False,
    }
