"""A plan is judged by the parties that the office set; nobody judges a plan of one's own hand; every draft stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import make_user
from tests.rectification.planned import claim_of
from xuncha.rectification.actions import planning
from xuncha.rectification.actions import reviewing_plans as reviewing
from xuncha.rectification.actions.reviewing_plans import Mark, WantedParty
from xuncha.rectification.models import Measure, Plan, PlanDraft
from xuncha.rectification.queries import items as items_queries
from xuncha.rectification.queries import plan_drafts
from xuncha.rectification.queries.plans import plan_items
from xuncha.rectification.workflow import review_outcome, whose_turn
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.roles import Role

PARTIES = (WantedParty("巡察组", "team_head"), WantedParty("宣传部", "reviewer"), WantedParty("巡察办", "office"))


def set_rule(head: Any, *, in_order: bool = False, majority: bool = False, parties: Any = PARTIES) -> list[int]:
    """The keys of the parties."""
    version = plan_drafts.review_rule().version
    reviewing.set_plan_review(
        parties=parties, in_order=in_order, majority=majority, source="本办设定", actor=head, version=version
    )
    return [party.pk for party in plan_drafts.parties_of(plan_drafts.review_rule())]


def submit(plan: Plan, secretary: Any) -> Plan:
    plan.refresh_from_db()
    return reviewing.submit_plan(plan, actor=secretary, version=plan.version)


def say(plan: Plan, party: int, verdict: str, actor: Any, words: str = "", marks: tuple[Mark, ...] = ()) -> Plan:
    plan.refresh_from_db()
    return reviewing.review_plan(
        plan, party=party, verdict=verdict, words=words, marks=marks, draft_no=plan.draft_no, actor=actor
    )


@pytest.mark.parametrize(
    ("said", "in_order", "majority", "turn", "outcome"),
    [
        ({}, False, False, [1, 2, 3], ""),
        ({}, True, False, [1], ""),
        ({1: "approve"}, True, False, [2], ""),
        ({1: "return"}, True, False, [2], "returned"),
        ({1: "return"}, False, False, [2, 3], ""),
        ({1: "return", 2: "approve", 3: "approve"}, False, False, [], "returned"),
        ({1: "return", 2: "approve", 3: "approve"}, False, True, [], "approved"),
        ({1: "approve", 2: "approve"}, True, True, [3], "approved"),
        ({1: "return", 2: "return"}, True, True, [3], "returned"),
        ({1: "return"}, True, True, [2], ""),
        ({1: "approve", 2: "approve", 3: "approve"}, False, False, [], "approved"),
    ],
)
def test_the_rule_says_whose_turn_it_is_and_how_it_comes_out(
    said: dict[int, str], in_order: bool, majority: bool, turn: list[int], outcome: str
) -> None:
    assert whose_turn([1, 2, 3], said, in_order=in_order) == turn
    assert review_outcome([1, 2, 3], said, in_order=in_order, majority=majority) == outcome


def test_only_the_secretary_submits_and_only_a_whole_plan(
    plan: Plan, measures: list[Measure], liaison: Any, unit_secretary: Any
) -> None:
    with pytest.raises(NotPermitted):
        submit(plan, liaison)
    Measure.objects.filter(pk=measures[0].pk).update(person="")
    with pytest.raises(Invalid) as refused:
        submit(plan, unit_secretary)
    assert refused.value.code == "plan_incomplete"
    Measure.objects.filter(pk=measures[0].pk).update(person="白一帆")
    done = submit(plan, unit_secretary)
    assert (done.state, done.draft_no, done.submitted_by) == ("submitted", 1, unit_secretary)
    draft = PlanDraft.objects.get()
    assert [item["measures"][0]["text"] for item in draft.content["items"]] == [m.text for m in measures]
    assert [party["name"] for party in draft.parties] == ["纪委监委", "组织部", "巡察办"]


def test_all_at_once_everybody_is_heard_and_all_must_agree(
    plan: Plan, measures: list[Measure], unit_secretary: Any, head: Any, reviewer: Any, team_head: Any
) -> None:
    team, publicity, office = set_rule(head)
    submit(plan, unit_secretary)
    assert say(plan, office, "approve", head).state == "submitted"
    mark = Mark(f"measure.{measures[1].pk}", "请列出3家医院名单", "覆盖3家医院")
    say(plan, publicity, "return", reviewer, "措施不够具体", (mark,))
    assert say(plan, team, "approve", team_head).state == "returned"
    draft = plan_drafts.drafts_of(plan)[0]
    assert draft.outcome == "returned" and len(draft.opinions.all()) == 3
    marks = [(m.place, m.words) for opinion in draft.opinions.all() for m in opinion.marks.all()]
    assert marks == [(mark.place, "请列出3家医院名单")]
    acts = [entry.act for entry in trail.history_of(plan)]
    assert acts[:4] == ["return_plan", "review_plan", "review_plan", "review_plan"]


def test_in_order_each_waits_for_the_one_before(
    plan: Plan, measures: list[Measure], unit_secretary: Any, head: Any, reviewer: Any, team_head: Any
) -> None:
    team, publicity, office = set_rule(head, in_order=True, majority=True)
    submit(plan, unit_secretary)
    with pytest.raises(IllegalTransition):
        say(plan, office, "approve", head)
    say(plan, team, "approve", team_head)
    assert plan_drafts.waiting_for(team_head) == {} and plan_drafts.waiting_for(reviewer) == {plan.pk: [publicity]}
    done = say(plan, publicity, "approve", reviewer)
    assert done.state == "approved" and done.approved_on is not None
    with pytest.raises(IllegalTransition):
        say(plan, office, "approve", head)


def test_nobody_judges_what_is_of_ones_own_hand_or_of_another_party(
    plan: Plan, measures: list[Measure], everybody: Any
) -> None:
    team, publicity, office = set_rule(everybody.head)
    submit(plan, everybody.unit_secretary)
    for name in ("liaison", "unit_secretary", "leader_in_charge", "other_liaison", "outsider", "leadership", "recused"):
        for party in (team, publicity, office):
            with pytest.raises(NotPermitted):
                say(plan, party, "approve", getattr(everybody, name))
    with pytest.raises(NotPermitted):
        say(plan, office, "approve", everybody.reviewer)
    with pytest.raises(NotPermitted):
        say(plan, team, "approve", everybody.team_member)
    Measure.objects.filter(pk=measures[0].pk).update(written_by=everybody.staff)
    with pytest.raises(NotPermitted):
        say(plan, office, "approve", everybody.staff)
    Measure.objects.filter(pk=measures[0].pk).update(written_by=everybody.liaison)
    measures[1].edited_by.add(everybody.staff)
    with pytest.raises(NotPermitted):
        say(plan, office, "approve", everybody.staff)
    assert say(plan, office, "approve", everybody.head).state == "submitted"


def test_what_is_said_has_its_form(
    plan: Plan, measures: list[Measure], unit_secretary: Any, head: Any, reviewer: Any
) -> None:
    _team, publicity, office = set_rule(head)
    submit(plan, unit_secretary)
    place = f"measure.{measures[0].pk}"
    for verdict, words, marks, fault in (
        ("maybe", "", (), {"verdict": "choose_a_verdict"}),
        ("return", " ", (), {"words": "say_what_to_change"}),
        ("return", "", (Mark(place, ""),), {f"marks.{place}": "say_what_to_change"}),
        ("return", "", (Mark(place, "改", "没有这句话"),), {f"marks.{place}": "not_in_the_text"}),
        ("return", "", (Mark("measure.0", "改"),), {"marks.measure.0": "unknown"}),
    ):
        with pytest.raises(Invalid) as refused:
            say(plan, publicity, verdict, reviewer, words, marks)
        assert refused.value.data["faults"] == fault
    say(plan, publicity, "approve", reviewer)
    with pytest.raises(Conflict):
        say(plan, publicity, "approve", reviewer)
    with pytest.raises(Conflict):
        reviewing.review_plan(plan, party=office, verdict="approve", draft_no=7, actor=head)


def test_it_is_withdrawn_while_nobody_has_spoken(
    plan: Plan, measures: list[Measure], unit_secretary: Any, liaison: Any, head: Any
) -> None:
    office = set_rule(head)[2]
    submit(plan, unit_secretary)
    plan.refresh_from_db()
    reviewing.withdraw_plan(plan, actor=liaison, version=plan.version)
    assert Plan.objects.get().state == "draft" and PlanDraft.objects.get().outcome == "withdrawn"
    submit(plan, unit_secretary)
    say(plan, office, "approve", head)
    plan.refresh_from_db()
    with pytest.raises(IllegalTransition):
        reviewing.withdraw_plan(plan, actor=liaison, version=plan.version)


def test_a_resubmission_says_what_changed(
    plan: Plan, measures: list[Measure], unit_secretary: Any, liaison: Any, head: Any, make_finding: Any, staff: Any
) -> None:
    office = set_rule(head, parties=PARTIES[2:])[0]
    submit(plan, unit_secretary)
    say(plan, office, "return", head, "请修改")
    planning.edit_measure(measures[0], wanted={"person": "石清"}, actor=liaison, version=1)
    planning.remove_measure(measures[1], actor=liaison, version=1)
    planning.add_measure(
        measures[1].rectification, wanted={**_values(measures[1]), "text": "另一项检查"}, actor=liaison
    )
    submit(plan, unit_secretary)
    latest, first = plan_drafts.drafts_of(plan)
    found = plan_drafts.changes(first.content, latest.content)
    assert [(each.kind, each.title, dict(each.fields)) for each in found] == [
        ("changed", measures[0].text, {"person": ("白一帆", "石清")}),
        ("added", "另一项检查", {}),
        ("removed", measures[1].text, {}),
    ]
    assert plan_drafts.changes(first.content, first.content) == []


def _values(measure: Measure) -> dict[str, Any]:
    return {name: getattr(measure, name) for name in plan_drafts.MEASURE_FIELDS}


def test_a_draft_stays_as_it_was_submitted(
    plan: Plan, measures: list[Measure], unit_secretary: Any, liaison: Any, head: Any, staff: Any
) -> None:
    office = set_rule(head, parties=PARTIES[2:])[0]
    submit(plan, unit_secretary)
    say(plan, office, "return", head, "请修改")
    planning.edit_measure(measures[0], wanted={"person": "石清"}, actor=liaison, version=1)
    draft = plan_drafts.drafts_of(plan)[0]
    shown = plan_drafts.as_submitted(draft, plan_items(staff, plan))
    assert shown[0].measures[0].person == "白一帆" and shown[0].measures[0].due_on == measures[0].due_on


def test_the_office_opens_an_approved_plan_with_a_reason(
    plan: Plan, measures: list[Measure], unit_secretary: Any, liaison: Any, head: Any, reviewer: Any
) -> None:
    office = set_rule(head, parties=PARTIES[2:])[0]
    submit(plan, unit_secretary)
    approved = say(plan, office, "approve", head)
    with pytest.raises(NotPermitted):
        reviewing.revise_plan(approved, reason="机构调整", actor=reviewer, version=approved.version)
    with pytest.raises(Invalid):
        reviewing.revise_plan(approved, reason=" ", actor=head, version=approved.version)
    reviewing.revise_plan(approved, reason="机构调整", actor=head, version=approved.version)
    planning.edit_measure(measures[0], wanted={"person": "石清"}, actor=liaison, version=1)


def test_a_changed_rule_holds_from_the_next_submission(
    plan: Plan, measures: list[Measure], unit_secretary: Any, head: Any, liaison: Any
) -> None:
    office = set_rule(head, parties=PARTIES[2:])[0]
    submit(plan, unit_secretary)
    set_rule(head)
    assert say(plan, office, "approve", head).state == "approved"
    with pytest.raises(NotPermitted):
        set_rule(liaison)
    with pytest.raises(Invalid):
        set_rule(head, parties=())
    with pytest.raises(Invalid) as refused:
        set_rule(head, parties=(WantedParty("", "nobody"),))
    assert refused.value.data["faults"] == {"0.name": "required", "0.role": "unknown"}


def test_what_waits_is_found_in_as_many_queries_for_many_as_for_one(
    plan: Plan,
    measures: list[Measure],
    unit_secretary: Any,
    head: Any,
    education: Any,
    other_liaison: Any,
    staff: Any,
    make_finding: Any,
) -> None:
    set_rule(head)
    submit(plan, unit_secretary)

    def asked() -> int:
        head.__dict__.pop("_standing", None)
        with CaptureQueriesContext(connection) as found:
            plan_drafts.waiting_for(head)
        return len(found)

    one = asked()
    item = claim_of(make_finding, "教育经费使用不规范", education, other_liaison, staff)
    theirs = planning.begin_plan(round=item.round_id, unit=education.pk, actor=other_liaison)
    planning.add_measure(item, wanted=_values(measures[0]), actor=other_liaison)
    secretary = make_user("edu_secretary", "卜书记", Role.UNIT_SECRETARY, education)
    texts = {"first_responsible": "卜书记", "leading_group": "组长", "principles": "", "guarantees": ""}
    planning.edit_plan_texts(theirs, wanted=texts, actor=other_liaison, version=1)
    submit(theirs, secretary)
    assert len(plan_drafts.waiting_for(head)) == 2 and asked() == one


def test_while_the_unit_rewrites_a_plan_others_read_what_was_submitted(
    plan: Plan, measures: list[Measure], unit_secretary: Any, head: Any, liaison: Any, staff: Any, team_head: Any
) -> None:
    submitted = submit(plan, unit_secretary)
    reviewing.withdraw_plan(submitted, actor=liaison, version=submitted.version)
    item, first = measures[0].rectification, measures[0]
    planning.edit_measure(first, wanted={"text": "只查不改"}, actor=liaison, version=first.version)
    wanted = {name: getattr(first, name) for name in plan_drafts.MEASURE_FIELDS}
    new = planning.add_measure(item, wanted={**wanted, "text": "另加一条"}, actor=liaison)
    for actor in (staff, head, team_head):
        assert [each.text for each in items_queries.measures_of(actor, item)] == [first.text]
        assert items_queries.measure_counts(actor, [item.pk])[item.pk].of == 1
    assert [each.text for each in items_queries.measures_of(liaison, item)] == ["只查不改", "另加一条"]
    assert items_queries.measure_counts(liaison, [item.pk])[item.pk].of == 2
    assert plan_drafts.told_to(staff, [new]) == []
