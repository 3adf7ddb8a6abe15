"""Recusals hide a unit at once, are decided by another, and end."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.cast import make_user
from tests.rounds.test_teams import again, appoint, fault, seen
from xuncha.findings.permissions import findings_visible_to
from xuncha.organisation.models import Unit
from xuncha.rounds import actions, queries
from xuncha.rounds.models import Recusal, Team
from xuncha.rounds.permissions import recusals_visible_to
from xuncha.rounds.workflow import RECUSAL_MOVES, RecusalState, move
from xuncha.security import trail
from xuncha.security.errors import IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import Exclusion, User
from xuncha.security.roles import Role


def declare(user: User, unit: Unit, ground: str = "kin", **more: Any) -> Recusal:
    return actions.declare_recusal(unit, ground=ground, actor=again(user), **more)


def decide(recusal: Recusal, actor: User, upheld: bool = True, **more: Any) -> Recusal:
    return actions.decide_recusal(recusal, upheld=upheld, reason="情况属实", actor=actor, **more)


def test_whoever_declares_loses_sight_at_once_and_sees_again_what_was_rejected(
    team_member: User, health: Unit, head: User, make_finding: Any
) -> None:
    make_finding(issued=False)
    recusal = declare(team_member, health)
    assert seen(team_member) == set() and not findings_visible_to(again(team_member)).exists()
    decide(recusal, head, upheld=False)
    assert seen(team_member) == {"卫健局"}
    assert findings_visible_to(again(team_member)).count() == 1


def test_an_objection_changes_nothing_until_it_is_upheld(
    team_member: User, health: Unit, head: User, staff: User
) -> None:
    recusal = actions.object_to_member(team_member, health, ground="former_post", words="三年内任职", actor=staff)
    assert seen(team_member) == {"卫健局"}
    decide(recusal, head)
    assert seen(team_member) == set()
    entry = trail.history_of(recusal)[0]
    assert (entry.act, entry.reason, entry.before) == ("decide_recusal", "情况属实", {"state": "objected"})


def test_nobody_decides_on_the_own_recusal_nor_on_what_one_raised(
    head: User, staff: User, team_member: User, health: Unit
) -> None:
    own = declare(head, health)
    other_head = make_user("head2", "另一主任", Role.OFFICE_HEAD)
    with pytest.raises(NotPermitted):
        decide(own, again(head), upheld=False)
    raised = actions.object_to_member(team_member, health, ground="kin", words="姻亲", actor=other_head)
    with pytest.raises(NotPermitted):
        decide(raised, other_head)
    for actor in (staff, team_member):
        with pytest.raises(NotPermitted):
            decide(own, actor)
    decide(own, other_head, upheld=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recusal.objects.filter(pk=own.pk).update(decided_by=head)


def test_a_head_who_keeps_off_decides_on_nobodys_recusal_from_the_unit(
    head: User, team_member: User, health: Unit
) -> None:
    declare(head, health)
    recusal = declare(team_member, health)
    assert not recusals_visible_to(again(head)).filter(pk=recusal.pk).exists()
    with pytest.raises(NotPermitted):
        decide(recusal, again(head))


def test_what_was_decided_is_decided_once_and_ends_with_a_reason(team_member: User, health: Unit, head: User) -> None:
    recusal = decide(declare(team_member, health), head)
    with pytest.raises(IllegalTransition):
        decide(recusal, head, upheld=False)
    assert fault("reason", actions.end_recusal, recusal, reason="", actor=head) == "required"
    actions.end_recusal(recusal, reason="已满三年", actor=head)
    assert seen(team_member) == {"卫健局"}
    with pytest.raises(IllegalTransition):
        actions.end_recusal(recusal, reason="再次", actor=head)


@pytest.mark.parametrize("state", list(RecusalState))
@pytest.mark.parametrize("act", list(RECUSAL_MOVES))
def test_the_table_of_moves_is_the_only_way(act: str, state: str) -> None:
    after = RECUSAL_MOVES[act].get(state)
    if after is None:
        with pytest.raises(IllegalTransition):
            move(act, state)
    else:
        assert move(act, state) == after


def test_one_declares_once_and_may_declare_what_another_objected(team_member: User, health: Unit, staff: User) -> None:
    actions.object_to_member(team_member, health, ground="kin", words="姻亲", actor=staff)
    declare(team_member, health)
    assert fault("unit", declare, team_member, health) == "recusal_exists"
    again_raised = {"ground": "kin", "words": "姻亲", "actor": staff}
    assert fault("unit", actions.object_to_member, team_member, health, **again_raised) == "recusal_exists"


def test_grounds_are_a_short_list_and_other_ones_are_told(team_member: User, health: Unit, staff: User) -> None:
    assert fault("ground", declare, team_member, health, "dislike") == "required"
    assert fault("words", declare, team_member, health, "other") == "required"
    assert fault("words", declare, team_member, health, words="长" * 301) == "too_long"
    blank = {"ground": "kin", "words": " ", "actor": staff}
    assert fault("words", actions.object_to_member, team_member, health, **blank) == "required"
    recusal = declare(team_member, health)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    head = make_user("h", "主任", Role.OFFICE_HEAD)
    with pytest.raises(Invalid):
        decide(recusal, head, until=yesterday)
    with pytest.raises(Invalid):
        decide(recusal, head, upheld=False, until=timezone.localdate())


def test_who_may_declare_and_who_may_object(
    health: Unit, team_head: User, team_member: User, liaison: User, outsider: User, reviewer: User, trail_reader: User
) -> None:
    for actor in (liaison, outsider, trail_reader):
        with pytest.raises(NotPermitted):
            declare(actor, health)
    declare(reviewer, health)
    words = {"ground": "kin", "words": "姻亲"}
    with pytest.raises(NotPermitted):
        actions.object_to_member(team_member, health, actor=outsider, **words)
    with pytest.raises(NotPermitted) as refused:
        actions.object_to_member(team_head, health, actor=team_head, **words)
    assert refused.value.code == "not_to_oneself"
    actions.object_to_member(team_member, health, actor=team_head, **words)


def test_of_an_objection_the_person_learns_when_it_is_upheld(
    team_head: User, team_member: User, health: Unit, head: User, staff: User, reviewer: User
) -> None:
    recusal = actions.object_to_member(team_member, health, ground="kin", words="姻亲", actor=team_head)
    rows = {user: list(recusals_visible_to(user)) for user in (team_member, team_head, head, staff, reviewer)}
    assert rows == {team_member: [], team_head: [recusal], head: [recusal], staff: [recusal], reviewer: []}
    decide(recusal, head)
    assert list(recusals_visible_to(again(team_member))) == [recusal]


def test_whoever_keeps_off_a_unit_joins_no_team_that_inspects_it(
    team: Team, health: Unit, education: Unit, staff: User, head: User, reviewer: User, team_member: User
) -> None:
    declare(reviewer, health)
    assert fault("user", appoint, team, reviewer, staff) == "kept_off_a_unit"
    decide(declare(team_member, education), head)
    assert fault("units", actions.assign_units, team, [education.pk], actor=staff, version=1) == "member_is_kept_off"


def test_what_was_upheld_until_a_day_ends_with_it(team_member: User, health: Unit, head: User) -> None:
    last = timezone.localdate() + datetime.timedelta(days=3)
    recusal = decide(declare(team_member, health), head, until=last)
    assert list(Exclusion.objects.filter(recusal_key=recusal.pk).values_list("valid_to", flat=True)) == [last]


def test_a_round_counts_no_unit_that_is_hidden(team: Team, staff: User, head: User, health: Unit) -> None:
    declare(staff, health)
    assert [queries.rounds(again(user)).get(pk=team.round_id).unit_count for user in (head, staff)] == [3, 2]
