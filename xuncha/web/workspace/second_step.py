"""The second step at the door: after the right password, what the person has beside it."""

from __future__ import annotations

import json
import time
from typing import Any, Final

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xuncha.security import factors, passkeys, throttle
from xuncha.security.record import record_failed_sign_in
from xuncha.web.faults import Form
from xuncha.web.workspace import devices
from xuncha.web.workspace.letting_in import let_in, wait_words

MINUTES: Final = 5
_KEY: Final = "entering"


class CodeForm(Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("One-time code"),
        max_length=20,
        help_text=gettext_lazy("Six digits from your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "autofocus": True, "class": "w-16", "autocapitalize": "none"}
        ),
    )


def begin(request: HttpRequest, user: Any, target: str) -> HttpResponse:
    """Remember who showed the password and ask for the rest; nobody is signed in yet."""
    request.session.flush()
    request.session[_KEY] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "backend": user.backend,
        "at": int(time.time()),
        "next": target,
    }
    return redirect("second_step")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a passkey; without a right password in the last minutes one begins anew."""
    told = request.session.get(_KEY)
    user = _who(told) if told and not request.user.is_authenticated else None
    if told is None or user is None:
        return redirect("sign_in")
    form = CodeForm(request.POST if "code" in request.POST else None)
    status = 200
    if request.method == "POST":
        factor, status = _shown(request, user, form)
        if factor:
            del request.session[_KEY]
            let_in(request, user, factor=factor)
            response = redirect(told["next"])
            devices.remember(response, devices.new_device(request))
            return response
    asked = passkeys.ask(user, host=request.get_host())
    if asked is not None:
        request.session["passkey"] = asked[1]
    context = {"form": form, "passkey": json.dumps(asked[0]) if asked else "", "minutes": MINUTES}
    return render(request, "second_step.html", context, status=status)


def _who(told: dict[str, Any]) -> Any:
    """Who showed the password; null when that was too long ago, or it was changed since."""
    if time.time() - told["at"] > MINUTES * 60:
        return None
    user = get_user_model().objects.filter(pk=told["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != told["password"]:
        return None
    user.backend = told["backend"]
    return user


def _shown(request: HttpRequest, user: Any, form: CodeForm) -> tuple[str, int]:
    """By which factor the person came in, empty for none, and the status of the answer."""
    state = request.session.pop("passkey", None)
    by_passkey = bool(request.POST.get("credential"))
    if not by_passkey and not form.is_valid():
        return "", 200
    try:
        attempt = throttle.begin(
            user.username,
            address=devices.address_of(request),
            device=devices.device_of(request),
            what=throttle.CODES,
        )
    except throttle.Waits as waits:
        form.add_error(None, wait_words(waits.data["seconds"]))
        return "", 429
    if by_passkey:
        answer = read_answer(request.POST["credential"])
        factor = "passkey" if state and answer and passkeys.take(user, state, answer, host=request.get_host()) else ""
    else:
        factor = factors.take_code(user, form.cleaned_data["code"])
    if factor:
        throttle.succeed(attempt)
        return factor, 200
    record_failed_sign_in(user.username)
    if by_passkey:
        form.errors.setdefault("__all__", form.error_class([_("This passkey was not accepted. Please try again.")]))
    else:
        form.add_error("code", _("This code is wrong or was used already. Please wait for the next one and type it."))
    return "", 200


def read_answer(words: str) -> dict[str, Any] | None:
    """What the browser answered; null for what is none."""
    try:
        answer = json.loads(words)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
