"""Roles are appointed and withdrawn by the security administrator, never to oneself, and the three stay apart."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import make_user
from xuncha.security import accounts, granting, policy, trail
from xuncha.security.errors import Invalid, NotPermitted
from xuncha.security.models import Grant, User
from xuncha.security.roles import Role


def test_the_security_administrator_appoints_with_days_and_it_is_on_the_trail(
    security_admin: User, outsider: User, health: Any
) -> None:
    day = timezone.localdate() + datetime.timedelta(days=30)
    granting.grant_role(outsider, Role.UNIT_SECRETARY, unit=health.pk, until=day, actor=security_admin)
    assert policy.grants_in_force(outsider).get().valid_to == day
    entry = trail.history_of(outsider)[0]
    assert (entry.act, entry.actor, entry.role) == ("grant_role", security_admin, Role.SECURITY_ADMINISTRATOR)
    assert entry.after is not None and entry.after["unit"] == health.pk
    granting.withdraw_grant(Grant.objects.get(user=outsider), actor=security_admin, reason="调离")
    assert not policy.grants_in_force(outsider).exists()
    assert trail.history_of(outsider)[0].reason == "调离"


def test_nobody_else_grants_and_nobody_to_or_from_oneself(security_admin: User, cast: Any) -> None:
    system = make_user("sysadmin", "系管", Role.SYSTEM_ADMINISTRATOR)
    for actor in (system, cast.head, cast.staff, cast.outsider):
        with pytest.raises(NotPermitted):
            granting.grant_role(cast.liaison, Role.REVIEWER, actor=actor)
    with pytest.raises(NotPermitted) as refused:
        granting.grant_role(security_admin, Role.REVIEWER, actor=security_admin)
    assert refused.value.code == "not_to_oneself"
    with pytest.raises(NotPermitted):
        granting.withdraw_grant(Grant.objects.get(user=security_admin), actor=security_admin)
    with pytest.raises(NotPermitted):
        accounts.set_active(security_admin, False, actor=security_admin)


def test_the_three_administrators_are_three_persons_without_business(security_admin: User, cast: Any) -> None:
    def fault(user: User, role: str) -> str:
        with pytest.raises(Invalid) as refused:
            granting.grant_role(user, role, actor=accounts.command_line())
        return str(refused.value.data["faults"]["role"])

    assert fault(security_admin, Role.TRAIL_READER) == "administers_already"
    assert fault(security_admin, Role.OFFICE_STAFF) == "administrators_see_no_business"
    assert fault(cast.staff, Role.TRAIL_READER) == "administrators_see_no_business"
    assert fault(cast.outsider, Role.TEAM_MEMBER) == "comes_with_the_team"


def test_the_security_administrator_makes_no_accounts(security_admin: User, outsider: User) -> None:
    with pytest.raises(NotPermitted):
        accounts.add_account("new", "新", password="a-long-pass-phrase-7", actor=security_admin)
    accounts.set_active(outsider, False, actor=security_admin)
    assert not User.objects.get(pk=outsider.pk).is_active


def test_roles_in_teams_are_settled_to_what_the_round_says(outsider: User, head: User) -> None:
    today = timezone.localdate()
    row = granting.Inspecting(outsider.pk, Role.TEAM_MEMBER, 5, today, None)
    granting.settle_inspecting(9, [row], actor=head)
    granting.settle_inspecting(9, [row], actor=head)
    assert list(policy.inspections_of(outsider).values_list("scope_id", "round_key")) == [(5, 9)]
    assert trail.history_of(outsider).count() == 1
    granting.settle_inspecting(9, [], actor=head)
    assert not policy.inspects(User.objects.get(pk=outsider.pk))
