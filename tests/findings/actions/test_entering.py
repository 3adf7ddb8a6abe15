"""A reviewed paper enters the ledger, all of it or nothing."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.findings.reviewed import JOINT, make_paper
from xuncha.findings.actions import entering
from xuncha.findings.actions.entering import enter_paper
from xuncha.findings.models import (
    Addressee,
    Attribution,
    Classification,
    Draft,
    DraftChange,
    Feedback,
    Finding,
    FindingSketch,
    Paper,
    Recipient,
    Requirement,
    SearchText,
)
from xuncha.findings.queries.entering import plan_of
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.rulebook.models import Category, Scheme
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import TrailEntry, User


def accept_all(paper: Paper) -> Paper:
    paper.drafts.filter(level="item", state="unseen").update(state="accepted")
    return paper


@pytest.fixture
def paper(tmp_path: Path, staff: User, round_8: Round) -> Paper:
    """A feedback to the health bureau of which everything was accepted."""
    return accept_all(make_paper(staff, tmp_path))


@pytest.fixture
def joint(tmp_path: Path, staff: User, round_8: Round) -> Paper:
    """A joint feedback of which everything was accepted."""
    return accept_all(make_paper(staff, tmp_path, JOINT, "讲话.txt"))


def lacks_of(refusal: pytest.ExceptionInfo[Invalid]) -> dict[str, int]:
    return {lack.code: lack.number for lack in refusal.value.data["lacks"]}


def test_a_feedback_enters_with_all_that_hangs_on_it(paper: Paper, staff: User, round_8: Round, health: Unit) -> None:
    entry = enter_paper(paper, actor=staff, version=paper.version)
    assert entry.is_new and entry.findings == 4
    paper.refresh_from_db()
    assert (paper.state, paper.entered_by) == ("entered", staff) and paper.entered_at
    findings = list(Finding.objects.order_by("number"))
    assert [finding.number for finding in findings] == [f"14-8-卫健局-00{n}" for n in range(1, 5)]
    first = findings[0]
    assert (first.state, first.paper, first.heading) == ("issued", paper, "政治站位不高，服务大局不足")
    assert paper.text[first.start : first.end] == first.statement
    assert first.manifestations.get().text.startswith("党组理论学习中心组")
    assert [addressee.unit for addressee in first.addressees.all()] == [health]
    assert SearchText.objects.count() == 4 and FindingSketch.objects.exists()
    feedback = Feedback.objects.get()
    assert entry.feedback == feedback and first.feedback == feedback
    assert (feedback.kind, feedback.round, feedback.given_on) == ("single", round_8, datetime.date(2026, 8, 26))
    assert feedback.title == "中共青禾县委第一巡察组关于巡察县卫生健康局党组的反馈意见"
    assert feedback.issued_at and feedback.issued_by == staff
    assert [recipient.unit for recipient in feedback.recipients.all()] == [health]


def test_requirements_enter_with_who_what_and_by_when(paper: Paper, staff: User) -> None:
    draft = paper.drafts.get(level="requirement", statement="提高政治站位")
    draft.stated, draft.due = {"who": "局党组"}, "自反馈之日起一个月内"
    draft.save()
    enter_paper(paper, actor=staff, version=paper.version)
    requirement = Requirement.objects.get(title="提高政治站位")
    assert not Requirement.objects.filter(title="整改要求").exists(), "a heading over demands is none"
    assert (requirement.who, requirement.due_words) == ("局党组", "自反馈之日起一个月内")
    assert requirement.due_on == datetime.date(2026, 9, 26)
    assert requirement.duties and requirement.duties[0]["start"]


def test_what_a_paper_states_is_kept_as_stated(paper: Paper, staff: User) -> None:
    draft = paper.drafts.filter(level="item", state="accepted").first()
    assert draft
    draft.stated = {"leader": "沈知禾", "department": "办公室", "person": "柳长风", "status": "已完成"}
    draft.measures = [{"text": "建立台账", "start": None, "end": None, "page": None}]
    draft.due = "2026年10月底前"
    draft.save()
    enter_paper(paper, actor=staff, version=paper.version)
    finding = Finding.objects.get(statement=draft.statement)
    assert (finding.stated_leader, finding.stated_status) == ("沈知禾", "已完成")
    assert finding.stated_due == datetime.date(2026, 10, 31)
    assert (finding.stated.department, finding.stated.person) == ("办公室", "柳长风")
    assert finding.stated.due_words == "2026年10月底前"
    assert finding.stated.measures[0]["text"] == "建立台账"
    assert finding in Finding.objects.filter(search_text__text__contains="建立台账")


def test_a_joint_finding_is_addressed_to_those_named_else_to_all(
    joint: Paper, staff: User, round_8: Round, health: Unit, hospital: Unit, education: Unit
) -> None:
    enter_paper(joint, actor=staff, version=joint.version)
    named = Finding.objects.get(statement="担当意识不强")
    assert named.number.startswith("14-8-集中-") and named.unit is None
    assert [addressee.unit for addressee in named.addressees.all()] == [education]
    to_all = Finding.objects.get(statement="学用脱节")
    assert {addressee.unit for addressee in to_all.addressees.all()} == {health, hospital, education}
    assert Feedback.objects.get().kind == "joint"
    assert Recipient.objects.count() == 3


def test_a_finding_in_a_units_own_series_is_shown_to_no_other(
    paper: Paper, staff: User, health: Unit, education: Unit
) -> None:
    """Its words may name another unit, or the paper was taken for a joint one while it was reviewed."""
    paper.drafts.filter(level="item").update(units=[education.pk])
    entry = enter_paper(paper, actor=staff, version=paper.version)
    assert set(Addressee.objects.values_list("unit", flat=True)) == {health.pk}
    assert [each.unit for each in Recipient.objects.filter(feedback=entry.feedback)] == [health]


def test_a_joint_paper_is_given_to_the_units_chosen(joint: Paper, staff: User, health: Unit, education: Unit) -> None:
    joint.reading = {**joint.reading, "recipients": [health.pk]}
    joint.save()
    enter_paper(joint, actor=staff, version=joint.version)
    assert {recipient.unit for recipient in Recipient.objects.all()} == {health, education}
    assert {a.unit for a in Addressee.objects.filter(finding__statement="学用脱节")} == {health}


def test_where_it_was_seen_stays_the_offices_note(joint: Paper, staff: User, health: Unit) -> None:
    draft = joint.drafts.get(statement="学用脱节")
    draft.seen_at = [{"unit": health.pk, "note": "学习计划"}]
    draft.save()
    enter_paper(joint, actor=staff, version=joint.version)
    attribution = Attribution.objects.get()
    assert (attribution.unit, attribution.note, attribution.by) == (health, "学习计划", staff)
    assert not SearchText.objects.filter(text__contains="学习计划年年照抄连年").exists()


def test_codes_of_further_schemes_enter_too(paper: Paper, staff: User) -> None:
    scheme = Scheme.objects.create(code="own", name="本办分类")
    category = Category.objects.create(scheme=scheme, code="a", name="甲")
    draft = paper.drafts.filter(level="item", state="accepted").first()
    assert draft
    draft.codes = {str(scheme.pk): category.pk, "999": 999_999}
    draft.save()
    enter_paper(paper, actor=staff, version=paper.version)
    assert Classification.objects.get().category == category


def test_findings_of_what_was_not_fed_back_are_drafts(paper: Paper, staff: User) -> None:
    paper.already_fed_back = False
    paper.save()
    enter_paper(paper, actor=staff, version=paper.version)
    assert set(Finding.objects.values_list("state", flat=True)) == {"draft"}
    assert Feedback.objects.get().issued_at is None


def test_dropped_ones_do_not_enter(paper: Paper, staff: User) -> None:
    first = paper.drafts.filter(level="item", state="accepted").first()
    assert first
    Draft.objects.filter(pk=first.pk).update(state="dropped")
    paper.drafts.filter(level="requirement").update(state="dropped")
    entry = enter_paper(paper, actor=staff, version=paper.version)
    assert (entry.findings, entry.requirements) == (3, 0)


def test_what_is_missing_is_said_at_once(tmp_path: Path, staff: User, round_8: Round) -> None:
    paper = make_paper(staff, tmp_path)
    paper.round = paper.unit = None
    paper.save()
    with pytest.raises(Invalid) as refusal:
        enter_paper(paper, actor=staff, version=paper.version)
    assert lacks_of(refusal) == {"undecided": 4, "round_missing": 0, "unit_missing": 0}
    assert not Finding.objects.exists()
    paper.drafts.filter(level="item").update(state="dropped")
    with pytest.raises(Invalid) as refusal:
        enter_paper(paper, actor=staff, version=paper.version)
    assert "nothing_accepted" in lacks_of(refusal)


def test_a_joint_paper_needs_somebody_to_be_given_to(joint: Paper, staff: User, round_8: Round) -> None:
    round_8.inspected.all().delete()
    with pytest.raises(Invalid) as refusal:
        enter_paper(joint, actor=staff, version=joint.version)
    assert lacks_of(refusal) == {"recipients_missing": 0}


def test_a_merged_unit_is_followed_to_its_successor(paper: Paper, staff: User, health: Unit, education: Unit) -> None:
    Unit.objects.filter(pk=health.pk).update(state="merged", merged_into=education)
    enter_paper(paper, actor=staff, version=paper.version)
    assert {finding.unit for finding in Finding.objects.all()} == {education}


def test_an_abolished_unit_is_given_nothing(paper: Paper, staff: User, health: Unit) -> None:
    Unit.objects.filter(pk=health.pk).update(state="abolished")
    with pytest.raises(Invalid) as refusal:
        enter_paper(paper, actor=staff, version=paper.version)
    assert lacks_of(refusal) == {"unit_gone": 0}


def test_a_double_click_enters_once(paper: Paper, staff: User, head: User) -> None:
    first = enter_paper(paper, actor=staff, version=paper.version)
    for actor in (staff, head):
        again = enter_paper(paper, actor=actor, version=paper.version)
        assert not again.is_new
        assert (again.feedback, again.findings, again.requirements) == (
            first.feedback,
            first.findings,
            first.requirements,
        )
    assert Finding.objects.count() == 4 and Feedback.objects.count() == 1


def test_whoever_saw_an_older_state_is_told(paper: Paper, staff: User, head: User) -> None:
    seen = plan_of(paper).last_step
    DraftChange.objects.create(paper=paper, act="drop", by=head)
    with pytest.raises(Conflict) as refusal:
        enter_paper(paper, actor=staff, version=paper.version, last_step=seen)
    assert refusal.value.code == "review_went_on"
    with pytest.raises(Conflict) as refusal:
        enter_paper(paper, actor=staff, version=paper.version - 1)
    assert refusal.value.code == "paper_changed"


def test_only_the_office_enters_and_only_from_review(paper: Paper, staff: User, reviewer: User, liaison: User) -> None:
    for actor in (reviewer, liaison):
        with pytest.raises(NotPermitted):
            enter_paper(paper, actor=actor, version=paper.version)
    Paper.objects.update(state="waiting")
    with pytest.raises(IllegalTransition):
        enter_paper(paper, actor=staff, version=paper.version)
    Paper.objects.update(state="review", kind="ledger")
    with pytest.raises(IllegalTransition):
        enter_paper(paper, actor=staff, version=paper.version)


def test_one_batch_of_the_trail_tells_all(paper: Paper, staff: User) -> None:
    entry = enter_paper(paper, actor=staff, version=paper.version)
    entries = TrailEntry.objects.filter(batch=entry.batch)
    assert {(e.object_kind, e.act) for e in entries} == {
        ("findings.finding", "enter_paper"),
        ("findings.feedback", "enter_feedback"),
        ("findings.paper", "enter_paper"),
    }


def test_a_fault_at_the_end_leaves_nothing(paper: Paper, staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("disk")

    monkeypatch.setattr(entering, "_add_requirements", fails)
    with pytest.raises(RuntimeError):
        enter_paper(paper, actor=staff, version=paper.version)
    assert not Finding.objects.exists() and not Feedback.objects.exists() and not TrailEntry.objects.exists()
    paper.refresh_from_db()
    assert paper.state == "review"


@pytest.mark.parametrize("copies", [1, 3])
def test_the_plan_costs_the_same_for_few_and_many(copies: int, joint: Paper, django_assert_num_queries: Any) -> None:
    for draft in list(joint.drafts.filter(level="item")) * (copies - 1):
        draft.pk = None
        draft.position += 100
        draft.save()
    paper = Paper.objects.select_related("round__term", "unit").get(pk=joint.pk)
    with django_assert_num_queries(5):
        plan_of(paper)
