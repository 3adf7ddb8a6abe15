"""Tokens of programs: made for one account and one purpose, shown once, kept as a digest, valid until a day."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from xuncha.security import trail
from xuncha.security.accounts import COMMAND_LINE, require_administrator
from xuncha.security.errors import Invalid, NotPermitted
from xuncha.security.models import ApiToken, User

MARK: Final = "xuncha_"
"""Every token begins with it, so that one left in a file is found."""
LONGEST_DAYS: Final = 366


def digest_of(token: str) -> str:
    """A token holds 256 random bits: one round of a digest keeps it as well as many would."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def add_token(user: User, name: str, *, days: int, actor: User) -> tuple[ApiToken, str]:
    """Make a token for an account; the token in words is given back here and never again. Only on the machine itself:
    whoever makes a token can act as its account, without a second factor.

    Errors: `NotPermitted`; `Invalid` with faults of ``name`` (``unusable``, ``taken``) and ``days`` (``out_of_range``).
    """
    if actor.username != COMMAND_LINE:
        raise NotPermitted("not_permitted", act="add_token")
    name = " ".join(name.split())
    faults = {}
    if not name or len(name) > 60:
        faults["token"] = "unusable"
    elif ApiToken.objects.filter(user=user, name=name).exists():
        faults["token"] = "taken"
    if not 1 <= days <= LONGEST_DAYS:
        faults["days"] = "out_of_range"
    if faults:
        raise Invalid("token", faults=faults)
    words = MARK + secrets.token_urlsafe(32)
    expires_on = timezone.localdate() + datetime.timedelta(days=days)
    token = ApiToken.objects.create(
        user=user, name=name, digest=digest_of(words), start=words[len(MARK) :][:4], expires_on=expires_on
    )
    trail.record(actor=actor, act="add_token", thing=user, after={"name": name, "expires_on": expires_on})
    return token, words


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User) -> ApiToken:
    """Make a token worthless at once."""
    require_administrator(actor, "revoke_token")
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        trail.record(actor=actor, act="revoke_token", thing=token.user, before={"name": token.name})
    return token


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The tokens of an account, in the order they were made."""
    return ApiToken.objects.filter(user=user).order_by("id")


def user_of(words: str) -> User | None:
    """Whose token it is; null for one that is unknown, expired or revoked, or of a closed account."""
    today = timezone.localdate()
    valid = ApiToken.objects.select_related("user").filter(
        digest=digest_of(words), expires_on__gte=today, revoked_at=None, user__is_active=True
    )
    token = valid.first()
    if token is None:
        return None
    if token.used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(used_on=today)
    return token.user
