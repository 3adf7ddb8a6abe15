"""Teams are manned and sent to units by the office; what their people see follows at once."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import make_user
from xuncha.findings.permissions import findings_visible_to
from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds import actions
from xuncha.rounds.models import InspectedUnit, Membership, Round, Team
from xuncha.rounds.permissions import rounds_visible_to, teams_visible_to
from xuncha.security import granting, trail
from xuncha.security.accounts import command_line
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import Grant, User
from xuncha.security.roles import Role

DAY = datetime.timedelta(days=1)


def again(user: User) -> User:
    """The same person in the next request."""
    return User.objects.get(pk=user.pk)


def seen(user: User) -> set[str]:
    """The short names of the units that a person sees now."""
    return set(units_visible_to(again(user)).values_list("short_name", flat=True))


def appoint(team: Team, user: User, actor: User, position: str = Role.TEAM_MEMBER, **days: Any) -> Membership:
    return actions.appoint_member(team, user, position=position, actor=actor, **days)


def fault(field: str, act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Invalid) as refused:
        act(*args, **kwargs)
    return str(refused.value.data["faults"][field])


def test_a_team_is_formed_named_and_counted(round_8: Round, staff: User) -> None:
    first = actions.form_team(round_8, name=" 第一巡察组 ", actor=staff)
    second = actions.form_team(round_8, name="第二巡察组", actor=staff)
    assert [(first.number, first.name), (second.number, second.name)] == [(1, "第一巡察组"), (2, "第二巡察组")]
    assert fault("name", actions.form_team, round_8, name="第一巡察组", actor=staff) == "team_exists"
    assert fault("name", actions.form_team, round_8, name=" ", actor=staff) == "required"
    renamed = actions.rename_team(second, name="机动组", actor=staff, version=1)
    assert (renamed.name, renamed.version, trail.history_of(second)[0].act) == ("机动组", 2, "rename_team")
    with pytest.raises(Conflict):
        actions.rename_team(second, name="专项组", actor=staff, version=1)


def test_whoever_joins_a_team_sees_its_units_drafts_too(
    team: Team, outsider: User, staff: User, make_finding: Any, education: Unit
) -> None:
    draft = make_finding(issued=False)
    make_finding(unit=education, issued=False)
    assert seen(outsider) == set()
    appoint(team, outsider, staff)
    assert seen(outsider) == {"卫健局"}
    assert list(findings_visible_to(again(outsider))) == [draft]
    assert list(teams_visible_to(again(outsider))) == [team]
    assert not rounds_visible_to(again(outsider)).exists()


def test_a_member_withdrawn_loses_sight_at_once_and_the_row_stays(
    team: Team, outsider: User, staff: User, make_finding: Any
) -> None:
    make_finding(issued=False)
    membership = appoint(team, outsider, staff)
    actions.withdraw_member(membership, reason="调回原单位", actor=staff)
    assert seen(outsider) == set() and not findings_visible_to(again(outsider)).exists()
    membership.refresh_from_db()
    assert membership.until == timezone.localdate() - DAY
    entry = trail.history_of(membership)[0]
    assert (entry.act, entry.reason) == ("withdraw_member", "调回原单位")
    with pytest.raises(IllegalTransition):
        actions.withdraw_member(membership, reason="再次", actor=staff)
    appoint(team, outsider, staff)
    assert seen(outsider) == {"卫健局"}


def test_a_withdrawal_gives_its_reason(team: Team, outsider: User, staff: User) -> None:
    membership = appoint(team, outsider, staff)
    assert fault("reason", actions.withdraw_member, membership, reason=" ", actor=staff) == "required"


def test_days_to_come_give_no_sight_yet_and_may_never_begin(team: Team, outsider: User, staff: User) -> None:
    membership = appoint(team, outsider, staff, since=timezone.localdate() + 5 * DAY)
    assert seen(outsider) == set()
    actions.withdraw_member(membership, reason="不再参加", actor=staff)
    assert not Grant.objects.filter(user=outsider).exists()


def test_nobody_appoints_oneself_and_only_the_office_appoints(
    team: Team, staff: User, head: User, reviewer: User, liaison: User, team_head: User, outsider: User
) -> None:
    for actor in (staff, head):
        with pytest.raises(NotPermitted) as refused:
            appoint(team, actor, actor)
        assert refused.value.code == "not_to_oneself"
    for actor in (reviewer, liaison, team_head, outsider):
        with pytest.raises(NotPermitted):
            appoint(team, make_user(f"new{actor.pk}", "新人"), actor)
        with pytest.raises(NotPermitted):
            actions.form_team(team.round, name="另组", actor=actor)


def test_who_may_not_be_appointed(team: Team, staff: User, liaison: User, trail_reader: User, outsider: User) -> None:
    assert fault("user", appoint, team, liaison, staff) == "kept_off_a_unit"
    assert fault("user", appoint, team, trail_reader, staff) == "administrators_see_no_business"
    assert fault("position", appoint, team, outsider, staff, Role.OFFICE_HEAD) == "unknown_position"
    day = timezone.localdate()
    assert fault("until", appoint, team, outsider, staff, since=day, until=day - DAY) == "ends_before_it_starts"
    appoint(team, outsider, staff, Role.TEAM_HEAD)
    assert fault("user", appoint, team, outsider, staff, Role.TEAM_HEAD) == "appointed_already"
    assert fault("position", appoint, team, make_user("b", "乙"), staff, Role.TEAM_HEAD) == "has_a_head"
    other = actions.form_team(team.round, name="第二巡察组", actor=staff)
    assert fault("user", appoint, other, outsider, staff) == "in_another_team"
    closed = make_user("closed", "丙")
    closed.is_active = False
    closed.save()
    assert fault("user", appoint, team, closed, staff) == "account_is_closed"


def test_a_unit_moves_to_another_team_and_sight_moves_with_it(
    team: Team, staff: User, team_member: User, health: Unit, hospital: Unit, education: Unit, outsider: User
) -> None:
    other = actions.form_team(team.round, name="第二巡察组", actor=staff)
    appoint(other, outsider, staff)
    assert seen(outsider) == set()
    round = actions.assign_units(other, [health.pk, education.pk], actor=staff, version=1)
    assert (seen(team_member), seen(outsider)) == (set(), {"卫健局", "教育局"})
    actions.assign_units(team, [hospital.pk], actor=staff, version=round.version)
    assert seen(team_member) == {"人民医院"}
    entry = trail.history_of(round).filter(act="assign_units").last()
    assert entry is not None and entry.before == {"units": {str(health.pk): team.pk, str(education.pk): None}}


def test_units_are_assigned_by_one_person_at_a_time(team: Team, staff: User, education: Unit) -> None:
    actions.assign_units(team, [education.pk], actor=staff, version=1)
    with pytest.raises(Conflict):
        actions.assign_units(team, [], actor=staff, version=1)
    InspectedUnit.objects.filter(unit=education).delete()
    assert fault("units", actions.assign_units, team, [education.pk], actor=staff, version=2) == "not_of_the_round"


def test_a_unit_taken_off_the_round_is_taken_out_of_sight(
    team: Team, staff: User, team_member: User, education: Unit
) -> None:
    actions.choose_units(team.round, teams={education.pk: team.name}, actor=staff, version=1)
    assert seen(team_member) == {"教育局"}


def test_a_team_is_not_sent_where_one_of_it_acts_for_the_unit(
    team: Team, staff: User, other_liaison: User, education: Unit
) -> None:
    appoint(team, other_liaison, staff)
    assert fault("units", actions.assign_units, team, [education.pk], actor=staff, version=1) == "member_is_kept_off"
    names = {education.pk: team.name}
    assert fault("team", actions.choose_units, team.round, teams=names, actor=staff, version=1) == "member_is_kept_off"


def test_what_is_hidden_from_the_officer_stays_with_its_team(
    team: Team, recused: User, team_member: User, health: Unit, education: Unit
) -> None:
    other = actions.form_team(team.round, name="第二巡察组", actor=recused)
    actions.assign_units(other, [health.pk, education.pk], actor=recused, version=1)
    assert seen(team_member) == {"卫健局"}
    assert InspectedUnit.objects.get(unit=education).team == other


def test_an_administrator_is_in_no_team(team: Team, trail_reader: User, staff: User) -> None:
    # Even with a row that the product would not have made.
    Membership.objects.create(team=team, user=trail_reader, position=Role.TEAM_MEMBER)
    assert not teams_visible_to(trail_reader).exists()
    assert granting.is_administrator(trail_reader)
    with pytest.raises(NotPermitted):
        appoint(team, make_user("x", "某"), command_line())


def test_nobody_of_a_team_is_given_a_role_of_a_unit_that_it_inspects(
    team: Team, outsider: User, staff: User, security_admin: User, health: Unit, education: Unit
) -> None:
    membership = appoint(team, outsider, staff)
    give = granting.grant_role
    assert fault("unit", give, outsider, Role.UNIT_LIAISON, unit=health.pk, actor=security_admin) == "inspects_it"
    give(outsider, Role.UNIT_LIAISON, unit=education.pk, actor=security_admin)
    actions.withdraw_member(membership, reason="调整", actor=staff)
    give(outsider, Role.UNIT_LIAISON, unit=health.pk, actor=security_admin)
