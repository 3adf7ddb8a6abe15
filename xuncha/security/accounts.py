"""Accounts, by the administrators or on the machine itself, always on the trail. Roles: `granting`.

What takes access away either administrator may do at once; what gives it takes both: the system administrator opens the
account and gives its password, the security administrator gives its role and resets a lost second factor. See
docs/security.md, "The three administrators".
"""

from __future__ import annotations

import secrets
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from xuncha.security import passwords, policy, sessions, throttle, trail
from xuncha.security.errors import Invalid, NotPermitted
from xuncha.security.models import ApiToken, Session, User
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


def opens_accounts(actor: User) -> bool:
    """Whether the actor opens accounts and gives passwords: the system administrator."""
    return actor.username == COMMAND_LINE or Role.SYSTEM_ADMINISTRATOR in policy.roles(actor)


def gives_rights(actor: User) -> bool:
    """Whether the actor gives roles and resets second factors: the security administrator."""
    return actor.username == COMMAND_LINE or Role.SECURITY_ADMINISTRATOR in policy.roles(actor)


def require_administrator(actor: User, act: str = "administer_accounts", *, of: User | None = None) -> None:
    """Errors: `NotPermitted` for whoever is neither of the two, and on the own account."""
    if not (opens_accounts(actor) or gives_rights(actor)):
        raise NotPermitted("not_permitted", act=act)
    if of is not None and of.pk == actor.pk:
        raise NotPermitted("not_to_oneself", act=act)


def _require_opener(actor: User, act: str, *, of: User | None = None) -> None:
    require_administrator(actor, act, of=of)
    if not opens_accounts(actor):
        raise NotPermitted("not_permitted", act=act)


@transaction.atomic
def add_account(username: str, name: str, *, password: str, actor: User, must_change: bool = True) -> User:
    """Make an account. Errors: `Invalid` with ``faults`` of username, name, password.

    Whoever gives a password knows it, so the person changes it at the first sign-in. Only where nobody is behind the
    account, as in the demonstration, is ``must_change`` off.
    """
    _require_opener(actor, "add_account")
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
def set_password(user: User, *, password: str, actor: User, reason: str = "") -> User:
    """Give an account a new password, to be changed at the next sign-in; whoever is signed in on it is signed out, and
    no lock is left. Errors: `Invalid`."""
    _require_opener(actor, "set_password", of=user)
    faults = passwords.faults_of(password, user)
    if faults:
        raise Invalid("account", faults=faults)
    passwords.lay_down(user, password, must_change=True)
    sessions.end_all(user)
    throttle.forget_devices(user.username)
    throttle.release(user.username)
    trail.record(actor=actor, act="set_password", thing=user, reason=reason)
    return user


@transaction.atomic
def unlock(user: User, *, actor: User) -> int:
    """解锁: let an account sign in again at once, from everywhere; how many locks that opened."""
    require_administrator(actor, "unlock_account", of=user)
    opened = throttle.release(user.username)
    trail.record(actor=actor, act="unlock_account", thing=user, before={"locks": opened})
    return opened


@transaction.atomic
def set_active(user: User, active: bool, *, actor: User, reason: str = "") -> User:
    """Close an account, so that nobody can sign in or work on with it, or open it again. Closing ends its sessions and
    its tokens for good; roles stay until they are withdrawn. Errors: `NotPermitted`, also for the own account.
    """
    require_administrator(actor, "open_account" if active else "close_account", of=user)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        if not active:
            sessions.end_all(user)
            ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
        trail.record(
            actor=actor,
            act="open_account" if active else "close_account",
            thing=user,
            before={"is_active": not active},
            after={"is_active": active},
            reason=reason,
        )
    return user


@transaction.atomic
def end_sessions(user: User, *, session: int | None = None, actor: User) -> int:
    """Sign a person out, in one browser or everywhere; how many sessions that were. Errors: `NotPermitted`."""
    require_administrator(actor, "end_sessions", of=user)
    rows = Session.objects.filter(user=user)
    count, _ = (rows if session is None else rows.filter(pk=session)).delete()
    if count:
        trail.record(actor=actor, act="end_sessions", thing=user, before={"sessions": count})
    return count
