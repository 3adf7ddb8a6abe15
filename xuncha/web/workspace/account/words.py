"""Ways to prove who one is, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

_FACTORS: Final[Mapping[str, Any]] = {
    "password": _("password"),
    "totp": _("password and one-time code"),
    "passkey": _("password and passkey"),
    "recovery_code": _("password and recovery code"),
    "single_sign_on": _("single sign-on"),
}


def factor_word(factor: str) -> Any:
    """By what a person signed in; empty where it is not known."""
    return _FACTORS.get(factor, "")
