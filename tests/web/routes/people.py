"""People as the permission table calls them."""

from __future__ import annotations

import pytest

from xuncha.security import accounts, tokens
from xuncha.security.models import ApiToken, Grant, User


@pytest.fixture
def grant_of_liaison(liaison: User) -> Grant:
    """The role of the health bureau's liaison."""
    return Grant.objects.get(user=liaison)


@pytest.fixture
def token_of_liaison(liaison: User) -> ApiToken:
    """A program that acts as the liaison."""
    return tokens.add_token(liaison, "报送", days=30, actor=accounts.command_line())[0]
