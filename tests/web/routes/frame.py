"""The frame as the permission table calls it."""

from __future__ import annotations

import pytest
from django.test import Client

from xuncha.security.models import Session, User


@pytest.fixture
def session_of_head(head: User) -> Session:
    """Another browser in which the head of the office is signed in."""
    Client().force_login(head)
    return Session.objects.get(user=head)
