"""The second factor (双因素): one-time codes of an authenticator app, passkeys, recovery codes; all of it offline.

GB/T 22239-2019 8.1.4.1 d) asks for two kinds of proof, one of them by cryptography. Codes: RFC 6238, six digits, SHA-1,
30 seconds, as all apps know them; one step before and after is taken, each step once.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from typing import Final
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from xuncha.security import policy, sessions, trail
from xuncha.security.accounts import gives_rights, require_administrator
from xuncha.security.digests import keyed
from xuncha.security.errors import IllegalTransition, Invalid, NotPermitted
from xuncha.security.keys import keyring
from xuncha.security.models import Grant, RecoveryCode, SecondFactor, User
from xuncha.security.sealing import Unreadable, new_key, seal, unseal

STEP_SECONDS: Final = 30
SECRET_BYTES: Final = 20
CODES: Final = 10
# Crockford's signs without those that are taken for one another: five bits each.
_SIGNS: Final = "23456789abcdefghjkmnpqrstuvwxyz"


def is_required(user: User) -> bool:
    """Whether one of the person's roles needs a second factor (``XUNCHA_SECOND_FACTOR``)."""
    asked = settings.SECOND_FACTOR
    return "all" in asked or (bool(asked) and policy.grants_in_force(user).filter(role__in=asked).exists())


def without_factor() -> Q:
    """The condition of the accounts whose role needs a second factor and who have none."""
    asked = settings.SECOND_FACTOR
    if not asked:
        return Q(pk__in=())
    has_none = ~Exists(SecondFactor.objects.filter(user=OuterRef("pk")))
    if "all" in asked:
        return Q(has_none)
    return Q(has_none) & Q(Exists(policy.in_force(Grant.objects.filter(user=OuterRef("pk"), role__in=asked))))


def factors_of(user: User) -> QuerySet[SecondFactor]:
    """What the person has, in the order it was added."""
    return SecondFactor.objects.filter(user=user).order_by("id")


def codes_left(user: User) -> int:
    """Recovery codes that were not used yet."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def offer() -> str:
    """A new secret for an app, sealed: it waits in the session until the first code proves that it arrived."""
    return base64.b64encode(keyring().wrap(secrets.token_bytes(SECRET_BYTES))).decode("ascii")


def offered(sealed: str) -> bytes:
    """The secret of an offer. Errors: `Unreadable`."""
    try:
        return keyring().unwrap(base64.b64decode(sealed, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Unreadable("offer") from error


def secret_words(secret: bytes) -> str:
    """The secret as one types it into an app that reads no picture."""
    words = base64.b32encode(secret).decode("ascii").rstrip("=")
    return " ".join(words[i : i + 4] for i in range(0, len(words), 4))


def address_of(secret: bytes, *, user: User, office: str) -> str:
    """What the picture says to the app."""
    label, words = quote(f"{office}:{user.username}"), base64.b32encode(secret).decode("ascii").rstrip("=")
    return f"otpauth://totp/{label}?secret={words}&issuer={quote(office)}"


def code_at(secret: bytes, moment: float) -> str:
    """The code of a moment, in seconds since 1970."""
    return TOTP(secret, 6, SHA1(), STEP_SECONDS, enforce_key_length=False).generate(int(moment)).decode("ascii")


def _step_of(secret: bytes, code: str) -> int:
    """The step of time whose code this is; 0 for none near now."""
    step = int(time.time()) // STEP_SECONDS
    found = 0
    for near in (step - 1, step, step + 1):
        if secrets.compare_digest(code_at(secret, near * STEP_SECONDS).encode(), code.encode()):
            found = near
    return found


@transaction.atomic
def add_totp(sealed: str, code: str, *, actor: User) -> list[str]:
    """Add an authenticator app that shows the code of what it was offered; recovery codes where these are the first.

    Errors: `Invalid` with a fault of ``code``.
    """
    secret = offered(sealed)
    step = _step_of(secret, "".join(code.split()))
    if not step:
        raise Invalid("factor", faults={"code": "wrong_code"})
    return _add("totp", "", secret, counter=step, actor=actor)


@transaction.atomic
def add_passkey(name: str, public_part: bytes, *, counter: int, actor: User) -> list[str]:
    """Add a passkey that the browser made for this person (`security.passkeys`)."""
    return _add("passkey", name.strip()[:40], public_part, counter=counter, actor=actor)


def _add(kind: str, name: str, secret: bytes, *, counter: int, actor: User) -> list[str]:
    key = new_key()
    SecondFactor.objects.create(
        user=actor,
        kind=kind,
        name=name,
        counter=counter,
        wrapped=keyring().wrap(key),
        secret=seal(key, secret, _place(actor), settings.SEALING),
    )
    trail.record(actor=actor, act="add_factor", thing=actor, after={"kind": kind, "name": name})
    return [] if codes_left(actor) else _lay_down_codes(actor)


def secret_of(factor: SecondFactor) -> bytes:
    """What a factor holds. Errors: `Unreadable`."""
    return unseal(keyring().unwrap(bytes(factor.wrapped)), bytes(factor.secret), _place(factor.user))


def _place(user: User) -> bytes:
    return b"security_secondfactor.secret/%d" % user.pk


def take_code(user: User, code: str) -> str:
    """Whether the code opens the door: by which ``factor`` it does, ``totp`` or ``recovery_code``; empty for neither.

    A code counts once.
    """
    bare = "".join(code.split()).lower().replace("-", "")
    if len(bare) == 6 and bare.isascii() and bare.isdigit():
        for factor in factors_of(user).filter(kind="totp").select_related("user"):
            step = _step_of(secret_of(factor), bare)
            if step and note_use(factor, counter=step):
                return "totp"
        return ""
    codes = RecoveryCode.objects.filter(user=user, digest=_digest(user, bare), used_at=None)
    return "recovery_code" if codes.update(used_at=timezone.now()) else ""


def note_use(factor: SecondFactor, *, counter: int) -> bool:
    """Note that a factor was shown; false where this or a later showing of it was noted before."""
    unused = SecondFactor.objects.filter(pk=factor.pk, counter__lt=counter)
    return bool(unused.update(counter=counter, used_at=timezone.now()))


def note_seen(factor: SecondFactor) -> bool:
    """Note the use of a device that counts nothing."""
    return bool(SecondFactor.objects.filter(pk=factor.pk).update(used_at=timezone.now()))


@transaction.atomic
def new_recovery_codes(*, actor: User) -> list[str]:
    """Ten new codes, in words here and never again; the earlier ones are void. Errors: `IllegalTransition` without a
    factor that they could stand in for."""
    if not factors_of(actor).exists():
        raise IllegalTransition("no_factor")
    trail.record(actor=actor, act="renew_recovery_codes", thing=actor)
    return _lay_down_codes(actor)


def _lay_down_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(_SIGNS) for _ in range(10)) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _digest(user: User, code: str) -> str:
    return keyed(keyring().values, f"recovery\x1f{user.pk}\x1f{code}".encode()).hex()


@transaction.atomic
def remove_factor(factor: SecondFactor, *, actor: User) -> None:
    """Take away one of the actor's own factors; with the last one the recovery codes go.

    Errors: `IllegalTransition` for the last one of a person whose role needs one.
    """
    left = factors_of(actor).exclude(pk=factor.pk).exists()
    if not left and is_required(actor):
        raise IllegalTransition("factor_needed")
    count, _ = factors_of(actor).filter(pk=factor.pk).delete()
    if count:
        if not left:
            RecoveryCode.objects.filter(user=actor).delete()
        told = {"kind": factor.kind, "name": factor.name}
        trail.record(actor=actor, act="remove_factor", thing=actor, before=told)


@transaction.atomic
def reset_factors(user: User, *, actor: User, reason: str = "") -> int:
    """重置: take away all factors of a person who lost them, by the security administrator, who knows the person; how
    many. Errors: `NotPermitted`: whoever gives passwords does not take the second factor away, too."""
    require_administrator(actor, "reset_factors", of=user)
    if not gives_rights(actor):
        raise NotPermitted("not_permitted", act="reset_factors")
    count = factors_of(user).count()
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    sessions.end_all(user)
    trail.record(actor=actor, act="reset_factors", thing=user, before={"factors": count}, reason=reason)
    return count
