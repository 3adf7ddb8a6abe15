"""The board: every part stands at one place, its numbers are a recount, and each opens exactly its rows."""

from __future__ import annotations

import datetime
import itertools
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rectification.laid_down import answered, feedback_to, item_of, part_in
from xuncha.organisation.models import Unit
from xuncha.rectification.models import Plan, Rectification
from xuncha.rectification.queries import board_rows
from xuncha.rectification.queries.board import NO_CATEGORY, ORDER, STOPS, Board, board, cells, late_cells
from xuncha.rectification.queries.board_rows import BoardFilter
from xuncha.rectification.queries.overdue import days_late, overdue_items
from xuncha.rectification.rates import share
from xuncha.rectification.workflow import ClosureState, Horizon, PlanState, Progress
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Category
from xuncha.security.models import User

TODAY = datetime.date(2026, 11, 20)
ITEM = st.tuples(
    st.just("item"),
    st.integers(0, 2),
    st.integers(0, 2),
    st.fixed_dictionaries(
        {
            "progress": st.sampled_from(Progress.values),
            "horizon": st.sampled_from(Horizon.values),
            "closure": st.sampled_from(ClosureState.values),
            "due_on": st.sampled_from([None, TODAY - datetime.timedelta(days=3), TODAY, TODAY + datetime.timedelta(9)]),
            "suspended_on": st.sampled_from([None, None, TODAY]),
        }
    ),
)
OTHER = st.tuples(
    st.sampled_from(["not_handed", "silent", "self_checked_none", "not_ours"]),
    st.integers(0, 2),
    st.integers(0, 2),
    st.just({}),
)
PLANS = st.lists(st.none() | st.sampled_from(PlanState.values), min_size=3, max_size=3)


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_a_share_is_rounded_half_up_to_two_decimals(part: int, more: int) -> None:
    whole = part + more
    if not whole:
        assert share(part, whole) == ""
        return
    exact = (Decimal(part * 100) / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert share(part, whole) == str(exact)


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(688, 697, "98.71"), (453, 471, "96.18"), (19, 25, "76.00"), (121, 214, "56.54")]
)
def test_shares_that_offices_published(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ITEM | OTHER, max_size=10), PLANS)
def test_the_board_is_a_recount_and_each_number_opens_its_rows(
    round_8: Round, staff: User, parts: list[Any], plans: list[str | None]
) -> None:
    with transaction.atomic():
        _lay_down(round_8, staff, parts, plans)
        found = board(staff, round_8, TODAY)
        places = [_place(kind, fields, plans[unit]) for kind, unit, _category, fields in parts]
        late = [_is_late(kind, fields) for kind, _unit, _category, fields in parts]
        assert dict(found.places) == {place: places.count(place) for place in set(places)}
        assert found.findings == len(parts)
        whole = found.whole
        assert whole.overdue == sum(late)
        assert whole.closed == sum(fields.get("closure") == "closed" for *_rest, fields in parts)
        assert whole.taken_on == sum(kind == "item" for kind, *_rest in parts)
        _adds_up(found)
        _opens_its_rows(staff, round_8, found)
        assert sum(cells(staff, round_8).values()) == whole.fed_back == len(parts)
        assert sum(late_cells(staff, round_8, TODAY).values()) == sum(late)
        transaction.set_rollback(True)


def _lay_down(round: Round, by: User, parts: list[Any], plans: list[str | None]) -> None:
    units, categories = list(Unit.objects.order_by("pk")), [None, *Category.objects.order_by("pk")[:2]]
    handed, kept = feedback_to(round, units, by), feedback_to(round, units, by, handed=False)
    for unit, state in zip(units, plans, strict=True):
        if state:
            Plan.objects.create(round=round, unit=unit, state=state)
    for kind, unit, category, fields in parts:
        part = part_in(kept if kind == "not_handed" else handed, units[unit], by, categories[category])
        if kind == "item":
            item_of(part, **{**fields, **({"progress": "done"} if fields["closure"] == "closed" else {})})
        elif kind in ("self_checked_none", "not_ours"):
            answered(part, kind)


def _place(kind: str, fields: dict[str, Any], plan: str | None) -> str:
    if kind != "item":
        return "none_found" if kind == "self_checked_none" else kind
    closure = {"applied": "to_verify", "verified": "to_close"}.get(fields["closure"], fields["closure"])
    if closure != "none":
        return closure
    if fields["progress"] == "not_started":
        return {None: "no_plan", "approved": "not_started", "returned": "returned_plan"}.get(plan, plan or "")
    if fields["progress"] == "done":
        return "done"
    return "long_term" if fields["horizon"] == "long_term" else fields["progress"]


def _is_late(kind: str, fields: dict[str, Any]) -> bool:
    return kind == "item" and bool(
        fields["closure"] in ("none", "returned", "reopened")
        and fields["due_on"]
        and fields["due_on"] < TODAY
        and fields["suspended_on"] is None
    )


def _adds_up(found: Board) -> None:
    funnel = found.funnel()
    for step, following in itertools.pairwise(funnel):
        assert step.number == step.stopped + following.number
    assert funnel[0].number == found.whole.fed_back
    assert funnel[-1].number == found.whole.closed
    for step in funnel:
        assert step.number == sum(
            each.number
            for unit in found.units
            for each in Board((unit,), 0, unit.places).funnel()
            if each.code == step.code
        )


def _opens_its_rows(actor: User, round: Round, found: Board) -> None:
    for step in found.funnel():
        assert _rows(actor, round, step=step.code) == step.number
        if step.stops:
            assert _rows(actor, round, stop=step.code) == step.stopped
        for why, _word, number in step.stops:
            assert _rows(actor, round, stop=why) == number
    assert _rows(actor, round, is_late=True) == found.whole.overdue
    for (unit, category), number in cells(actor, round).items():
        assert _rows(actor, round, units=(unit,), categories=(category or NO_CATEGORY,)) == number


def _rows(actor: User, round: Round, **asked: Any) -> int:
    rows, after = board_rows.rows(actor, round, BoardFilter(**asked), TODAY)
    assert after == 0
    assert len(rows) == board_rows.number(actor, round, BoardFilter(**asked), TODAY)
    if stop := asked.get("stop"):
        assert {row.place for row in rows} <= {why for why, step, _word in STOPS if stop in (why, step)}
    return len(rows)


def test_every_stop_is_at_a_step_before_the_last() -> None:
    assert {step for _why, step, _word in STOPS} == set(ORDER[:-1])


def test_a_unit_counts_nothing_of_another(
    round_8: Round, staff: User, liaison: User, leader_in_charge: User, outsider: User, health: Unit, education: Unit
) -> None:
    feedback = feedback_to(round_8, [health, education], staff)
    for unit in (health, education, education):
        item_of(part_in(feedback, unit, staff), due_on=TODAY - datetime.timedelta(days=1))
    for actor in (liaison, leader_in_charge):
        found = board(actor, round_8, TODAY)
        assert [each.unit for each in found.units] == [health.pk]
        assert (found.findings, found.whole.fed_back, found.whole.overdue) == (1, 1, 1)
        assert cells(actor, round_8) == {(health.pk, NO_CATEGORY): 1}
        assert _rows(actor, round_8, units=(education.pk,)) == 0
        assert len(overdue_items(actor, round_8, TODAY, most=9)) == 1
    assert board(outsider, round_8, TODAY).whole.fed_back == 0
    assert board(staff, round_8, TODAY).whole.fed_back == 3


def test_whoever_is_recused_counts_nothing_of_the_unit(
    round_8: Round, staff: User, recused: User, health: Unit, education: Unit
) -> None:
    feedback = feedback_to(round_8, [health, education], staff)
    for unit in (health, education):
        item_of(part_in(feedback, unit, staff))
    assert [each.unit for each in board(recused, round_8, TODAY).units] == [education.pk]


def test_the_longest_overdue_stand_first_with_who_answers_for_them(round_8: Round, staff: User, health: Unit) -> None:
    feedback = feedback_to(round_8, [health], staff)
    items = [
        item_of(part_in(feedback, health, staff), due_on=TODAY - datetime.timedelta(days=days)) for days in (2, 30, 9)
    ]
    items[1].measures.create(text="清理", responsible_leader="", written_by=staff)
    items[1].measures.create(text="清退", responsible_leader="韩牧之", written_by=staff, order=2)
    found = overdue_items(staff, round_8, TODAY, most=2)
    assert [(late.days, late.leader) for late in found] == [(30, "韩牧之"), (9, "")]
    assert days_late(Rectification.objects.get(pk=items[0].pk), TODAY) == 2
    assert days_late(items[0], TODAY - datetime.timedelta(days=2)) == 0


def test_the_board_asks_as_often_for_many(round_8: Round, staff: User, health: Unit) -> None:
    def asked() -> int:
        actor = User.objects.get(pk=staff.pk)
        with CaptureQueriesContext(connection) as found:
            board(actor, round_8, TODAY)
            overdue_items(actor, round_8, TODAY, most=10)
            board_rows.rows(actor, round_8, BoardFilter(), TODAY)
        return len(found)

    feedback = feedback_to(round_8, [health], staff)
    item_of(part_in(feedback, health, staff), due_on=TODAY - datetime.timedelta(days=1))
    before = asked()
    for _ in range(12):
        item_of(part_in(feedback, health, staff), due_on=TODAY - datetime.timedelta(days=1))
        part_in(feedback, health, staff)
    assert asked() == before
