"""Guessing passwords takes ever longer, and nobody can lock another person out for good (防暴力破解).

Counted are failures of an account from one address, of an account from everywhere, and of an address for all accounts.
The first locks, for a minute that doubles up to an hour. The second only slows down, by seconds: whoever fails on
purpose for somebody else's account costs that person half a minute, not the day. A browser in which the person signed
in before has a count of its own (OWASP, device cookies) and passes both, so that a whole office behind one address, or
an attacker on it, keeps nobody out.

An attempt counts as failed before the password is looked at and is taken back when it was right: of a hundred attempts
at once not one more gets through than of a hundred in a row. Accounts and addresses stand here as keyed digests, for
what is typed as an account may be a password. The numbers are the product's own.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from xuncha.security.digests import keyed
from xuncha.security.errors import Refused
from xuncha.security.keys import keyring
from xuncha.security.models import SignInCount

KNOWN_DAYS: Final = 60
_ASKED_AT_ONCE: Final = 500
# Codes are counted apart from passwords: a right password is no leave to go on guessing codes.
CODES: Final = "\x1fcodes"


@dataclass(frozen=True, slots=True)
class Rule:
    """From failure number ``limit`` on one waits ``first`` seconds, twice as long each time, never over ``longest``.
    After ``fades`` seconds without a failure the count begins anew."""

    limit: int
    first: int
    longest: int
    fades: int

    def wait(self, failures: int) -> int:
        """Seconds to wait after so many failures."""
        over = failures - self.limit
        return 0 if over < 0 else min(self.first << min(over, 20), self.longest)


RULES: Final[Mapping[str, Rule]] = {
    "device": Rule(limit=5, first=60, longest=3600, fades=24 * 3600),
    "pair": Rule(limit=5, first=60, longest=3600, fades=24 * 3600),
    "account": Rule(limit=20, first=4, longest=30, fades=3600),
    "address": Rule(limit=30, first=10, longest=300, fades=15 * 60),
}
LOCKS: Final = frozenset({"device", "pair"})


class Waits(Refused):
    """It is not yet time for another attempt; ``data["seconds"]`` says how long to wait."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that was let through. ``locked_seconds``: how long the account is locked here if it fails."""

    account: str
    keys: Mapping[str, str]
    device: str
    locked_seconds: int


@transaction.atomic
def begin(account: str, *, address: str, device: str, what: str = "") -> Attempt:
    """Let an attempt through and count it as failed. ``device``: the cookie of the browser, empty without one.
    ``what``: nothing for a password, else `CODES`.

    Errors: `Waits`; nothing is counted then.
    """
    now = timezone.now()
    who = account_digest(account, what)
    own = {"device": _digest("device", who, device)} if device else {}
    rows = {
        row.of: row
        for row in SignInCount.objects.select_for_update().filter(
            Q(of="device", digest=own.get("device", ""), known_until__gt=now)
            | Q(of="pair", digest=_digest("pair", who, address))
            | Q(of="account", digest=who)
            | Q(of="address", digest=_digest("address", address))
        )
    }
    if "device" in rows:
        keys = own
    else:
        keys = {"pair": _digest("pair", who, address), "account": who, "address": _digest("address", address)}
    seconds = max((_left(rows[of], now) for of in keys if of in rows), default=0)
    if seconds:
        raise Waits("waits", seconds=seconds)
    locked = 0
    for of, digest in keys.items():
        row, rule = rows.get(of), RULES[of]
        faded = row is None or (now - row.last_at).total_seconds() > rule.fades
        failures = 1 if faded or row is None else row.failures + 1
        wait = rule.wait(failures)
        SignInCount.objects.update_or_create(
            of=of,
            digest=digest,
            defaults={
                "account": "" if of == "address" else who,
                "failures": failures,
                "last_at": now,
                "free_at": now + datetime.timedelta(seconds=wait) if wait else None,
            },
        )
        locked = max(locked, wait if of in LOCKS else 0)
    return Attempt(who, keys, device, locked)


@transaction.atomic
def succeed(attempt: Attempt) -> None:
    """Take back what was counted: the password was right. The browser is known from now on."""
    now = timezone.now()
    for of, digest in attempt.keys.items():
        row = SignInCount.objects.filter(of=of, digest=digest)
        if of in LOCKS:
            row.update(failures=0, free_at=None)
        else:
            row.filter(failures__gt=0).update(failures=F("failures") - 1, free_at=None)
    if attempt.device:
        SignInCount.objects.update_or_create(
            of="device",
            digest=_digest("device", attempt.account, attempt.device),
            defaults={
                "account": attempt.account,
                "failures": 0,
                "last_at": now,
                "free_at": None,
                "known_until": now + datetime.timedelta(days=KNOWN_DAYS),
            },
        )
    longest = max(rule.fades for rule in RULES.values())
    SignInCount.objects.filter(last_at__lt=now - datetime.timedelta(seconds=longest)).filter(
        Q(known_until=None) | Q(known_until__lt=now)
    ).delete()


def release(account: str) -> int:
    """Forget what was counted against an account, on every address; how many locks that opened."""
    rows = SignInCount.objects.filter(account__in=(account_digest(account), account_digest(account, CODES)))
    locked = rows.filter(free_at__gt=timezone.now()).count()
    rows.update(failures=0, free_at=None)
    return locked


def locked_until(accounts: Iterable[str]) -> dict[str, datetime.datetime]:
    """Which of the accounts are locked somewhere, and until when; a mere slowing down of seconds is none."""
    of_digest = {account_digest(account, what): account for account in accounts for what in ("", CODES)}
    digests, found = list(of_digest), dict[str, datetime.datetime]()
    for start in range(0, len(digests), _ASKED_AT_ONCE):
        rows = SignInCount.objects.filter(
            account__in=digests[start : start + _ASKED_AT_ONCE], of__in=LOCKS, free_at__gt=timezone.now()
        )
        for digest, free_at in rows.values_list("account", "free_at"):
            if free_at is not None:
                account = of_digest[digest]
                found[account] = max(free_at, found.get(account, free_at))
    return found


def forget_devices(account: str) -> None:
    """No browser is known for an account any more: after a password was given by an administrator."""
    SignInCount.objects.filter(account=account_digest(account), of="device").delete()


def account_digest(account: str, what: str = "") -> str:
    """An account as it stands in the counts."""
    return _digest("account", account.strip().lower()[:150] + what)


def _digest(*parts: str) -> str:
    return keyed(keyring().values, "\x1f".join(("sign-in", *parts)).encode()).hex()


def _left(row: SignInCount, now: datetime.datetime) -> int:
    if row.free_at is None or row.free_at <= now:
        return 0
    return int((row.free_at - now).total_seconds()) + 1
