"""Numbers that are frozen can be counted again from their rows, bear a signature, and say what changed since."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from tests.rectification.laid_down import feedback_to, item_of, part_in
from tests.web.routes.board import stops
from xuncha.rectification import freezing
from xuncha.rectification.actions.freezing import freeze_figures
from xuncha.rectification.freezing import FrozenRow
from xuncha.rectification.models import Rectification, Snapshot
from xuncha.rectification.queries import figures
from xuncha.rectification.queries.board import board
from xuncha.security import trail
from xuncha.security.errors import NotPermitted
from xuncha.security.models import User

__all__ = ["stops"]


def test_the_frozen_numbers_are_those_of_the_board(stops: Any, staff: User) -> None:
    made = freeze_figures(stops.round, actor=staff)
    found = board(staff, stops.round, timezone.localdate())
    whole = found.whole
    assert made.figures == {
        "findings": found.findings,
        "units": len(found.units),
        "fed_back": whole.fed_back,
        "taken_on": whole.taken_on,
        "closed": whole.closed,
        "rate": whole.rate,
        "overdue": whole.overdue,
        **{place: whole.at(place) for place in ("basically_done", "long_term", "reopened")},
        "recovered_fen": 0,
        "rules_made": 0,
    }
    assert figures.check(made) == figures.Checked(is_signed=True, is_recounted=True)
    assert figures.moved_since(staff, made, timezone.localdate()) == []
    assert trail.history_of(made).get().act == "freeze_figures"


def test_what_changed_since_is_told_finding_by_finding(stops: Any, staff: User) -> None:
    made = freeze_figures(stops.round, actor=staff)
    Rectification.objects.filter(pk=stops.late.pk).update(closure="applied")
    new = item_of(part_in(feedback_to(stops.round, [stops.health], staff), stops.health, staff))
    number = stops.late.finding.number
    moved = figures.moved_since(staff, made, timezone.localdate())
    assert {(each.number, each.before, each.after) for each in moved} == {
        (number, "not_started", "to_verify"),
        (new.finding.number, "", "not_started"),
    }
    assert figures.numbers_now(staff, stops.round, timezone.localdate())["overdue"] == 0
    # The frozen numbers stay what they were.
    assert Snapshot.objects.get().figures["overdue"] == 1


@pytest.mark.parametrize("what", ["figures", "rows", "number", "line"])
def test_whatever_is_changed_afterwards_shows(stops: Any, staff: User, what: str) -> None:
    made = freeze_figures(stops.round, actor=staff)
    if what == "figures":
        made.figures["closed"] += 1
    elif what == "rows":
        made.rows = freezing.packed([FrozenRow("14-8-卫健局-001", 1, "closed", False)])
    elif what == "number":
        made.number = "2026-0101-09"
    else:
        made.line = made.line[:-2] + ("00" if made.line[-2:] != "00" else "11")
    checked = figures.check(made)
    assert not checked.is_signed
    assert checked.is_recounted == (what in ("number", "line"))


def test_two_snapshots_of_a_day_bear_two_numbers(stops: Any, staff: User) -> None:
    first, second = (freeze_figures(stops.round, actor=staff).number for _ in range(2))
    assert first[:-2] == second[:-2] == f"{timezone.localdate():%Y-%m%d}-"
    assert (first[-2:], second[-2:]) == ("01", "02")


def test_only_who_sees_all_freezes_and_units_see_nothing(
    stops: Any, staff: User, recused: User, reviewer: User, liaison: User
) -> None:
    for actor in (recused, reviewer, liaison):
        with pytest.raises(NotPermitted):
            freeze_figures(stops.round, actor=actor)
    made = freeze_figures(stops.round, actor=staff)
    assert figures.find_snapshot(reviewer, made.pk) == made
    assert figures.find_snapshot(recused, made.pk) is None
    with pytest.raises(NotPermitted):
        figures.find_snapshot(liaison, made.pk)


def test_rows_are_packed_in_one_order() -> None:
    rows = [FrozenRow("b", 2, "closed", False), FrozenRow("a", 1, "silent", True)]
    assert freezing.packed(rows) == freezing.packed(reversed(rows))
    assert freezing.unpacked(freezing.packed(rows)) == sorted(rows)
