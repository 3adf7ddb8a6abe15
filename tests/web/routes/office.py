"""The office's own rules as the permission table calls them."""

from __future__ import annotations

import pytest

from xuncha.rulebook.models import DeadlineRule


@pytest.fixture
def deadline(db: None) -> DeadlineRule:
    """The deadline of the plan, as shipped."""
    return DeadlineRule.objects.get(code="plan")
