"""The leadership's sheet: its numbers agree with the board, and frozen ones stay beside those of today."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from tests.rectification.laid_down import feedback_to, item_of, part_in
from tests.web.rectification.test_board_pages import client_of
from tests.web.routes.board import stops
from xuncha.web.rectification.board.figures import money

__all__ = ["stops"]
PLACE = "/rectification/figures/"


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [(0, "0.00", "0.00"), (312_460_000, "312.46", "3,124,600.00"), (5_000, "0.01", "50.00"), (4_999, "0.00", "49.99")],
)
def test_money_is_printed_as_offices_do(fen: int, chinese: str, english: str) -> None:
    with override("zh-hans"):
        assert money(fen) == chinese
    with override("en"):
        assert money(fen) == english


def test_the_sheet_says_what_the_board_says(stops: Any, leadership: Any, leader_in_charge: Any) -> None:
    client = client_of(leadership)
    page = client.get(PLACE)
    rate, overdue, reopened, money_back = page.context["big"]
    whole = client.get("/rectification/board/").context["whole"]
    assert (rate["figure"], overdue["figure"]) == (whole.rate, "1")
    assert (reopened["figure"], money_back["figure"]) == ("2", "0.00")
    assert client.get(reopened["url"]).context["total"] == 2
    assert client.get(overdue["url"]).context["total"] == 1
    late = page.context["late"][0]
    assert (late["finding"], late["leader"]) == (stops.late.finding, leader_in_charge.name)
    assert not page.context["may_freeze"]


def test_the_office_freezes_and_reads_what_changed_since(stops: Any, staff: Any) -> None:
    client = client_of(staff)
    made = client.post(PLACE)
    assert made.status_code == 302
    assert client.get(made["Location"]).context["moved_total"] == 0
    item_of(part_in(feedback_to(stops.round, [stops.health], staff), stops.health, staff), closure="closed")
    page = client.get(made["Location"])
    assert page.context["moved_total"] == 1
    assert [row["then"] for row in page.context["rows"] if row["is_other"]] != []
    assert "签名有效" in page.content.decode()


def test_the_sheet_asks_as_often_for_many(stops: Any, staff: Any) -> None:
    client = client_of(staff)

    def asked() -> int:
        client.get(PLACE)
        with CaptureQueriesContext(connection) as found:
            client.get(PLACE)
        return sum("rectification_" in query["sql"] or "findings_" in query["sql"] for query in found)

    before = asked()
    feedback = feedback_to(stops.round, [stops.health], staff)
    for _ in range(10):
        item_of(part_in(feedback, stops.health, staff), due_on="2026-01-01")
    assert asked() == before
