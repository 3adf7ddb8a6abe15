"""On whose behalf a command works, and what is meant by the names given to it."""

from __future__ import annotations

from typing import Any

from xuncha.cli.office.folder import Unusable
from xuncha.cli.wording import say


def actor_named(username: str) -> Any:
    """The account that the command acts as; its rights hold, and the trail names it. Errors: `Unusable`."""
    from xuncha.security.accounts import people

    found = people().filter(username=username, is_active=True).first()
    if found is None:
        raise Unusable(say("no_such_account", user=username))
    return found


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
