"""Units claim findings or say why not, the office has the last word, and no unit can tell another's part."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import make_unit
from tests.rectification.handed import HANDED_ON
from xuncha.findings.actions.addressing import Addressing, address_finding
from xuncha.findings.models import Addressee, Attribution, Feedback, Recipient
from xuncha.organisation.models import Unit
from xuncha.rectification.actions.claiming import Answer, answer_claims, decide_claims
from xuncha.rectification.actions.handing import hand_over
from xuncha.rectification.models import Claim, ClaimStep, HandingOver
from xuncha.rectification.queries import claims as queries
from xuncha.rectification.queries.claims import ClaimFilter
from xuncha.rectification.workflow import CLAIM_MOVES, Act, ClaimState, Review, may_move
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import Grant, User
from xuncha.security.roles import Role

Handed = dict[str, HandingOver]
EVERYTHING = ClaimFilter()


def part_of(handing: HandingOver) -> int:
    return Addressee.objects.get(finding__feedback=handing.feedback, unit=handing.unit).pk


def claim(part: int, state: str, actor: Any, words: str = "", own: str = "", version: int = 0) -> Claim:
    return answer_claims([Answer(part, state, own, words, version)], actor=actor)[0]


@pytest.fixture
def mine(handed: Handed) -> int:
    """The health bureau's part in the joint finding."""
    return part_of(handed["卫健局"])


@pytest.fixture
def theirs(handed: Handed) -> int:
    """The education bureau's part in it."""
    return part_of(handed["教育局"])


def test_a_unit_claims_with_its_own_manifestations_and_the_office_accepts(mine: int, liaison: Any, staff: Any) -> None:
    done = claim(mine, "claimed", liaison, own="专项资金滞留94天")
    assert (done.state, done.review, done.version) == ("claimed", "waiting", 1)
    accepted = decide_claims([mine], act="accept", seen=queries.last_step(), actor=staff)[0]
    assert (accepted.state, accepted.review) == ("claimed", "accepted")
    assert [step.act for step in accepted.steps.all()] == ["answer", "accept"]
    assert [entry.act for entry in trail.history_of(accepted)] == ["accept_claims", "answer_claims"]


@pytest.mark.parametrize(
    ("state", "own", "words", "faults"),
    [
        ("claimed", "", "", {"manifestations": "own_manifestations_needed"}),
        ("claimed_with_objection", "有", " ", {"words": "reasons_needed"}),
        ("self_checked_none", "", "", {"words": "reasons_needed"}),
        ("not_ours", "", "", {"words": "reasons_needed"}),
        ("assigned", "", "", {"state": "choose_an_answer"}),
        ("claimed", "长" * 4001, "", {"manifestations": "too_long"}),
    ],
)
def test_an_answer_says_what_it_must(state: str, own: str, words: str, faults: Any, mine: int, liaison: Any) -> None:
    with pytest.raises(Invalid) as refused:
        claim(mine, state, liaison, words, own)
    assert refused.value.data["faults"] == {f"{mine}.{field}": fault for field, fault in faults.items()}
    assert not Claim.objects.exists()


def test_a_ruling_assigns_and_the_dissent_stays_on_record(mine: int, liaison: Any, staff: Any) -> None:
    claim(mine, "not_ours", liaison, "属财政局职责")
    with pytest.raises(Invalid):
        decide_claims([mine], act="assign", seen=queries.last_step(), actor=staff)
    done = decide_claims([mine], act="assign", reason="文件明确由你局牵头", seen=queries.last_step(), actor=staff)[0]
    assert (done.state, done.said, done.words) == ("assigned", "not_ours", "属财政局职责")
    assert (done.review, done.ruling) == ("ruled", "文件明确由你局牵头")
    with pytest.raises(IllegalTransition):
        claim(mine, "not_ours", liaison, "仍不认", version=done.version)


def test_who_is_asked_again_answers_anew_and_every_word_stays(mine: int, liaison: Any, staff: Any) -> None:
    first = claim(mine, "self_checked_none", liaison, "查了账")
    decide_claims([mine], act="question", reason="查了哪些年度", seen=queries.last_step(), actor=staff)
    again = claim(mine, "claimed", liaison, own="2025年滞留3笔", version=first.version + 1)
    assert (again.review, again.words) == ("waiting", "")
    assert [(step.act, step.words) for step in again.steps.all()] == [
        *(("answer", "查了账"), ("question", "查了哪些年度"), ("answer", ""))
    ]


def test_who_kept_silent_can_be_assigned_and_has_said_nothing(mine: int, theirs: int, staff: Any) -> None:
    done = decide_claims([mine, theirs], act="assign", reason="逾期未答", seen=queries.last_step(), actor=staff)
    assert [(each.state, each.said) for each in done] == [("assigned", "")] * 2


def test_what_was_claimed_is_not_assigned(mine: int, theirs: int, liaison: Any, staff: Any) -> None:
    claim(mine, "claimed", liaison, own="有")
    with pytest.raises(IllegalTransition):
        decide_claims([mine, theirs], act="assign", reason="认", seen=queries.last_step(), actor=staff)
    # All or none.
    assert Claim.objects.count() == 1


def test_an_answer_stands_by_a_ruling_with_reasons(mine: int, liaison: Any, staff: Any) -> None:
    claim(mine, "not_ours", liaison, "属财政局职责")
    done = decide_claims([mine], act="uphold", reason="核实无误", seen=queries.last_step(), actor=staff)[0]
    assert (done.state, done.review) == ("not_ours", "ruled")


def test_of_two_of_a_unit_the_second_is_told(mine: int, liaison: Any) -> None:
    claim(mine, "claimed", liaison, own="有")
    with pytest.raises(Conflict) as refused:
        claim(mine, "not_ours", liaison, "不是")
    assert refused.value.data["parts"] == [mine]


def test_the_office_decides_on_nothing_it_has_not_seen(mine: int, liaison: Any, staff: Any) -> None:
    seen = queries.last_step()
    claim(mine, "claimed", liaison, own="有")
    with pytest.raises(Conflict) as refused:
        decide_claims([mine], act="accept", seen=seen, actor=staff)
    assert refused.value.data["parts"] == [mine]


def test_nobody_answers_for_another_unit_nor_decides_without_the_right(
    mine: int, theirs: int, liaison: Any, other_liaison: Any, reviewer: Any, staff: Any
) -> None:
    for actor, part in ((liaison, theirs), (other_liaison, mine), (staff, mine), (reviewer, mine)):
        with pytest.raises(NotPermitted):
            claim(part, "not_ours", actor, "不是")
    claim(mine, "not_ours", liaison, "不是")
    for actor in (liaison, reviewer):
        with pytest.raises(NotPermitted):
            decide_claims([mine], act="uphold", reason="是", seen=queries.last_step(), actor=actor)


def test_nothing_is_claimed_before_it_is_handed_over(joint: Feedback, liaison: Any, staff: Any) -> None:
    part = Addressee.objects.filter(finding__feedback=joint).first()
    assert part is not None
    assert queries.parts(staff, EVERYTHING).parts == []
    with pytest.raises(NotPermitted):
        claim(part.pk, "not_ours", liaison, "不是")


def test_no_unit_can_tell_anothers_part(
    mine: int, theirs: int, liaison: Any, other_liaison: Any, outsider: Any, staff: Any
) -> None:
    def seen() -> Any:
        page = queries.parts(liaison, EVERYTHING)
        return (
            [part.pk for part in page.parts],
            queries.counts(liaison, EVERYTHING),
            queries.units_with_parts(liaison, None),
        )

    before = seen()
    assert before[0] == [mine]
    assert before[1]["all"] == 1
    claim(theirs, "not_ours", other_liaison, "不是")
    decide_claims([theirs], act="assign", reason="是", seen=queries.last_step(), actor=staff)
    # Whatever the other does, nothing that the unit sees is another.
    assert seen() == before
    assert queries.some_parts(liaison, [theirs]) == []
    assert queries.parts(outsider, EVERYTHING).parts == []
    assert queries.counts(outsider, EVERYTHING)["all"] == 0


def test_who_is_recused_from_a_unit_neither_sees_nor_decides_its_part(mine: int, theirs: int, recused: Any) -> None:
    assert [part.pk for part in queries.parts(recused, EVERYTHING).parts] == [theirs]
    with pytest.raises(NotPermitted):
        decide_claims([mine], act="assign", reason="是", seen=0, actor=recused)


def test_the_office_alone_sees_who_kept_silent_though_it_was_noted(
    mine: int, theirs: int, handed: Handed, liaison: Any, reviewer: Any, staff: Any
) -> None:
    finding = handed["卫健局"].feedback.findings.get()
    for name in ("卫健局", "教育局"):
        Attribution.objects.create(finding=finding, unit=handed[name].unit, note="见底稿", by=staff)
    assert [part.pk for part in queries.silence(staff, None)] == sorted([mine, theirs])
    claim(mine, "claimed", liaison, own="有")
    assert [part.pk for part in queries.silence(staff, None)] == [theirs]
    for actor in (liaison, reviewer):
        with pytest.raises(NotPermitted):
            queries.silence(actor, None)


def test_what_was_said_stays_when_the_finding_goes_elsewhere_and_comes_back(
    mine: int, handed: Handed, health: Unit, education: Unit, liaison: Any, staff: Any
) -> None:
    claim(mine, "not_ours", liaison, "不是")
    finding = handed["卫健局"].feedback.findings.get()
    address_finding(finding.pk, Addressing(units=[education.pk]), version=None, actor=staff, reason="更正")
    assert Claim.objects.get().addressee_id is None
    assert queries.counts(liaison, EVERYTHING)["all"] == 0
    address_finding(finding.pk, Addressing(units=[health.pk, education.pk]), version=None, actor=staff, reason="再更正")
    again = claim(part_of(handed["卫健局"]), "claimed", liaison, own="有")
    assert [step.state for step in again.steps.all()] == ["not_ours", "claimed"]


def test_the_counts_add_up_to_the_rows(mine: int, theirs: int, liaison: Any, staff: Any) -> None:
    claim(mine, "claimed", liaison, own="有")
    counted = queries.counts(staff, EVERYTHING)
    for heap in queries.HEAPS:
        assert counted[heap] == len(queries.parts(staff, ClaimFilter(heap=heap)).parts)
    assert counted["all"] == counted["open"] + counted["waiting"] + counted["settled"]


def test_whoever_answered_judges_the_answer_in_no_later_post(mine: int, liaison: Any, staff: Any, head: Any) -> None:
    claim(mine, "not_ours", liaison, "属财政局职责")
    ClaimStep.objects.update(by=staff)
    with pytest.raises(NotPermitted, match="not_for_oneself"):
        decide_claims([mine], act="uphold", reason="属实", seen=queries.last_step(), actor=staff)
    decide_claims([mine], act="uphold", reason="属实", seen=queries.last_step(), actor=head)


def test_the_table_of_moves_names_every_act_and_only_known_states() -> None:
    assert set(CLAIM_MOVES) == set(Act.values)
    assert all(
        before in ("", *Review.values) and after in Review.values
        for act in CLAIM_MOVES.values()
        for before, after in act.items()
    )
    assert not may_move(Act.ASSIGN, Review.WAITING, ClaimState.CLAIMED)


def test_the_database_lets_no_unit_assign(mine: int, liaison: Any) -> None:
    done = claim(mine, "claimed", liaison, own="有")
    for fields in ({"state": "assigned"}, {"said": "assigned"}, {"state": "x"}, {"review": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.filter(pk=done.pk).update(**fields)


def test_the_queue_asks_as_often_for_many_parts(
    make_finding: Any, handed: Handed, joint: Feedback, liaison: Any, staff: Any
) -> None:
    def asked(actor: Any) -> int:
        with CaptureQueriesContext(connection) as told:
            for part in queries.parts(actor, EVERYTHING).parts:
                claimed = queries.claim_of(part)
                assert part.finding.number and part.unit.short_name
                assert [str(step.by) for step in claimed.steps.all()] if claimed else True
            queries.counts(actor, EVERYTHING)
        return len(told)

    claim(part_of(handed["卫健局"]), "claimed", liaison, own="有")
    before = asked(staff), asked(liaison)
    units = [make_unit(f"单位{i}") for i in range(20)]
    finding = joint.findings.get()
    Addressee.objects.bulk_create(Addressee(finding=finding, unit=unit) for unit in units)
    Recipient.objects.bulk_create(Recipient(feedback=joint, unit=unit) for unit in units)
    hand_over(joint, received={unit.pk: "某人" for unit in units}, handed_on=HANDED_ON, actor=staff)
    for unit in units[:10]:
        part = Addressee.objects.get(finding=finding, unit=unit)
        made = Claim.objects.create(addressee=part, finding=finding, unit=unit, state="claimed", said="claimed")
        ClaimStep.objects.create(claim=made, act="answer", state="claimed", by=staff)
    assert (asked(staff), asked(liaison)) == before


def test_whoever_acts_for_a_unit_does_not_judge_its_answers(mine: int, liaison: Any, staff: Any) -> None:
    claim(mine, "claimed", liaison, own="专项资金滞留94天")
    Grant.objects.create(user=liaison, role=Role.OFFICE_STAFF)
    both = User.objects.get(pk=liaison.pk)
    with pytest.raises(NotPermitted):
        decide_claims([mine], act="accept", seen=queries.last_step(), actor=both)
    assert decide_claims([mine], act="accept", seen=queries.last_step(), actor=staff)
