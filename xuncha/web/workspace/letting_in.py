"""The one way in: whoever was proved to be a person, by whatever means, becomes signed in here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xuncha.security import factors, sessions
from xuncha.security.record import record_sign_in
from xuncha.web.workspace import devices


def let_in(request: HttpRequest, user: Any, *, factor: str) -> None:
    """Sign a person in, under a new key of the session, and write it on the trail. ``factor`` says by what:
    ``password``, or what came after it (``totp``, ``passkey``, ``recovery_code``); ``single_sign_on`` for a county's
    own."""
    login(request, user, backend=getattr(user, "backend", settings.AUTHENTICATION_BACKENDS[0]))
    request.session["address"] = devices.address_of(request)
    request.session["device"] = devices.words_of(request.headers.get("User-Agent", ""))
    request.session["factor"] = factor
    if factor == "password" and factors.is_required(user):
        # Nobody who has a second factor comes in by the password alone: this person has none yet.
        request.session["enrol"] = True
    record_sign_in(user, factor=factor)
    if settings.ONE_SESSION:
        sessions.end_others(user, key=request.session.session_key)
    sessions.sweep()


def wait_words(seconds: int) -> str:
    """How long until the next attempt, as a sentence."""
    if seconds <= 90:
        told = ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    else:
        minutes = -(-seconds // 60)
        told = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return _(
        "Too many attempts failed. Please wait %(time)s and try again; in a hurry, ask the security administrator to "
        "unlock the account."
    ) % {"time": told}
