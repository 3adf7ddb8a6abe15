"""A unit reports on many measures at once: all or none, exact to the fen, and items follow their measures."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import make_user
from tests.rectification.put_right import MakeItem, MakeMeasure
from xuncha.rectification.actions.reporting import Report, report_progress
from xuncha.rectification.models import Measure, PeopleHandled, ProgressEntry, Rectification
from xuncha.rectification.permissions import people_handled_visible_to
from xuncha.rectification.queries import items as queries
from xuncha.rectification.workflow import Progress, progress_of
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User
from xuncha.security.roles import Role

TODAY = timezone.localdate()


def done(measure: Measure, **fields: Any) -> Report:
    fields = {"progress": "done", "words": "资金全部拨付到位", "on": TODAY, "version": measure.version, **fields}
    return Report(measure.pk, **fields)


@pytest.mark.parametrize(
    ("measures", "item"),
    [
        ([], "not_started"),
        (["not_started", "not_started"], "not_started"),
        (["not_started", "done"], "under_way"),
        (["under_way"], "under_way"),
        (["basically_done", "done"], "basically_done"),
        (["basically_done", "under_way"], "under_way"),
        (["done", "done"], "done"),
    ],
)
def test_an_item_is_as_far_as_its_measures_and_basically_done_is_never_done(measures: list[str], item: str) -> None:
    assert progress_of(measures) == item


def test_many_measures_are_reported_at_once_and_the_items_follow(
    make_item: MakeItem, make_measure: MakeMeasure, liaison: User
) -> None:
    first, second = make_item(), make_item()
    measures = [make_measure(first), make_measure(first), make_measure(second)]
    report_progress([done(measures[0]), done(measures[2], progress="basically_done")], actor=liaison)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.progress, second.progress) == (Progress.UNDER_WAY, Progress.BASICALLY_DONE)
    report_progress([done(measures[1])], actor=liaison)
    first.refresh_from_db()
    assert (first.progress, first.version) == (Progress.DONE, 3)
    assert [m.done_on for m in Measure.objects.order_by("pk")] == [TODAY, TODAY, None]
    assert [entry.act for entry in trail.history_of(measures[0])] == ["report_progress"]
    assert trail.history_of(first).count() == 2


def test_facts_are_exact_to_the_fen(make_item: MakeItem, make_measure: MakeMeasure, liaison: User) -> None:
    measure = make_measure(make_item())
    report_progress([done(measure, rules_made=1, recovered_fen=28_640_050)], actor=liaison)
    entry = ProgressEntry.objects.get()
    assert (entry.rules_made, entry.recovered_fen, entry.by, entry.on) == (1, 28_640_050, liaison, TODAY)


def test_all_or_none(make_item: MakeItem, make_measure: MakeMeasure, liaison: User) -> None:
    item = make_item()
    good, bad = make_measure(item), make_measure(item)
    tomorrow = TODAY + datetime.timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        report_progress([done(good), done(bad, words=" ", on=tomorrow, rules_made=-1)], actor=liaison)
    assert refused.value.data["faults"] == {
        f"{bad.pk}.words": "required",
        f"{bad.pk}.on": "in_future",
        f"{bad.pk}.rules_made": "out_of_range",
    }
    assert ProgressEntry.objects.count() == 0


def test_the_second_of_a_unit_is_told_which_measures_changed(
    make_item: MakeItem, make_measure: MakeMeasure, liaison: User, unit_leader: User
) -> None:
    measure = make_measure(make_item())
    report_progress([done(measure)], actor=liaison)
    with pytest.raises(Conflict) as refused:
        report_progress([done(measure, words="另一种说法")], actor=unit_leader)
    assert refused.value.data["measures"] == [measure.pk]


@pytest.mark.parametrize("closure", ["applied", "verified", "closed"])
def test_nothing_is_reported_while_somebody_looks_or_after_closing(
    make_item: MakeItem, make_measure: MakeMeasure, liaison: User, closure: str
) -> None:
    day = TODAY if closure == "closed" else None
    measure = make_measure(make_item(progress="done", closure=closure, closed_on=day))
    with pytest.raises(IllegalTransition):
        report_progress([done(measure)], actor=liaison)


@pytest.mark.parametrize(
    "who", ["staff", "head", "reviewer", "other_liaison", "leader_in_charge", "outsider", "team_head"]
)
def test_only_people_of_the_unit_report(
    request: pytest.FixtureRequest, make_item: MakeItem, make_measure: MakeMeasure, who: str
) -> None:
    measure = make_measure(make_item())
    with pytest.raises(NotPermitted):
        report_progress([done(measure)], actor=request.getfixturevalue(who))


def test_people_are_said_by_the_secretary_and_seen_by_few(
    make_item: MakeItem, make_measure: MakeMeasure, everybody: Any, education: Any
) -> None:
    measure = make_measure(make_item())
    with pytest.raises(NotPermitted):
        report_progress([done(measure, people={"first": 2})], actor=everybody.liaison)
    report_progress([done(measure, people={"first": 2, "third": 0})], actor=everybody.unit_secretary)
    assert list(PeopleHandled.objects.values_list("form", "number")) == [("first", 2)]
    everybody.discipline = make_user("discipline", "程砚一", Role.DISCIPLINE_REVIEWER)
    everybody.organisation = make_user("organisation", "程砚二", Role.ORGANISATION_REVIEWER)
    everybody.their_secretary = make_user("their_secretary", "柳书记", Role.UNIT_SECRETARY, education)
    seeing = {name for name, user in vars(everybody).items() if people_handled_visible_to(user).exists()}
    assert seeing == {"head", "discipline", "organisation", "unit_secretary"}
    assert queries.people_by_measure(everybody.staff, [measure.pk]) == {}
    assert queries.people_by_measure(everybody.head, [measure.pk]) == {measure.pk: {"first": 2}}
    # On the trail it is sealed: whoever reads the measure's history learns no number.
    assert str(trail.history_of(measure)[0].after["people"]).startswith("hmac:")


def test_many_cost_no_more_reading_than_one(make_item: MakeItem, make_measure: MakeMeasure, liaison: User) -> None:
    def read(measures: list[Measure]) -> int:
        with CaptureQueriesContext(connection) as asked:
            report_progress([done(measure) for measure in measures], actor=liaison)
        tables = ("rectification_rectification", "rectification_measure")
        return sum(q["sql"].startswith("SELECT") and any(t in q["sql"] for t in tables) for q in asked)

    measures = [make_measure(make_item()) for _ in range(6)]
    read(measures[:1])
    assert read(measures[1:2]) == read(measures[2:])
    assert Rectification.objects.filter(progress="done").count() == 6
