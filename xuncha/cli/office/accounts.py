"""`xuncha user`: accounts, passwords and roles, on the machine that holds the data."""

from __future__ import annotations

import datetime
import json
import sys
from typing import Any

from xuncha.cli.office.django import start_on_current
from xuncha.cli.office.folder import Unusable
from xuncha.cli.terminal import tell
from xuncha.cli.wording import say


def add(username: str, *, name: str, role: str | None, unit: str | None, password_from_input: bool) -> int:
    """Make an account and print its password, which is kept nowhere in words."""

    def work() -> int:
        from django.db import transaction

        from xuncha.security import accounts, granting

        password = _typed() if password_from_input else accounts.random_password()
        key = _unit(unit)
        actor = accounts.command_line()
        with transaction.atomic():
            user = accounts.add_account(username, name, password=password, actor=actor)
            if role is not None:
                granting.grant_role(user, role, unit=key, actor=actor)
        tell(say("account_added", user=user.username))
        if not password_from_input:
            print(say("password_is", user=user.username, password=password))
        return 0

    return _refusals_worded(work)


def password(username: str, *, password_from_input: bool) -> int:
    """Give an account a new password and print it."""

    def work() -> int:
        from xuncha.security import accounts

        user = _user(username)
        new = _typed() if password_from_input else accounts.random_password()
        accounts.set_password(user, password=new, actor=accounts.command_line())
        if password_from_input:
            tell(say("password_set", user=username))
        else:
            print(say("password_is", user=username, password=new))
        return 0

    return _refusals_worded(work)


def grant(username: str, *, role: str, unit: str | None, until: datetime.datetime | None, end: bool) -> int:
    """Give an account a role, or take it back."""

    def work() -> int:
        from xuncha.security import accounts, granting

        user, actor = _user(username), accounts.command_line()
        if end:
            count = granting.end_grants(user, role=role, actor=actor)
            tell(say("grants_ended", user=username, count=count))
        else:
            granting.grant_role(user, role, unit=_unit(unit), until=until.date() if until else None, actor=actor)
            tell(say("role_granted", user=username, role=role))
        return 0

    return _refusals_worded(work)


def close(username: str, *, reopen: bool) -> int:
    """Close an account or open it again."""

    def work() -> int:
        from xuncha.security import accounts

        accounts.set_active(_user(username), reopen, actor=accounts.command_line())
        tell(say("account_opened" if reopen else "account_closed", user=username))
        return 0

    return _refusals_worded(work)


def unlock(username: str) -> int:
    """Let an account that failed too often sign in again at once."""

    def work() -> int:
        from xuncha.security import accounts

        count = accounts.unlock(_user(username), actor=accounts.command_line())
        tell(say("account_unlocked" if count else "account_was_not_locked", user=username))
        return 0

    return _refusals_worded(work)


def reset_factors(username: str) -> int:
    """Take away the second factors of somebody who lost them."""

    def work() -> int:
        from xuncha.security import accounts, factors

        count = factors.reset_factors(_user(username), actor=accounts.command_line())
        tell(say("factors_reset", user=username, count=count))
        return 0

    return _refusals_worded(work)


def token(username: str, *, name: str, days: int, revoke: bool) -> int:
    """Make a token for a program and print it, or make one worthless."""

    def work() -> int:
        from xuncha.security import accounts, tokens

        user, actor = _user(username), accounts.command_line()
        if revoke:
            found = tokens.tokens_of(user).filter(name=name).first()
            if found is None:
                raise Unusable(say("no_such_token", user=username, name=name))
            tokens.revoke_token(found, actor=actor)
            tell(say("token_revoked", user=username, name=name))
            return 0
        made, words = tokens.add_token(user, name, days=days, actor=actor)
        tell(say("token_added", user=username, day=made.expires_on.isoformat()))
        print(words)
        return 0

    return _refusals_worded(work)


def list_accounts(*, format: str) -> int:
    """The accounts with their roles, on standard output."""

    def work() -> int:
        from xuncha.organisation.models import Unit
        from xuncha.security import accounts, policy
        from xuncha.security.roles import Role

        labels = dict(Role.choices)
        units = dict(Unit.objects.values_list("pk", "short_name"))
        rows: list[dict[str, Any]] = []
        for user in accounts.people():
            held = [
                {"role": grant.role, "unit": units.get(grant.scope_id) if grant.scope_id else None}
                for grant in policy.grants_in_force(user).order_by("id")
            ]
            rows.append({"username": user.username, "name": user.name, "active": user.is_active, "roles": held})
        if format == "json":
            print(json.dumps(rows, ensure_ascii=False, indent=2))
            return 0
        for row in rows:
            roles = "、".join(f"{labels[held['role']]}{held['unit'] or ''}" for held in row["roles"])
            print("\t".join([row["username"], row["name"], roles, "" if row["active"] else say("is_closed")]).rstrip())
        if not rows:
            tell(say("no_accounts_yet"))
        return 0

    return _refusals_worded(work)


def _refusals_worded(work: Any) -> int:
    from xuncha.security.errors import Invalid

    try:
        start_on_current()
        return int(work())
    except Unusable as fault:
        tell(fault.words)
    except Invalid as error:
        from xuncha.security.roles import Role

        for field, code in error.data.get("faults", {}).items():
            # What Django says of a password is a sentence already.
            words = say(f"account_{field}_{code}", roles=", ".join(Role.values)) if code.isidentifier() else code
            tell(words)
    return 1


def _user(username: str) -> Any:
    from xuncha.security.accounts import people

    found = people().filter(username=username).first()
    if found is None:
        raise Unusable(say("no_such_account", user=username))
    return found


def _unit(name: str | None) -> int | None:
    from xuncha.findings.queries.naming import UnitNames

    if name is None:
        return None
    key = UnitNames().find(name)
    if key is None:
        raise Unusable(say("no_such_unit", unit=name))
    return key


def _typed() -> str:
    if sys.stdin.isatty():
        import getpass

        return getpass.getpass(say("type_password"))
    return sys.stdin.readline().rstrip("\r\n")
