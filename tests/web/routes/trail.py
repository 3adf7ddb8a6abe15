"""The trail as the permission table calls it."""

from __future__ import annotations

import pytest

from xuncha.security import trail
from xuncha.security.models import TrailEntry, User


@pytest.fixture
def some_entry(staff: User) -> TrailEntry:
    """An entry about a person's role."""
    return trail.record(actor=staff, act="grant_role", thing=staff, after={"role": "office_staff"}, reason="到任")
