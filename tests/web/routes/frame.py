"""The frame as the permission table calls it."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from xuncha.security import factors
from xuncha.security.models import SecondFactor, Session, User


@pytest.fixture
def session_of_head(head: User) -> Session:
    """Another browser in which the head of the office is signed in."""
    Client().force_login(head)
    return Session.objects.get(user=head)


@pytest.fixture
def factor_of_head(head: User) -> SecondFactor:
    """An authenticator app of the head of the office."""
    offer = factors.offer()
    factors.add_totp(offer, factors.code_at(factors.offered(offer), time.time()), actor=head)
    return factors.factors_of(head).get()
