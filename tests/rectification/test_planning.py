"""A unit writes its plan; nobody else does, and nobody while it is with the reviewers."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.rectification.planned import TEXTS, claim_of, measure_of
from xuncha.findings.models import Finding, Stated
from xuncha.rectification.actions import planning
from xuncha.rectification.actions.proving import add_evidence
from xuncha.rectification.actions.reporting import Report, report_progress
from xuncha.rectification.models import Measure, Plan, ProgressEntry, Rectification
from xuncha.rectification.queries import plans as queries
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted


def test_a_plan_begins_once_with_the_secretary_as_first_responsible(plan: Plan, liaison: Any, health: Any) -> None:
    assert (plan.state, plan.first_responsible) == ("draft", "许怀谷")
    assert planning.begin_plan(round=plan.round_id, unit=health.pk, actor=liaison) == plan
    assert [entry.act for entry in trail.history_of(plan)] == ["begin_plan"]


def test_nothing_claimed_nothing_to_plan(round_8: Any, health: Any, liaison: Any, staff: Any) -> None:
    with pytest.raises(IllegalTransition):
        planning.begin_plan(round=round_8.pk, unit=health.pk, actor=liaison)
    with pytest.raises(NotPermitted):
        planning.begin_plan(round=round_8.pk, unit=health.pk, actor=staff)


def test_the_texts_are_kept_and_the_second_is_told(plan: Plan, liaison: Any) -> None:
    done = planning.edit_plan_texts(plan, wanted=TEXTS, actor=liaison, version=1)
    assert (done.guarantees, done.version) == ("每周调度一次", 2)
    with pytest.raises(Conflict):
        planning.edit_plan_texts(plan, wanted={**TEXTS, "principles": "另一稿"}, actor=liaison, version=1)
    assert Plan.objects.get().principles == "实事求是，举一反三"


def test_measures_are_added_edited_moved_and_taken_out(plan: Plan, items: list[Rectification], liaison: Any) -> None:
    first = planning.add_measure(items[0], wanted=measure_of(0), actor=liaison)
    second = planning.add_measure(items[0], wanted={"text": "按月通报拨付进度"}, actor=liaison)
    edited = planning.edit_measure(first, wanted={"person": "石清"}, actor=liaison, version=1)
    assert (edited.person, edited.goal, edited.version) == ("石清", "286.40万元全部到位", 2)
    assert list(edited.edited_by.all()) == [liaison]
    planning.reorder_measure(second, up=True, actor=liaison, version=1)
    assert list(Measure.objects.filter(rectification=items[0])) == [second, first]
    told = second.pk
    planning.remove_measure(second, actor=liaison, version=1)
    assert list(Measure.objects.all()) == [first]
    gone = Measure(pk=told)
    assert [entry.act for entry in trail.history_of(gone)] == ["remove_measure", "reorder_measure", "add_measure"]


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"text": "  "}, {"text": "required"}),
        ({"goal": "目" * 501}, {"goal": "too_long"}),
        ({"kind": "magic"}, {"kind": "unknown"}),
        ({"due_on": datetime.date(2026, 9, 1)}, {"due_on": "ends_before_it_starts"}),
    ],
)
def test_what_cannot_be_kept_is_said_by_field(
    plan: Plan, items: list[Rectification], liaison: Any, changed: dict[str, Any], faults: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        planning.add_measure(items[0], wanted=measure_of(0, **changed), actor=liaison)
    assert refused.value.data["faults"] == faults and not Measure.objects.exists()


def test_of_two_who_edit_at_once_the_second_is_told(measures: list[Measure], liaison: Any) -> None:
    planning.edit_measure(measures[0], wanted={"person": "石清"}, actor=liaison, version=1)
    with pytest.raises(Conflict) as refused:
        planning.edit_measure(measures[0], wanted={"person": "程野"}, actor=liaison, version=1)
    assert refused.value.data["current"].person == "石清"
    planning.remove_measure(measures[1], actor=liaison, version=1)
    with pytest.raises(Conflict) as refused:
        planning.edit_measure(measures[1], wanted={"person": "程野"}, actor=liaison, version=1)
    assert refused.value.data["current"] is None


def test_nobody_but_the_unit_writes(
    measures: list[Measure], items: list[Rectification], everybody: Any, leader_in_charge: Any
) -> None:
    for name in ("head", "staff", "reviewer", "other_liaison", "outsider", "team_head", "leader_in_charge"):
        actor = getattr(everybody, name)
        with pytest.raises(NotPermitted):
            planning.add_measure(items[0], wanted=measure_of(0), actor=actor)
        with pytest.raises(NotPermitted):
            planning.edit_measure(measures[0], wanted={"person": "别人"}, actor=actor, version=1)
    for name in ("unit_secretary", "unit_leader"):
        planning.add_measure(items[0], wanted={"text": f"{name}补充的措施"}, actor=getattr(everybody, name))


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_nothing_is_written_while_the_plan_is_out_of_hand(measures: list[Measure], liaison: Any, state: str) -> None:
    Plan.objects.update(state=state)
    with pytest.raises(IllegalTransition) as refused:
        planning.edit_measure(measures[0], wanted={"person": "石清"}, actor=liaison, version=1)
    assert refused.value.code == f"plan_{state}"


def test_what_was_reported_on_or_applied_for_stays(measures: list[Measure], liaison: Any) -> None:
    ProgressEntry.objects.create(measure=measures[0], on="2026-10-01", words="已拨付", progress="under_way", by=liaison)
    with pytest.raises(IllegalTransition):
        planning.remove_measure(measures[0], actor=liaison, version=1)
    Rectification.objects.filter(pk=measures[1].rectification_id).update(closure="applied")
    with pytest.raises(IllegalTransition):
        planning.edit_measure(measures[1], wanted={"person": "石清"}, actor=liaison, version=1)


def test_an_item_follows_measures_that_come_and_go(
    measures: list[Measure], items: list[Rectification], liaison: Any
) -> None:
    item = items[0]

    def stands() -> tuple[str, bool]:
        seen = item.version
        item.refresh_from_db()
        return item.progress, item.version > seen

    Measure.objects.filter(pk=measures[0].pk).update(progress="done")
    Rectification.objects.filter(pk=item.pk).update(progress="done")
    stands()
    added = planning.add_measure(item, wanted=measure_of(1), actor=liaison)
    assert stands() == ("under_way", True)
    planning.remove_measure(added, actor=liaison, version=added.version)
    assert stands() == ("done", True)
    told = [entry.act for entry in trail.history_of(item)[:2]]
    assert told == ["remove_measure", "add_measure"]


def test_whoever_plans_reports_or_proves_holds_the_item_and_not_its_finding(
    measures: list[Measure], items: list[Rectification], liaison: Any
) -> None:
    measure = measures[0]
    said = Report(measure.pk, "under_way", "已拨付两笔", datetime.date(2026, 9, 10), measure.version)
    with CaptureQueriesContext(connection) as asked:
        planning.add_measure(items[0], wanted=measure_of(1), actor=liaison)
        report_progress([said], actor=liaison)
        add_evidence(measure, "凭证.png", io.BytesIO(b"\x89PNG\r\n\x1a\n1"), actor=liaison)
    # Where the database holds rows one by one: SQLite holds all at once.
    held = [each["sql"] for each in asked if "FOR UPDATE" in each["sql"]]
    assert bool(held) == connection.features.has_select_for_update
    assert all(" OF " in sql for sql in held if '"findings_finding"' in sql.partition("WHERE")[0])


def test_a_draft_is_the_units_own_until_it_is_submitted(plan: Plan, everybody: Any) -> None:
    own = {"liaison", "unit_secretary", "unit_leader"}
    theirs = {"head", "staff", "reviewer", "leadership", "team_head", "leader_in_charge"}
    assert {name for name, user in vars(everybody).items() if queries.find_plan(user, plan.pk)} == own
    Plan.objects.update(draft_no=1)
    seen = {name for name, user in vars(everybody).items() if queries.find_plan(user, plan.pk)}
    assert own | theirs <= seen and not {"other_liaison", "outsider", "recused", "withdrawn", "trail_reader"} & seen


def test_the_form_offers_the_units_own_words_alone(
    measures: list[Measure], make_finding: Any, education: Any, other_liaison: Any, staff: Any, health: Any
) -> None:
    theirs = claim_of(make_finding, "教育经费使用不规范", education, other_liaison, staff)
    planning.begin_plan(round=theirs.round_id, unit=education.pk, actor=other_liaison)
    planning.add_measure(theirs, wanted=measure_of(0, person="柳长风"), actor=other_liaison)
    assert queries.offered_words(health.pk)["person"] == ["白一帆"]
    assert queries.offered_words(education.pk)["person"] == ["柳长风"]


def test_a_plan_and_the_list_ask_as_often_for_many_as_for_few(
    measures: list[Measure], plan: Plan, make_finding: Any, health: Any, liaison: Any, staff: Any, round_8: Any
) -> None:
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as whole:
            queries.plan_items(liaison, plan)
        with CaptureQueriesContext(connection) as listed:
            queries.plan_rows(staff, round_8)
        return len(whole), len(listed)

    few = asked()
    for number in range(5):
        item = claim_of(make_finding, f"问题{number}", health, liaison, staff)
        planning.add_measure(item, wanted=measure_of(number), actor=liaison)
    assert asked() == few


def test_the_list_counts_what_stands(measures: list[Measure], plan: Plan, staff: Any, round_8: Any) -> None:
    Measure.objects.filter(pk=measures[0].pk).update(progress="done")
    measures[2].delete()
    (row,) = queries.plan_rows(staff, round_8)
    assert (row.items, row.without, row.measures, row.done, row.is_own) == (3, 1, 2, 1, False)
    assert row.due_on == datetime.date(2026, 9, 16) and row.plan == plan


def test_what_papers_stated_becomes_measures_of_what_has_none(
    plan: Plan, items: list[Rectification], liaison: Any, staff: Any
) -> None:
    for item, texts in zip(items, (["清算", "拨付", "清算"], [], ["追回"]), strict=True):
        Stated.objects.create(
            finding=item.finding, department="财务科", person="白" * 100, measures=[{"text": text} for text in texts]
        )
        Finding.objects.filter(pk=item.finding_id).update(stated_leader="何远之", stated_due="2026-10-01")
    planning.add_measure(items[2], wanted=measure_of(2), actor=liaison)
    stated = queries.stated_measures(liaison, plan)
    assert [(each.item, [m["text"] for m in each.measures]) for each in stated] == [(items[0], ["清算", "拨付"])]
    with pytest.raises(NotPermitted):
        planning.draft_from_papers(plan, items=[items[0].pk], actor=staff)
    with pytest.raises(Invalid):
        planning.draft_from_papers(plan, items=[items[2].pk], actor=liaison)
    made = planning.draft_from_papers(plan, items=[items[0].pk], actor=liaison)
    assert [(m.text, m.responsible_leader, m.lead_section, len(m.person), str(m.due_on)) for m in made] == [
        ("清算", "何远之", "财务科", 60, "2026-10-01"),
        ("拨付", "何远之", "财务科", 60, "2026-10-01"),
    ]
    assert trail.history_of(made[0])[0].act == "draft_from_papers"
    assert queries.stated_measures(liaison, plan) == []
