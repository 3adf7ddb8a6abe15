"""Teams and recusals as the permission table calls them."""

from __future__ import annotations

import pytest

from tests.cast import make_inspector, make_user
from xuncha.organisation.models import Unit
from xuncha.rounds import actions
from xuncha.rounds.models import Membership, Recusal, Team
from xuncha.security.models import User
from xuncha.security.roles import Role


@pytest.fixture
def newcomer(db: None) -> User:
    """Somebody who can be appointed to a team."""
    return make_user("newcomer", "云岫")


@pytest.fixture
def place_of_member(team: Team, team_member: User) -> Membership:
    """The member's place in the team."""
    return Membership.objects.get(user=team_member)


@pytest.fixture
def declared_recusal(team: Team, health: Unit) -> Recusal:
    """Somebody of the team who declared to keep off the health bureau."""
    person = make_inspector("declarant", "岑参差", Role.TEAM_MEMBER, team)
    return actions.declare_recusal(health, ground="kin", words="配偶在该单位任职", actor=person)


@pytest.fixture
def upheld_recusal(declared_recusal: Recusal) -> Recusal:
    """The same, upheld by another head of the office."""
    other = make_user("other_head", "裴寂", Role.OFFICE_HEAD)
    return actions.decide_recusal(declared_recusal, upheld=True, reason="经核实属实", actor=other)
