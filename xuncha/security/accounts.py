"""Accounts: made by the system administrator or on the machine itself, always on the trail. Roles: `granting`."""

from __future__ import annotations

import secrets
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from xuncha.security import passwords, policy, sessions, throttle, trail
from xuncha.security.errors import Invalid, NotPermitted
from xuncha.security.models import User
from xuncha.security.roles import Role

COMMAND_LINE: Final = "command-line"
# Without signs that are taken for one another when read out or copied by hand.
_SIGNS: Final = "abcdefghijkmnpqrstuvwxyz23456789"


def people() -> QuerySet[User]:
    """The accounts of persons, in order."""
    return User.objects.exclude(username=COMMAND_LINE).order_by("username")


def command_line() -> User:
    """Who acts when somebody with the data folder in hand uses the command line; nobody can sign in as it."""
    found = User.objects.filter(username=COMMAND_LINE).first()
    return found or User.objects.create_user(COMMAND_LINE, None, name="xuncha", is_active=False)


def random_password() -> str:
    """Sixteen signs in four groups, 79 bits."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))


def require_administrator(actor: User) -> None:
    """Errors: `NotPermitted` for whoever administers no accounts."""
    if actor.username != COMMAND_LINE and Role.SYSTEM_ADMINISTRATOR not in policy.roles(actor):
        raise NotPermitted("not_permitted", act="administer_accounts")


@transaction.atomic
def add_account(username: str, name: str, *, password: str, actor: User, must_change: bool = True) -> User:
    """Make an account. Errors: `Invalid` with ``faults`` of username, name, password.

    Whoever gives a password knows it, so the person changes it at the first sign-in. Only where nobody is behind the
    account, as in the demonstration, is ``must_change`` off.
    """
    require_administrator(actor)
    username, name = username.strip(), name.strip()
    faults = {}
    if not username.replace("-", "").replace("_", "").replace(".", "").isalnum() or len(username) > 150:
        faults["username"] = "unusable"
    elif User.objects.filter(username__iexact=username).exists():
        faults["username"] = "taken"
    if not name or len(name) > 50:
        faults["name"] = "unusable"
    user = User(username=username, name=name)
    faults |= passwords.faults_of(password, user)
    if faults:
        raise Invalid("account", faults=faults)
    user.set_password(password)
    user.must_change_password = must_change
    user.save()
    trail.record(actor=actor, act="add_account", thing=user, after={"username": username, "name": name})
    return user


@transaction.atomic
def set_password(user: User, *, password: str, actor: User) -> User:
    """Give an account a new password, to be changed at the next sign-in; whoever is signed in on it is signed out, and
    no lock is left. Errors: `Invalid`."""
    require_administrator(actor)
    faults = passwords.faults_of(password, user)
    if faults:
        raise Invalid("account", faults=faults)
    passwords.lay_down(user, password, must_change=True)
    sessions.end_all(user)
    throttle.forget_devices(user.username)
    throttle.release(user.username)
    trail.record(actor=actor, act="set_password", thing=user)
    return user


@transaction.atomic
def unlock(user: User, *, actor: User) -> int:
    """解锁: let an account sign in again at once, from everywhere; how many locks that opened."""
    require_administrator(actor)
    opened = throttle.release(user.username)
    trail.record(actor=actor, act="unlock_account", thing=user, before={"locks": opened})
    return opened


@transaction.atomic
def set_active(user: User, active: bool, *, actor: User) -> User:
    """Close an account, so that nobody can sign in or work on with it, or open it again.

    The security administrator may, too; nobody the own account. Errors: `NotPermitted`.
    """
    if Role.SECURITY_ADMINISTRATOR not in policy.roles(actor):
        require_administrator(actor)
    if user.pk == actor.pk:
        raise NotPermitted("not_to_oneself", act="administer_accounts")
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        if not active:
            sessions.end_all(user)
        trail.record(
            actor=actor,
            act="open_account" if active else "close_account",
            thing=user,
            before={"is_active": not active},
            after={"is_active": active},
        )
    return user
