"""A claim that takes a finding on opens what has to be put right; its day follows rule and calendar."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.rectification.test_claiming import claim, part_of
from xuncha.findings.models import Addressee, Feedback, Finding
from xuncha.organisation.models import Unit
from xuncha.rectification.actions.claiming import Answer, answer_claims, decide_claims
from xuncha.rectification.actions.handing import hand_over
from xuncha.rectification.models import Claim, ClosureStep, HandingOver, Measure, Rectification
from xuncha.rectification.permissions import rectifications_visible_to, rectifications_worked_on_by
from xuncha.rectification.queries import claims as queries
from xuncha.security.errors import IllegalTransition

Handed = dict[str, HandingOver]
PERIOD_END = datetime.date(2026, 11, 26)


def hand_over_later(handing: HandingOver, staff: Any) -> None:
    """The day of handing over was the first of September, it turns out."""
    hand_over(
        handing.feedback,
        received={handing.unit_id: "沈知禾"},
        handed_on=datetime.date(2026, 9, 1),
        seen={handing.unit_id: handing.version},
        actor=staff,
    )


@pytest.fixture
def mine(handed: Handed) -> int:
    return part_of(handed["卫健局"])


@pytest.mark.parametrize(
    ("state", "words", "own", "opened"),
    [
        ("claimed", "", "滞留94天", 1),
        ("claimed_with_objection", "金额有出入", "滞留94天", 1),
        ("self_checked_none", "逐项核对", "", 0),
        ("not_ours", "不归本单位", "", 0),
    ],
)
def test_what_takes_the_finding_on_opens_a_rectification(
    mine: int, liaison: Any, state: str, words: str, own: str, opened: int
) -> None:
    claim(mine, state, liaison, words, own)
    assert Rectification.objects.count() == opened


def test_it_is_due_at_the_end_of_the_period(mine: int, liaison: Any, round_8: Any, health: Unit) -> None:
    claim(mine, "claimed", liaison, own="滞留94天")
    item = Rectification.objects.get()
    assert (item.round, item.unit, item.due_on, item.due_by) == (round_8, health, PERIOD_END, "rule")
    assert (item.progress, item.horizon, item.closure) == ("not_started", "period", "none")


def test_what_the_paper_says_of_the_date_comes_first(mine: int, liaison: Any) -> None:
    Finding.objects.update(stated_due="2026-10-01", immediate=True, origin="legacy")
    claim(mine, "claimed", liaison, own="滞留94天")
    item = Rectification.objects.get()
    assert (item.due_on, item.due_by) == (datetime.date(2026, 10, 1), "paper")
    assert (item.horizon, item.inherited) == ("immediate", True)


def test_a_ruling_opens_it_for_who_said_not_ours(mine: int, liaison: Any, staff: Any) -> None:
    claim(mine, "not_ours", liaison, "不归本单位")
    decide_claims([mine], act="assign", reason="职责在本单位", seen=queries.last_step(), actor=staff)
    assert Rectification.objects.get().claim.said == "not_ours"


def test_an_answer_thought_better_of_withdraws_it_unless_measures_stand(mine: int, liaison: Any) -> None:
    first = claim(mine, "claimed", liaison, own="滞留94天")
    item = Rectification.objects.get()
    measure = Measure.objects.create(rectification=item, text="清算拨付", written_by=liaison)
    with pytest.raises(IllegalTransition) as refused:
        claim(mine, "not_ours", liaison, "不归本单位", version=first.version)
    assert refused.value.code == "work_stands" and Claim.objects.get().state == "claimed"
    measure.delete()
    claim(mine, "not_ours", liaison, "不归本单位", version=first.version)
    assert not Rectification.objects.exists()


def test_what_the_office_pressed_for_is_not_answered_away(mine: int, liaison: Any, staff: Any) -> None:
    first = claim(mine, "claimed", liaison, own="滞留94天")
    item = Rectification.objects.get()
    ClosureStep.objects.create(rectification=item, act="apply", by=staff, role="office_staff")
    with pytest.raises(IllegalTransition):
        claim(mine, "not_ours", liaison, "不归本单位", version=first.version)
    assert Rectification.objects.get() == item


def test_it_follows_another_day_of_handing_over(handed: Handed, mine: int, liaison: Any, staff: Any) -> None:
    claim(mine, "claimed", liaison, own="滞留94天")
    hand_over_later(handed["卫健局"], staff)
    assert Rectification.objects.get().due_on == datetime.date(2026, 12, 1)


def test_a_day_of_its_own_stays_when_the_rule_moves(handed: Handed, mine: int, liaison: Any, staff: Any) -> None:
    claim(mine, "claimed", liaison, own="滞留94天")
    Rectification.objects.update(due_by="extension", due_on="2027-06-30")
    hand_over_later(handed["卫健局"], staff)
    assert Rectification.objects.get().due_on == datetime.date(2027, 6, 30)


def test_a_unit_sees_and_works_on_its_own_alone(
    handed: Handed, mine: int, liaison: Any, other_liaison: Any, staff: Any, reviewer: Any
) -> None:
    claim(mine, "claimed", liaison, own="滞留94天")
    claim(part_of(handed["教育局"]), "claimed", other_liaison, own="台账缺失")
    assert [item.unit.short_name for item in rectifications_visible_to(liaison)] == ["卫健局"]
    assert rectifications_worked_on_by(other_liaison).get().unit.short_name == "教育局"
    assert rectifications_visible_to(staff).count() == rectifications_visible_to(reviewer).count() == 2
    assert not rectifications_worked_on_by(staff).exists()


def test_many_claims_open_theirs_in_as_many_queries_as_one(
    handed: Handed, make_finding: Any, health: Unit, liaison: Any, joint: Feedback
) -> None:
    def asked(parts: list[int]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer_claims([Answer(part, "claimed", "滞留") for part in parts], actor=liaison)
        return sum("rectification_rectification" in query["sql"] for query in asked)

    for number in range(7):
        finding = make_finding(f"问题{number}", unit=None, units=[health])
        Finding.objects.filter(pk=finding.pk).update(feedback=joint)
    parts = list(Addressee.objects.filter(unit=health, finding__feedback=joint).values_list("pk", flat=True))
    assert asked(parts[:1]) == asked(parts[1:])
    assert Rectification.objects.count() == len(parts)
