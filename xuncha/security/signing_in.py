"""Who is it? The password, with everything that keeps it from being guessed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate

from xuncha.security import passwords, throttle
from xuncha.security.errors import Refused
from xuncha.security.models import User
from xuncha.security.record import record_failed_sign_in, record_lock_out, record_over
from xuncha.security.throttle import Waits

__all__ = ["Over", "Waits", "known_by_password", "proves"]


class Over(Refused):
    """The password was right, but is a one-time one whose days are over."""


def known_by_password(account: str, password: str, *, address: str, device: str, request: Any = None) -> User | None:
    """The person behind account and password; null for a wrong one. A failure and a lock stand on the trail.

    ``request`` is what the authentication backends of the setting are handed. Errors: `Waits`; `Over`.
    """
    attempt = throttle.begin(account, address=address, device=device)
    user = authenticate(request, username=account, password=password)
    if isinstance(user, User):
        throttle.succeed(attempt)
        if passwords.is_over(user):
            record_over(user)
            raise Over("one_time_password_over")
        return user
    record_failed_sign_in(account)
    _tell_of_lock(account, attempt)
    return None


def proves(user: User, password: str, *, address: str, device: str) -> bool:
    """Whether the person who is signed in knows the password; wrong ones count as at the door. Errors: `Waits`."""
    attempt = throttle.begin(user.username, address=address, device=device)
    if user.check_password(password):
        throttle.succeed(attempt)
        return True
    record_failed_sign_in(user.username)
    _tell_of_lock(user.username, attempt)
    return False


def _tell_of_lock(account: str, attempt: throttle.Attempt) -> None:
    if attempt.locked_seconds:
        user = User.objects.filter(username=account).first()
        if user is not None:
            record_lock_out(user, seconds=attempt.locked_seconds)
