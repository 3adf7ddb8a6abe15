"""Pages of the second factor: what one has, adding, taking away, recovery codes."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from xuncha.rulebook import queries as rulebook
from xuncha.security import factors, passkeys
from xuncha.security.errors import IllegalTransition, Invalid
from xuncha.web.faults import Form
from xuncha.web.workspace.account.qr import picture
from xuncha.web.workspace.proof import prove
from xuncha.web.workspace.second_step import read_answer

_METHODS = ["GET", "HEAD", "POST"]


class ProofForm(Form):
    """The password once more, before anything of this is changed."""

    password = forms.CharField(
        label=gettext_lazy("Present password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput({"class": "w-32", "autocomplete": "current-password"}),
    )


class AppForm(ProofForm):
    """The first code of the app, which proves that it has the secret."""

    code = forms.CharField(
        label=gettext_lazy("Code that the app shows"),
        max_length=10,
        widget=forms.TextInput({"class": "w-8", "inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    field_order = ("code", "password")


class PasskeyForm(ProofForm):
    """A name for the passkey, and what the browser made."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=40,
        help_text=gettext_lazy("So that you know it again, such as “key on the ring”."),
        widget=forms.TextInput({"class": "w-16"}),
    )
    credential = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("name", "password", "credential")


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """What the person has beside the password."""
    actor: Any = request.user
    rows = list(factors.factors_of(actor))
    context = {
        "rows": rows,
        "codes_left": factors.codes_left(actor) if rows else 0,
        "is_required": factors.is_required(actor),
        "must": bool(request.session.get("enrol")),
        "host": request.get_host(),
        "passkeys_possible": passkeys.are_possible(request.get_host()),
        "here": "second_factor",
    }
    return render(request, "account/second_factor.html", context)


@require_http_methods(_METHODS)
def add_totp(request: HttpRequest) -> HttpResponse:
    """Add an authenticator app: a picture to read in, and the first code back."""
    actor: Any = request.user
    sealed = request.session.get("offer")
    form = AppForm(request.POST or None)
    if request.method == "POST" and sealed and form.is_valid() and prove(request, form, "password"):
        try:
            codes = factors.add_totp(sealed, form.cleaned_data["code"], actor=actor)
        except Invalid:
            form.add_error("code", _("This is not the code of now. Does the clock of the phone tell the right time?"))
        else:
            del request.session["offer"]
            return _added(request, codes)
    if not sealed or request.method != "POST":
        sealed = request.session["offer"] = factors.offer()
    secret = factors.offered(sealed)
    address = factors.address_of(secret, user=actor, office=rulebook.office().short_name or "Xuncha")
    context = {"form": form, "picture": picture(address), "secret": factors.secret_words(secret)}
    return render(request, "account/add_totp.html", context)


@require_http_methods(_METHODS)
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Add a passkey, which the browser makes."""
    actor: Any = request.user
    host = request.get_host()
    if not passkeys.are_possible(host):
        raise Http404
    state = request.session.pop("passkey", None)
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and prove(request, form, "password"):
        answer = read_answer(form.cleaned_data["credential"])
        name = form.cleaned_data["name"]
        codes = passkeys.take_new(actor, name, state, answer, host=host) if state and answer else None
        if codes is not None:
            return _added(request, codes)
        form.add_error(None, _("The browser made no passkey. Please try again."))
    options, request.session["passkey"] = passkeys.ask_for_new(actor, host=host)
    return render(request, "account/add_passkey.html", {"form": form, "options": json.dumps(options)})


@require_http_methods(_METHODS)
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes; the earlier ones are void."""
    actor: Any = request.user
    if not factors.factors_of(actor).exists():
        raise Http404
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and prove(request, form, "password"):
        return render(request, "account/codes.html", {"codes": factors.new_recovery_codes(actor=actor)})
    context = {
        "form": form,
        "title": _("New recovery codes"),
        "words": _("The codes that you have now are void then."),
        "act": _("Make new codes"),
    }
    return render(request, "account/confirm.html", context)


@require_http_methods(_METHODS)
def remove_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away one of the own factors."""
    actor: Any = request.user
    factor = factors.factors_of(actor).filter(pk=pk).first()
    if factor is None:
        raise Http404
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and prove(request, form, "password"):
        try:
            factors.remove_factor(factor, actor=actor)
        except IllegalTransition:
            form.add_error(None, _("Your role needs a second factor. Add another one first, then take this away."))
        else:
            messages.success(request, _("Taken away."))
            return redirect("second_factor")
    words = factor.name or _("authenticator app")
    context = {
        "form": form,
        "title": _("Take away: %(factor)s") % {"factor": words},
        "words": _("Signing in with it is not possible any more."),
        "act": _("Take it away"),
    }
    return render(request, "account/confirm.html", context)


def _added(request: HttpRequest, codes: list[str]) -> HttpResponse:
    request.session.pop("enrol", None)
    if codes:
        return render(request, "account/codes.html", {"codes": codes})
    messages.success(request, _("Added."))
    return redirect("second_factor")
