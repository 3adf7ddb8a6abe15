"""Closure: a secretary applies, another verifies, a third closes; nothing is closed that is not done and proved."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import make_user
from tests.rectification.put_right import MakeItem, MakeMeasure
from xuncha.rectification.actions.closing import demand_site_check, record_site_check, take_step
from xuncha.rectification.models import (
    ClaimStep,
    ClockRequest,
    ClosureStep,
    Evidence,
    Measure,
    Plan,
    ProgressEntry,
    Rectification,
)
from xuncha.rectification.queries import closing as queries
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import Grant, User
from xuncha.security.roles import Role, Scope

Step = Callable[..., Rectification]


@pytest.fixture
def step() -> Step:
    """``step(item, "apply", actor)``: takes a step as the item stands now."""

    def take(item: Rectification, act: str, actor: User, words: str = "理由", **more: Any) -> Rectification:
        item.refresh_from_db()
        return take_step({item.pk: item.version}, act=act, words=words, actor=actor, **more)[0]

    return take


def forbidden(step: Step, item: Rectification, act: str, actor: User) -> str:
    """Why the actor may not take the step, for who one is."""
    with pytest.raises(NotPermitted) as refused:
        step(item, act, actor)
    reason: str = refused.value.data["reason"]
    return reason


def and_office(user: User, role: Role = Role.OFFICE_STAFF) -> User:
    """Somebody of a unit who is of the office as well."""
    since = datetime.date(2020, 1, 1)
    Grant.objects.create(user=user, role=role, scope=Scope.OFFICE, valid_from=since)
    return User.objects.get(pk=user.pk)


def off_unit(user: User) -> User:
    """Somebody who left the unit."""
    Grant.objects.filter(user=user, scope=Scope.UNIT).delete()
    return User.objects.get(pk=user.pk)


def test_the_whole_way(make_done: MakeItem, step: Step, unit_secretary: User, reviewer: User, staff: User) -> None:
    item = make_done()
    assert step(item, "apply", unit_secretary).closure == "applied"
    assert step(item, "pass", reviewer).closure == "verified"
    closed = step(item, "close", staff)
    assert (closed.closure, closed.closed_on) == ("closed", timezone.localdate())
    assert closed.closure_number == f"销-{item.finding.number}"
    assert list(ClosureStep.objects.values_list("act", "by__username", "role")) == [
        ("apply", "unit_secretary", "unit_secretary"),
        ("pass", "reviewer", "reviewer"),
        ("close", "staff", "office_staff"),
    ]
    acts = [entry.act for entry in trail.history_of(item)]
    assert acts[:3] == ["close_items", "verify_items", "apply_for_closure"]
    again = step(item, "reopen", staff, "资金再次滞留")
    assert (again.closure, again.progress, again.closed_on) == ("reopened", "under_way", None)
    assert again.closure_number == closed.closure_number


@pytest.mark.parametrize(
    ("act", "closure", "allowed"),
    [
        ("apply", "none", {"unit_secretary"}),
        ("withdraw", "applied", {"unit_secretary"}),
        ("pass", "applied", {"head", "staff", "reviewer"}),
        ("return", "applied", {"head", "staff", "reviewer"}),
        ("keep", "applied", {"head", "staff", "reviewer"}),
        ("close", "verified", {"head", "staff"}),
        ("reopen", "closed", {"head", "staff"}),
    ],
)
def test_each_step_is_for_those_it_is_for(
    make_done: MakeItem, everybody: Any, step: Step, act: str, closure: str, allowed: set[str]
) -> None:
    did = set()
    for name, user in vars(everybody).items():
        item = make_done()
        closed_on = timezone.localdate() if closure == "closed" else None
        Rectification.objects.filter(pk=item.pk).update(closure=closure, closed_on=closed_on)
        try:
            step(item, act, user)
        except NotPermitted:
            item.refresh_from_db()
            assert item.closure == closure
        else:
            did.add(name)
    assert did == allowed


def test_who_applied_neither_verifies_nor_closes(
    make_done: MakeItem, step: Step, unit_secretary: User, reviewer: User
) -> None:
    item = make_done()
    step(item, "apply", unit_secretary)
    both = off_unit(and_office(unit_secretary))
    assert forbidden(step, item, "pass", both) == "own_application"
    step(item, "pass", reviewer)
    assert forbidden(step, item, "close", both) == "own_application"


@pytest.mark.parametrize("hand", ["wrote", "edited", "reported", "proved"])
def test_whoever_had_a_hand_in_a_measure_neither_verifies_nor_closes(
    make_done: MakeItem, step: Step, unit_secretary: User, reviewer: User, staff: User, hand: str
) -> None:
    item = make_done(measures=2)
    measure = item.measures.last()
    if hand == "wrote":
        Measure.objects.filter(pk=measure.pk).update(written_by=staff)
    elif hand == "edited":
        measure.edited_by.add(staff)
    elif hand == "reported":
        ProgressEntry.objects.filter(measure=measure).update(by=staff)
    else:
        Evidence.objects.filter(measure=measure).update(by=staff)
    step(item, "apply", unit_secretary)
    assert forbidden(step, item, "pass", staff) == "own_measure"
    step(item, "pass", reviewer)
    assert forbidden(step, item, "close", staff) == "own_measure"


def test_whoever_once_applied_or_answered_judges_in_no_later_post(
    make_done: MakeItem, step: Step, unit_secretary: User, reviewer: User, staff: User, head: User
) -> None:
    item = make_done()
    step(item, "apply", unit_secretary)
    ClosureStep.objects.filter(act="apply").update(by=staff)
    step(item, "return", reviewer)
    step(item, "apply", unit_secretary)
    ClaimStep.objects.create(claim=item.claim, act="answer", state="claimed", by=head)
    for actor, why in ((staff, "own_application"), (head, "own_answer")):
        with pytest.raises(NotPermitted) as refused:
            step(item, "pass", actor)
        assert refused.value.data["reason"] == why


def test_who_verified_does_not_close(
    make_done: MakeItem, step: Step, unit_secretary: User, staff: User, head: User
) -> None:
    item = make_done()
    step(item, "apply", unit_secretary)
    step(item, "pass", staff)
    assert forbidden(step, item, "close", staff) == "own_verdict"
    assert step(item, "close", head).closure == "closed"


def test_whoever_is_of_the_unit_or_in_charge_of_it_does_not_judge_it(
    make_done: MakeItem, step: Step, unit_secretary: User, leader_in_charge: User, liaison: User
) -> None:
    item = make_done()
    step(item, "apply", unit_secretary)
    for user in (and_office(leader_in_charge), and_office(make_user("two", "两任", Role.UNIT_LEADER, item.unit))):
        for act in ("pass", "return", "keep"):
            with pytest.raises(NotPermitted):
                step(item, act, user)


def test_nothing_is_applied_for_that_is_not_done_and_proved(
    make_done: MakeItem, make_item: MakeItem, make_measure: MakeMeasure, step: Step, unit_secretary: User
) -> None:
    bare, undone, unproved, basically = make_item(progress="done"), make_done(), make_done(), make_done()
    make_measure(undone)
    Evidence.objects.filter(measure__rectification=unproved).delete()
    Measure.objects.filter(rectification=basically).update(progress="basically_done")
    Rectification.objects.filter(pk=basically.pk).update(progress="basically_done")
    for item, why in ((bare, "no_measures"), (undone, "not_done"), (unproved, "no_evidence"), (basically, "not_done")):
        with pytest.raises(IllegalTransition) as refused:
            step(item, "apply", unit_secretary)
        assert refused.value.data["obstacles"] == {item.pk: why}


@pytest.mark.parametrize(("act", "closure"), [("apply", "none"), ("pass", "applied"), ("close", "verified")])
def test_nothing_is_closed_before_the_plan_of_the_unit_is_approved(
    make_done: MakeItem, step: Step, unit_secretary: User, head: User, act: str, closure: str
) -> None:
    item = make_done()
    Rectification.objects.filter(pk=item.pk).update(closure=closure)
    actor = unit_secretary if act == "apply" else head
    for state, draft_no in (("draft", 0), ("submitted", 1), ("returned", 1)):
        Plan.objects.update(state=state, draft_no=draft_no, approved_on=None)
        with pytest.raises(IllegalTransition) as refused:
            step(item, act, actor)
        assert refused.value.data["obstacles"] == {item.pk: "no_plan"}
    # Opened for revision: the approval stands.
    Plan.objects.update(state="draft", approved_on=timezone.localdate())
    step(item, act, actor)


def test_a_relapse_sends_back_what_was_judged_though_the_office_does_not_know_the_plan(
    make_done: MakeItem, step: Step, head: User
) -> None:
    item = make_done()
    Rectification.objects.filter(pk=item.pk).update(closure="closed", closed_on=timezone.localdate())
    Plan.objects.update(state="draft", draft_no=0, approved_on=None)
    assert step(item, "reopen", head).progress == "under_way"


@pytest.mark.parametrize(("act", "closure"), [("apply", "none"), ("close", "verified")])
def test_nothing_is_closed_while_its_clock_stands_or_time_is_asked_for(
    make_done: MakeItem, step: Step, unit_secretary: User, head: User, liaison: User, act: str, closure: str
) -> None:
    item = make_done()
    Rectification.objects.filter(pk=item.pk).update(closure=closure, suspended_on=timezone.localdate())
    actor = unit_secretary if act == "apply" else head
    with pytest.raises(IllegalTransition) as refused:
        step(item, act, actor)
    assert refused.value.data["obstacles"] == {item.pk: "clock_stands"}
    Rectification.objects.filter(pk=item.pk).update(suspended_on=None)
    asked = ClockRequest.objects.create(rectification=item, kind="extension", wanted_due=item.due_on, asked_by=liaison)
    with pytest.raises(IllegalTransition) as refused:
        step(item, act, actor)
    assert refused.value.data["obstacles"] == {item.pk: "clock_stands"}
    ClockRequest.objects.filter(pk=asked.pk).update(state="withdrawn")
    step(item, act, actor)


def test_a_return_says_why_and_sends_the_marked_measures_back(
    make_done: MakeItem, step: Step, unit_secretary: User, reviewer: User
) -> None:
    item = make_done(measures=2)
    step(item, "apply", unit_secretary)
    with pytest.raises(Invalid):
        step(item, "return", reviewer, " ")
    marked = item.measures.last()
    with pytest.raises(Invalid):
        step(item, "return", reviewer, marked=[make_done().measures.get().pk])
    back = step(item, "return", reviewer, "凭证不全", marked=[marked.pk])
    assert (back.closure, back.progress) == ("returned", "under_way")
    assert [m.progress for m in item.measures.all()] == ["done", "under_way"]
    assert list(ClosureStep.objects.get(act="return").marked.all()) == [marked]


def test_a_check_on_the_spot_comes_before_the_verdict_where_it_is_demanded(
    make_done: MakeItem, step: Step, unit_secretary: User, reviewer: User, staff: User
) -> None:
    item = demand_site_check(item := make_done(), is_needed=True, actor=staff, version=item.version)
    step(item, "apply", unit_secretary)
    with pytest.raises(IllegalTransition) as refused:
        step(item, "pass", reviewer)
    assert refused.value.data["obstacles"] == {item.pk: "site_check"}
    item.refresh_from_db()
    fields: dict[str, Any] = {"on": timezone.localdate(), "who": "程砚、顾青岚", "words": "两个卫生院已到账"}
    with pytest.raises(NotPermitted):
        record_site_check(item, **fields, actor=unit_secretary, version=item.version)
    record_site_check(item, **fields, actor=reviewer, version=item.version)
    assert step(item, "pass", reviewer).closure == "verified"
    step(item, "return", staff)
    step(item, "apply", unit_secretary)
    with pytest.raises(IllegalTransition):
        step(item, "pass", reviewer)


def test_many_at_once_all_or_none_each_on_the_trail(
    make_done: MakeItem, make_item: MakeItem, unit_secretary: User
) -> None:
    items = [make_done(), make_done()]
    bad = make_item()
    seen = {item.pk: item.version for item in items}
    with pytest.raises(IllegalTransition):
        take_step({**seen, bad.pk: bad.version}, act="apply", actor=unit_secretary)
    assert ClosureStep.objects.count() == 0
    take_step(seen, act="apply", words="属实", actor=unit_secretary)
    assert all(trail.history_of(item)[0].act == "apply_for_closure" for item in items)


def test_the_second_is_told_which_items_changed(
    make_done: MakeItem, step: Step, unit_secretary: User, reviewer: User, staff: User
) -> None:
    item = make_done()
    step(item, "apply", unit_secretary)
    item.refresh_from_db()
    seen = {item.pk: item.version}
    take_step(seen, act="keep", words="再看一季度", actor=reviewer)
    with pytest.raises(Conflict) as refused:
        take_step(seen, act="pass", actor=staff)
    assert refused.value.data["items"] == [item.pk]


def test_who_may_not_see_an_item_takes_no_step_with_it(
    make_done: MakeItem, step: Step, unit_secretary: User, recused: User, education: Any
) -> None:
    item = make_done()
    step(item, "apply", unit_secretary)
    for user in (recused, make_user("theirs", "别处书记", Role.UNIT_SECRETARY, education)):
        for act in ("pass", "withdraw"):
            with pytest.raises(NotPermitted):
                step(item, act, user)


def test_what_waits_is_told_to_whom_it_waits_for(make_done: MakeItem, step: Step, everybody: Any) -> None:
    first, second, _third = (make_done() for _ in range(3))
    step(first, "apply", everybody.unit_secretary)
    step(second, "apply", everybody.unit_secretary)
    step(second, "pass", everybody.reviewer)
    told = {name: tuple(queries.waiting(user).values()) for name, user in vars(everybody).items()}
    assert told["unit_secretary"] == (1, 0, 0)
    assert told["reviewer"] == (0, 1, 0)
    assert told["head"] == told["staff"] == (0, 1, 1)
    assert told["recused"] == (0, 0, 0)
    named = {"unit_secretary", "reviewer", "head", "staff"}
    assert {waiting for name, waiting in told.items() if name not in named} == {(0, 0, 0)}


def test_obstacles_ask_as_often_for_many_as_for_one(make_done: MakeItem, staff: User) -> None:
    items = [make_done() for _ in range(4)]

    def asked(some: list[Rectification], act: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            queries.obstacles(staff, some, act)
        return len(asked)

    asked(items, "pass")
    for act in ("apply", "pass", "close", "reopen"):
        assert asked(items[:1], act) == asked(items, act)
