"""What else an administrator does to an account: unlock, close, sign out, revoke, reset."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from xuncha.security import accounts, factors, tokens
from xuncha.security.errors import NotPermitted
from xuncha.security.roles import Room
from xuncha.web.asked import Asked, number
from xuncha.web.faults import Form
from xuncha.web.people.pages import seen_person
from xuncha.web.rooms import inside
from xuncha.web.workspace.proof import ProvingForm

_METHODS = ["GET", "HEAD", "POST"]


class ReasonForm(Form):
    """Why; it stands on the trail."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("And how you made sure who asks. It stands on the trail."),
        max_length=200,
        widget=forms.TextInput({"class": "w-32", "lang": "zh-Hans"}),
    )


class ProvenReasonForm(ProvingForm, ReasonForm):
    """The same for what gives access."""


@require_http_methods(_METHODS)
@inside(Room.PEOPLE)
def reset_factors(request: Asked, pk: int) -> HttpResponse:
    """Take away the second factors of a person who lost them."""
    user = seen_person(request, pk).user
    if not accounts.gives_rights(request.user):
        raise NotPermitted("not_permitted", act="reset_factors")
    if user.pk == request.user.pk:
        raise NotPermitted("not_to_oneself", act="reset_factors")
    if not factors.factors_of(user).exists():
        raise Http404
    form = ProvenReasonForm(request.POST or None, request=request)
    if request.method == "POST" and form.holds():
        factors.reset_factors(user, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Reset. At the next sign-in the password alone is asked for."))
        return redirect("person", pk)
    context = {
        "form": form,
        "title": _("Reset the second factor of %(person)s") % {"person": user.name},
        "back": reverse("person", args=[pk]),
        "words": _("App, passkeys and recovery codes are void at once, and the person is signed out everywhere."),
        "act": _("Reset it"),
        "is_grave": True,
    }
    return render(request, "people/form.html", context)


@require_http_methods(_METHODS)
@inside(Room.PEOPLE)
def change_state(request: Asked, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    user = seen_person(request, pk).user
    if user.pk == request.user.pk:
        raise NotPermitted("not_to_oneself", act="close_account")
    wanted = not user.is_active
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # What was read on the page is done: pressed twice, it stays as it is.
        wanted = request.POST.get("active") == "1"
        accounts.set_active(user, wanted, actor=request.user, reason=form.cleaned_data["reason"])
        words = _("The account of %(person)s is open again.") if wanted else _("The account of %(person)s is closed.")
        messages.success(request, words % {"person": user.name})
        return redirect("person", pk)
    return render(request, "people/form.html", {"form": form, **(_again(user) if wanted else _closing(user))})


def _closing(user: Any) -> dict[str, Any]:
    return {
        "title": _("Close the account of %(person)s") % {"person": user.name},
        "back": reverse("person", args=[user.pk]),
        "words": _(
            "The person is signed out everywhere at once, and tokens of programs are revoked. Roles stay as they are."
        ),
        "act": _("Close the account"),
        "is_grave": True,
        "hidden": {"active": "0"},
    }


def _again(user: Any) -> dict[str, Any]:
    return {
        "title": _("Open the account of %(person)s again") % {"person": user.name},
        "back": reverse("person", args=[user.pk]),
        "words": _("Sessions that were ended and tokens that were revoked do not come back; roles that run on do."),
        "act": _("Open it again"),
        "hidden": {"active": "1"},
    }


@require_POST
@inside(Room.PEOPLE)
def unlock(request: Asked, pk: int) -> HttpResponse:
    """Let a person who failed too often sign in again at once."""
    user = seen_person(request, pk).user
    accounts.unlock(user, actor=request.user)
    messages.success(request, _("%(person)s can sign in again.") % {"person": user.name})
    return redirect("person", pk)


@require_POST
@inside(Room.PEOPLE)
def end_sessions(request: Asked, pk: int) -> HttpResponse:
    """Sign a person out, in one browser (``session``) or everywhere."""
    user = seen_person(request, pk).user
    session = number(request.POST.get("session"))
    if session is None and "session" in request.POST:
        raise Http404
    n = accounts.end_sessions(user, session=session, actor=request.user)
    messages.success(request, ngettext("Signed out in %(n)s browser.", "Signed out in %(n)s browsers.", n) % {"n": n})
    return redirect("person", pk)


@require_POST
@inside(Room.PEOPLE)
def revoke_token(request: Asked, pk: int, token: int) -> HttpResponse:
    """Make a token of a program worthless at once."""
    found = tokens.tokens_of(seen_person(request, pk).user).filter(pk=token).first()
    if found is None:
        raise Http404
    tokens.revoke_token(found, actor=request.user)
    messages.success(request, _("The token %(name)s is worthless now.") % {"name": found.name})
    return redirect("person", pk)
