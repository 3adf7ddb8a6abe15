"""The trail as the permission table calls it."""

from __future__ import annotations

import pytest
from django.db import transaction

from xuncha.security import trail
from xuncha.security.models import TrailEntry, User


@pytest.fixture
def some_entry(staff: User) -> TrailEntry:
    """An entry about a person's role."""
    # A transaction of its own, as the action has: in the browser tests there is none around the test.
    with transaction.atomic():
        return trail.record(actor=staff, act="grant_role", thing=staff, after={"role": "office_staff"}, reason="到任")
