"""Whose rights a command has: proved by a token or a password, and by a password only where nothing more is asked."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest

from tests.cast import PASSWORD
from xuncha.cli.office.acting import TOKEN, acting_as
from xuncha.cli.office.folder import Unusable
from xuncha.cli.wording import say
from xuncha.security import accounts, factors, tokens, trail
from xuncha.security.models import User
from xuncha.security.roles import Role


@pytest.fixture(autouse=True)
def _typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n" * 3))


def _refusal(user: User) -> str:
    with pytest.raises(Unusable) as refused:
        acting_as(user.username, password_from_input=True)
    return refused.value.words


def _add_app(user: User) -> None:
    offer = factors.offer()
    factors.add_totp(offer, factors.code_at(factors.offered(offer), time.time()), actor=user)


def test_a_password_is_enough_where_no_factor_is_held_or_asked_for(staff: User) -> None:
    assert acting_as("staff", password_from_input=True) == staff
    assert trail.history_of(staff)[0].act == "sign_in"


def test_a_password_alone_lets_nobody_act_who_has_a_second_factor(staff: User) -> None:
    _add_app(staff)
    assert _refusal(staff) == say("password_is_not_enough", user="staff")
    assert "sign_in" not in [entry.act for entry in trail.history_of(staff)]


def test_nor_whose_role_asks_for_one_that_is_not_there_yet(staff: User, head: User, settings: Any) -> None:
    settings.SECOND_FACTOR = [Role.OFFICE_STAFF]
    assert _refusal(staff) == say("password_is_not_enough", user="staff")
    assert acting_as("head", password_from_input=True) == head


def test_a_token_stands_for_an_account_with_a_factor_until_it_is_revoked(
    staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add_app(staff)
    token, words = tokens.add_token(staff, "每日导出", days=9, actor=accounts.command_line())
    monkeypatch.setenv(TOKEN, words)
    assert acting_as("staff", password_from_input=False) == staff
    assert _refusal_of_other() == say("token_not_of", user="head")
    tokens.revoke_token(token, actor=accounts.command_line())
    assert _refusal(staff) == say("token_not_of", user="staff")


def _refusal_of_other() -> str:
    with pytest.raises(Unusable) as refused:
        acting_as("head", password_from_input=False)
    return refused.value.words
