"""Where units become one, recusals and teams go with them; where that is taken back, they come apart again."""

from __future__ import annotations

import datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from tests.cast import make_unit, make_user
from tests.rounds.test_recusals import decide, declare
from tests.rounds.test_teams import again, appoint, fault, seen
from xuncha.findings.permissions import findings_visible_to
from xuncha.organisation import actions as organisation
from xuncha.organisation.models import Unit
from xuncha.organisation.queries import one_with, successors
from xuncha.rounds import actions
from xuncha.rounds.models import InspectedUnit, Round, Team
from xuncha.security import granting
from xuncha.security.models import Exclusion, Grant, User
from xuncha.security.policy import hidden_units
from xuncha.security.roles import Role, Scope


def merge(unit: Unit, into: Unit, actor: User) -> Unit:
    return organisation.merge_unit(unit, into=into.pk, actor=actor, version=Unit.objects.get(pk=unit.pk).version)


def give_back(unit: Unit, actor: User) -> Unit:
    there = Unit.objects.get(pk=unit.pk)
    return organisation.restore_unit(there, actor=actor, version=there.version)


def hidden(user: User) -> set[str]:
    return set(Unit.objects.filter(pk__in=hidden_units(again(user))).values_list("short_name", flat=True))


def test_units_are_one_along_every_merger(health: Unit, hospital: Unit, education: Unit, staff: User) -> None:
    other = make_unit("卫生监督所")
    merge(health, education, staff), merge(other, education, staff)
    assert one_with([health.pk]) == {health.pk, education.pk, other.pk}
    assert one_with([hospital.pk]) == {hospital.pk}
    merge(education, hospital, staff)
    assert successors([health.pk, hospital.pk]) == {health.pk: [education.pk, hospital.pk], hospital.pk: []}


def test_whoever_keeps_off_a_unit_keeps_off_what_it_became_one_with(
    reviewer: User, health: Unit, education: Unit, hospital: Unit, staff: User, head: User, make_finding: Any
) -> None:
    of_successor = make_finding(unit=education)
    declare(reviewer, health)
    assert hidden(reviewer) == {"卫健局"} and of_successor in findings_visible_to(again(reviewer))
    merge(health, education, staff)
    assert hidden(reviewer) == {"卫健局", "教育局"}
    assert not findings_visible_to(again(reviewer)).exists()
    merge(education, hospital, staff)
    assert hidden(reviewer) == {"卫健局", "教育局", "人民医院"}
    give_back(education, staff)
    assert hidden(reviewer) == {"卫健局", "教育局"}
    give_back(health, staff)
    assert hidden(reviewer) == {"卫健局"}


def test_also_from_what_it_took_over_and_if_declared_afterwards(
    reviewer: User, health: Unit, education: Unit, staff: User
) -> None:
    merge(health, education, staff)
    declare(reviewer, education)
    assert hidden(reviewer) == {"卫健局", "教育局"}


def test_what_is_decided_is_decided_for_all_of_them(
    reviewer: User, health: Unit, education: Unit, staff: User, head: User
) -> None:
    recusal = declare(reviewer, health)
    merge(health, education, staff)
    until = timezone.localdate() + datetime.timedelta(days=30)
    decide(recusal, head, until=until)
    kept = Exclusion.objects.filter(recusal_key=recusal.pk, valid_to__gte=timezone.localdate())
    assert dict(kept.values_list("scope_id", "valid_to")) == {health.pk: until, education.pk: until}
    actions.end_recusal(recusal, reason="已满三年", actor=head)
    assert hidden(reviewer) == set()
    # What is over does not come back with the next merger.
    give_back(health, staff), merge(health, education, staff)
    assert hidden(reviewer) == set()


def test_a_team_goes_on_with_the_successor_unless_the_round_inspects_that_for_itself(
    team: Team, team_member: User, health: Unit, education: Unit, round_8: Round, staff: User, make_finding: Any
) -> None:
    industry = make_unit("工信局")
    merge(health, industry, staff)
    assert seen(team_member) == {"卫健局", "工信局"}
    assert make_finding(unit=industry, issued=False) in findings_visible_to(again(team_member))
    # What the round's own acts settle afterwards keeps it.
    membership = appoint(team, make_user("new", "新人"), staff)
    assert seen(membership.user) == {"卫健局", "工信局"}
    give_back(health, staff)
    assert seen(team_member) == {"卫健局"}
    # The education bureau is inspected in this round itself, by nobody yet.
    merge(health, education, staff)
    assert seen(team_member) == {"卫健局"}


def test_nobody_goes_on_inspecting_what_he_now_acts_for(team: Team, health: Unit, staff: User) -> None:
    industry = make_unit("工信局")
    acting = make_user("acting", "两头人", Role.UNIT_LIAISON, industry)
    membership = appoint(team, acting, staff)
    assert seen(acting) == {"卫健局", "工信局"} and membership.pk
    merge(health, industry, staff)
    assert not Grant.objects.filter(user=acting, scope=Scope.INSPECTION).exists()
    assert seen(acting) == {"工信局"}
    # Nor is somebody appointed who acts for what took the unit over.
    other = make_user("other2", "工信另一人", Role.UNIT_LEADER, industry)
    assert fault("user", appoint, team, other, staff) == "kept_off_a_unit"


def test_nor_is_somebody_who_inspects_made_to_act_for_the_successor(
    team: Team, team_member: User, health: Unit, staff: User, security_admin: User
) -> None:
    industry = make_unit("工信局")
    merge(health, industry, staff)
    act = granting.grant_role
    assert fault("unit", act, team_member, Role.UNIT_LIAISON, unit=industry.pk, actor=security_admin) == "inspects_it"


def test_a_team_is_not_sent_to_what_became_one_with_a_unit_somebody_keeps_off(
    team: Team, team_member: User, health: Unit, education: Unit, hospital: Unit, round_8: Round, staff: User
) -> None:
    industry = make_unit("工信局")
    declare(team_member, industry)
    merge(industry, hospital, staff)
    send = actions.assign_units
    version = Round.objects.get(pk=round_8.pk).version
    units = [health.pk, hospital.pk]
    assert fault("units", send, team, units, actor=staff, version=version) == "member_is_kept_off"
    assert InspectedUnit.objects.get(round=round_8, unit=hospital).team is None


@pytest.mark.parametrize("number", [1, 4])
def test_a_merger_asks_as_often_for_many_that_it_does_not_concern(
    number: int, health: Unit, education: Unit, staff: User, django_assert_max_num_queries: Any
) -> None:
    for i in range(number):
        declare(make_user(f"r{i}", f"甲{i}", Role.REVIEWER), make_unit(f"单位{i}"))
    with django_assert_max_num_queries(60):
        merge(health, education, staff)


def test_mergers_of_before_are_made_up_for(reviewer: User, health: Unit, education: Unit, staff: User) -> None:
    recusal = declare(reviewer, health)
    merge(health, education, staff)
    Exclusion.objects.filter(recusal_key=recusal.pk, scope_id=education.pk).delete()
    migration = import_module("xuncha.rounds.migrations.0006_mergers_take_recusals_along")
    for _again in range(2):
        migration.hide(apps, None)
    assert hidden(reviewer) == {"卫健局", "教育局"}
    assert Exclusion.objects.filter(recusal_key=recusal.pk).count() == 2
