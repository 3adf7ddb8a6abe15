"""Passkeys (通行密钥, WebAuthn): made and shown in the browser, checked here without asking anybody else.

A passkey belongs to a host name; without one, or without HTTPS (other than on the machine itself), browsers make none.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from xuncha.security import factors
from xuncha.security.models import SecondFactor, User

ON_THE_MACHINE: Final = "localhost"


def are_possible(host: str) -> bool:
    """Whether a browser makes passkeys for pages of this host (with or without a port)."""
    name = _name(host)
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return name == ON_THE_MACHINE or bool(settings.SESSION_COOKIE_SECURE)
    return False


def _name(host: str) -> str:
    return host if host.endswith("]") else host.rpartition(":")[0] or host


def _server(host: str) -> Fido2Server:
    known = {f"https://{host}", *settings.CSRF_TRUSTED_ORIGINS}
    if _name(host) == ON_THE_MACHINE:
        known.add(f"http://{host}")
    entity = PublicKeyCredentialRpEntity(id=_name(host), name="Xuncha")
    return Fido2Server(entity, verify_origin=lambda origin: origin in known)


def ask_for_new(user: User, *, host: str) -> tuple[dict[str, Any], Any]:
    """What the browser is asked to make, as JSON, and the state to keep in the session until it has."""
    entity = PublicKeyCredentialUserEntity(id=str(user.pk).encode(), name=user.username, display_name=user.name)
    options, state = _server(host).register_begin(
        entity,
        [credential for _, credential in _of(user)],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options)["publicKey"], state


def take_new(user: User, name: str, state: Any, answer: Mapping[str, Any], *, host: str) -> list[str] | None:
    """Keep what the browser made; recovery codes where it is the first factor. Null for an answer that is none."""
    try:
        made = _server(host).register_complete(state, answer)
    except (ValueError, TypeError, KeyError):
        return None
    if made.credential_data is None:
        return None
    return factors.add_passkey(name, bytes(made.credential_data), counter=made.counter, actor=user)


def ask(user: User, *, host: str) -> tuple[dict[str, Any], Any] | None:
    """What the browser is asked to show, and the state to keep; null for a person without a passkey."""
    known = [credential for _, credential in _of(user)]
    if not known or not are_possible(host):
        return None
    options, state = _server(host).authenticate_begin(known, user_verification=UserVerificationRequirement.PREFERRED)
    return dict(options)["publicKey"], state


def take(user: User, state: Any, answer: Mapping[str, Any], *, host: str) -> bool:
    """Whether the browser showed a passkey of the person. A device whose count goes back was copied and is refused."""
    known = _of(user)
    try:
        shown = _server(host).authenticate_complete(state, [credential for _, credential in known], answer)
        counter = _counter(answer)
    except (ValueError, TypeError, KeyError):
        return False
    factor = next(factor for factor, credential in known if credential.credential_id == shown.credential_id)
    # Many devices count nothing and always say 0.
    return factors.note_use(factor, counter=counter) if counter or factor.counter else factors.note_seen(factor)


def _counter(answer: Mapping[str, Any]) -> int:
    return int(AuthenticationResponse.from_dict(answer).response.authenticator_data.counter)


def _of(user: User) -> list[tuple[SecondFactor, AttestedCredentialData]]:
    found = factors.factors_of(user).filter(kind="passkey").select_related("user")
    return [(factor, AttestedCredentialData(factors.secret_of(factor))) for factor in found]
