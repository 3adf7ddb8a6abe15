"""Passwords: what one must be like, the ones before it, and the change of one's own.

GB/T 22239-2019 8.1.4.1 a) (等级保护三级, 身份鉴别) asks for complexity and regular change and gives no numbers: length,
kinds, number of earlier ones and days are the office's own settings, with defaults as commonly asked for.
"""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from xuncha.security import trail
from xuncha.security.errors import Invalid
from xuncha.security.models import EarlierPassword, User

KINDS_NEEDED: Final = 3
DIFFERENT_NEEDED: Final = 5
SHORTEST_NAME: Final = 3
_KINDS: Final = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile(r"\d"), re.compile(r"[^a-zA-Z\d]"))
_COMMON: Final = Path(__file__).with_name("common_passwords.txt")
_SIGNS: Final = str.maketrans("@01$", "aois")


class StrengthValidator:
    """Long enough with kinds mixed, or so long that a sentence will do."""

    def __init__(self, min_length: int = 10, long_length: int = 14) -> None:
        self.min_length, self.long_length = min_length, max(long_length, min_length)

    def validate(self, password: str, user: User | None = None) -> None:
        data = {"least": self.min_length, "long": self.long_length, "kinds": KINDS_NEEDED}
        if len(password) < self.min_length:
            raise ValidationError(_("At least %(least)s characters, please.") % data, code="too_short")
        if password.isdigit():
            raise ValidationError(_("Not only digits, please."), code="only_digits")
        if len(set(password)) < DIFFERENT_NEEDED:
            raise ValidationError(_("Too few different characters; please mix more of them."), code="too_uniform")
        kinds = sum(1 for kind in _KINDS if kind.search(password))
        if len(password) < self.long_length and kinds < KINDS_NEEDED:
            raise ValidationError(
                _(
                    "Please mix %(kinds)s of small letters, capital letters, digits and signs, or take %(long)s "
                    "characters or more."
                )
                % data,
                code="too_plain",
            )

    def get_help_text(self) -> str:
        told: str = _(
            "%(least)s characters or more with %(kinds)s of small letters, capital letters, digits and signs; or "
            "%(long)s characters or more, such as a sentence."
        ) % {"least": self.min_length, "long": self.long_length, "kinds": KINDS_NEEDED}
        return told


class CommonValidator(CommonPasswordValidator):
    """Not one of those that everybody tries first: Django's list and one of what is common in China."""

    def validate(self, password: str, user: User | None = None) -> None:
        known = (
            password.lower().strip() in self.passwords or password.lower() in common() or _bare(password) in common()
        )
        if known:
            raise ValidationError(
                _("This password is on every list of common ones; please take another."), code="common"
            )

    def get_help_text(self) -> str:
        return str(_("None that is on lists of common passwords."))


class NameValidator:
    """Not the account, nor anything built around it."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None:
            return
        bare = password.lower()
        names = {user.username.lower(), user.name.lower().replace(" ", "")}
        if any(len(name) >= SHORTEST_NAME and (name in bare or name[::-1] in bare) for name in names):
            raise ValidationError(_("It holds your account or name; please take another."), code="name")

    def get_help_text(self) -> str:
        return str(_("Without your account or name."))


class EarlierValidator:
    """Not the present one, nor one of the last ones. Each comparison costs a hash: a change takes a moment."""

    def __init__(self, number: int = 5) -> None:
        self.number = number

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None or not self.number:
            return
        earlier = EarlierPassword.objects.filter(user=user).order_by("-id").values_list("encoded", flat=True)
        if any(check_password(password, encoded) for encoded in {user.password, *earlier[: self.number]}):
            raise ValidationError(_("You have had this password before; please take a new one."), code="earlier")

    def get_help_text(self) -> str:
        told: str = ngettext_lazy(
            "Not the last one.", "None of the last %(number)s.", self.number
        ) % {"number": self.number}  # fmt: skip
        return told


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """The shipped list, bare of case and signs, with the lines as they stand."""
    lines = [line.strip() for line in _COMMON.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return frozenset(lines) | frozenset(map(_bare, lines))


def _bare(password: str) -> str:
    return re.sub(r"[\W_]", "", password.lower().translate(_SIGNS))


def faults_of(password: str, user: User) -> dict[str, str]:
    """What is wrong with a password for this person, as sentences; empty where nothing is."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {"password": " ".join(error.messages)}
    return {}


def lay_down(user: User, password: str, *, must_change: bool) -> None:
    """Set the password of a saved account and keep the hash of the one before."""
    if user.has_usable_password():
        EarlierPassword.objects.create(user=user, encoded=user.password)
        kept = EarlierPassword.objects.filter(user=user).order_by("-id").values_list("pk", flat=True)
        EarlierPassword.objects.filter(user=user).exclude(pk__in=list(kept[: settings.PASSWORD_HISTORY])).delete()
    user.set_password(password)
    user.must_change_password, user.password_set_at = must_change, timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_set_at"])


@transaction.atomic
def change_password(new: str, *, actor: User) -> User:
    """改密: the actor's own password, after the old one was proved (`signing_in.proves`).

    Errors: `Invalid` with ``faults`` of ``password``, in sentences.
    """
    faults = faults_of(new, actor)
    if faults:
        raise Invalid("password", faults=faults)
    lay_down(actor, new, must_change=False)
    trail.record(actor=actor, act="change_password", thing=actor)
    return actor


def must_be_changed(user: User) -> str:
    """Why the person has to change the password now: ``given`` by an administrator, ``old``; else empty."""
    if user.must_change_password:
        return "given"
    days = settings.PASSWORD_DAYS
    if days and timezone.now() - user.password_set_at > datetime.timedelta(days=days):
        return "old"
    return ""


def is_over(user: User) -> bool:
    """Whether the password is one that an administrator gave, too long ago to open the door still."""
    days = settings.ONE_TIME_DAYS
    given = user.must_change_password and days
    return bool(given) and timezone.now() - user.password_set_at > datetime.timedelta(days=days)


def rules() -> list[str]:
    """The rules in sentences, for the page on which one is chosen."""
    return password_validators_help_texts()
