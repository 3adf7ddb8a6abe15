"""On whose behalf a command works, the proof of it, and what is meant by the names given to it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from xuncha.cli.office.django import start_on_current
from xuncha.cli.office.folder import Unusable
from xuncha.cli.terminal import tell
from xuncha.cli.wording import say

TOKEN: Final = "XUNCHA_TOKEN"


def acting_as(username: str, *, password_from_input: bool) -> Any:
    """The account that the command acts as, once it was proved; its rights hold, and the trail names it.

    By the token in ``XUNCHA_TOKEN``, else by the account's password: read from standard input, or asked for. What
    proves nothing is on the trail as a sign-in that failed. Errors: `Unusable`.
    """
    from xuncha.security import factors, passwords
    from xuncha.security.record import record_sign_in

    token = os.environ.get(TOKEN, "").strip()
    if token:
        return _by_token(username, token)
    user = _by_password(username, _typed(password_from_input))
    if passwords.must_be_changed(user):
        raise Unusable(say("password_must_change", user=username))
    if factors.is_required(user) or factors.factors_of(user).exists():
        # A command shows no second factor; a password alone would be a way around it.
        raise Unusable(say("password_is_not_enough", user=username))
    record_sign_in(user, factor="password")
    return user


def _by_token(username: str, token: str) -> Any:
    from xuncha.security import tokens
    from xuncha.security.record import record_failed_sign_in

    user = tokens.user_of(token)
    if user is None or user.username != username:
        record_failed_sign_in(username)
        raise Unusable(say("token_not_of", user=username))
    return user


def _by_password(username: str, password: str) -> Any:
    from xuncha.security import signing_in

    try:
        user = signing_in.known_by_password(username, password, address="", device="")
    except signing_in.Waits as wait:
        raise Unusable(say("password_waits", seconds=wait.data["seconds"])) from wait
    if user is None:
        raise Unusable(say("password_wrong"))
    return user


def _typed(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Unusable(say("who_are_you"))
    import getpass

    return getpass.getpass(say("type_password"))


@contextlib.contextmanager
def refusals_kept(actor: Any, command: str) -> Iterator[None]:
    """What the account may not do is on the trail after its rollback, as for a page. Errors: `Unusable`."""
    from xuncha.security.errors import NotPermitted
    from xuncha.security.record import record_refusal

    try:
        yield
    except NotPermitted as refusal:
        record_refusal(actor, str(refusal.data.get("act", "")), place=f"xuncha {command}")
        raise Unusable(say("not_allowed", user=actor.username)) from refusal


def written_as(
    username: str, output: Path, write: Callable[[Any], int], *, command: str, password_from_input: bool, force: bool
) -> int:
    """Have ``write`` fill a file on behalf of an account; it gives the number of rows. The exit code of the command."""
    if output.exists() and not force:
        tell(say("export_exists", name=output.name))
        return 1
    try:
        start_on_current()
        actor = acting_as(username, password_from_input=password_from_input)
        with refusals_kept(actor, command):
            count = write(actor)
    except Unusable as fault:
        tell(fault.words)
        return 1
    except OSError as error:
        tell(say("not_written", name=output.name, reason=error.strerror or str(error)))
        return 1
    tell(say("exported", name=output.name, count=count))
    return 0


def unit_named(name: str | None) -> int | None:
    """The key of a unit by any of its names; null for none given. Errors: `Unusable`."""
    from xuncha.findings.queries.naming import UnitNames

    if name is None:
        return None
    key = UnitNames().find(name)
    if key is None:
        raise Unusable(say("no_such_unit", unit=name))
    return key


def round_named(name: str | None) -> int | None:
    """The key of a round as in numbers (14-8) or in words (第八轮); null for none given. Errors: `Unusable`."""
    from xuncha.findings.queries.naming import find_round
    from xuncha.rounds.models import Round

    if name is None:
        return None
    term, _, number = name.partition("-")
    found = None
    if term.isdigit() and number.isdigit():
        found = Round.objects.filter(term__number=int(term), number=int(number)).first()
    found = found or find_round(name)
    if found is None:
        raise Unusable(say("no_such_round", round=name))
    return found.pk
