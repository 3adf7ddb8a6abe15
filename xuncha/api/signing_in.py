"""Who calls: a program by its token, or the browser of somebody who is signed in; a session writes only with the
token of a form against forged requests."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from xuncha.security import tokens


class TokenAuth(HttpBearer):
    """``Authorization: Bearer xuncha_…``."""

    def authenticate(self, request: HttpRequest, token: str) -> Any | None:
        user = tokens.user_of(token)
        if user is not None:
            request.user = user
        return user


class SignedInAuth(SessionAuth):
    """The session of a browser."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any | None:
        return request.user if request.user.is_authenticated else None


def callers() -> list[Any]:
    """The ways to say who calls, in the order they are tried."""
    return [TokenAuth(), SignedInAuth(csrf=True)]


def actor_of(request: HttpRequest) -> Any:
    """Who calls."""
    return request.auth  # type: ignore[attr-defined]
