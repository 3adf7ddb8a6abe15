"""Rights come from grants that hold today, and from nothing else."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import make_user
from xuncha.security import policy
from xuncha.security.errors import NotPermitted
from xuncha.security.models import Grant, User
from xuncha.security.roles import Role, Scope


class _Policy(policy.Policy):
    office_acts = frozenset({"write"})
    reading_acts = frozenset({"read"})


def _granted(name: str, **fields: Any) -> User:
    user = make_user(name, name)
    Grant.objects.create(user=user, **fields)
    return user


def test_the_office_keeps_the_ledger_and_the_reviewer_only_reads_it(cast: Any) -> None:
    keeps = [policy.keeps_the_ledger(person) for person in (cast.head, cast.staff, cast.reviewer, cast.liaison)]
    reads = [policy.reads_the_ledger(person) for person in (cast.head, cast.staff, cast.reviewer, cast.liaison)]
    assert (keeps, reads) == ([True, True, False, False], [True, True, True, False])


@pytest.mark.parametrize(
    ("begins", "ends", "holds"), [(0, 0, True), (-9, None, True), (1, None, False), (-9, -1, False)]
)
def test_a_grant_holds_from_its_first_day_to_its_last(db: None, begins: int, ends: int | None, holds: bool) -> None:
    today = timezone.localdate()
    user = _granted(
        "x",
        role=Role.OFFICE_STAFF,
        valid_from=today + datetime.timedelta(days=begins),
        valid_to=None if ends is None else today + datetime.timedelta(days=ends),
    )
    assert policy.keeps_the_ledger(user) is holds


def test_an_office_role_for_one_unit_is_no_office_role(db: None) -> None:
    assert not policy.reads_the_ledger(_granted("x", role=Role.OFFICE_HEAD, scope=Scope.UNIT, scope_id=1))


def test_a_liaison_acts_for_the_units_granted(liaison: User, health: Any) -> None:
    assert [each["scope_id"] for each in policy.units_of(liaison)] == [health.pk]


def test_who_may_not_is_refused_with_the_act(cast: Any) -> None:
    _Policy().require(cast.staff, "write")
    _Policy().require(cast.reviewer, "read")
    with pytest.raises(NotPermitted) as refusal:
        _Policy().require(cast.reviewer, "write")
    assert (refusal.value.code, refusal.value.data) == ("not_permitted", {"act": "write"})


def test_an_act_that_no_policy_knows_is_a_fault_of_the_program(cast: Any) -> None:
    with pytest.raises(LookupError):
        _Policy().may(cast.head, "fly")


def test_roles_are_read_once_for_a_request(staff: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        for _ in range(3):
            policy.keeps_the_ledger(staff)
            policy.reads_the_ledger(staff)
