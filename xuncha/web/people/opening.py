"""Opening an account and giving it a password: both in words once, on the page that answers, and never again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from xuncha.security import accounts
from xuncha.security.errors import Invalid, NotPermitted
from xuncha.security.roles import Room
from xuncha.web.asked import Asked
from xuncha.web.people.acting import ProvenReasonForm
from xuncha.web.people.pages import seen_person
from xuncha.web.rooms import inside
from xuncha.web.workspace.proof import ProvingForm

_METHODS = ["GET", "HEAD", "POST"]


class AccountForm(ProvingForm):
    """Who it is, and what is typed at the door."""

    name = forms.CharField(
        label=gettext_lazy("Person's name"), max_length=50, widget=forms.TextInput({"class": "w-16", "lang": "zh-Hans"})
    )
    username = forms.CharField(
        label=gettext_lazy("Account"),
        help_text=gettext_lazy("Letters, digits, dot, hyphen; typed at each sign-in and never given to anybody else."),
        max_length=150,
        widget=forms.TextInput({"class": "w-16", "autocapitalize": "none", "autocomplete": "off"}),
    )


@require_http_methods(_METHODS)
@inside(Room.PEOPLE)
def add_person(request: Asked) -> HttpResponse:
    """Open an account; its one-time password stands on the page that answers."""
    if not accounts.opens_accounts(request.user):
        raise NotPermitted("not_permitted", act="add_account")
    form = AccountForm(request.POST or None, request=request)
    if request.method == "POST" and form.holds():
        password = accounts.random_password()
        try:
            user = accounts.add_account(
                form.cleaned_data["username"], form.cleaned_data["name"], password=password, actor=request.user
            )
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            return _given(request, user, password)
    context = {
        "form": form,
        "title": _("Open an account"),
        "back": reverse("people"),
        "words": _(
            "The account gets a one-time password, which is changed at the first sign-in. What the person may see is "
            "the security administrator's to appoint."
        ),
        "act": _("Open the account"),
    }
    return render(request, "people/form.html", context)


@require_http_methods(_METHODS)
@inside(Room.PEOPLE)
def give_password(request: Asked, pk: int) -> HttpResponse:
    """Give a person who forgot the password a one-time one."""
    user = seen_person(request, pk).user
    if not accounts.opens_accounts(request.user):
        raise NotPermitted("not_permitted", act="set_password")
    if user.pk == request.user.pk:
        raise NotPermitted("not_to_oneself", act="set_password")
    form = ProvenReasonForm(request.POST or None, request=request)
    if request.method == "POST" and form.holds():
        password = accounts.random_password()
        accounts.set_password(user, password=password, actor=request.user, reason=form.cleaned_data["reason"])
        return _given(request, user, password)
    context = {
        "form": form,
        "title": _("One-time password for %(person)s") % {"person": user.name},
        "back": reverse("person", args=[pk]),
        "words": _("The present password is void at once, and the person is signed out everywhere."),
        "act": _("Give a one-time password"),
    }
    return render(request, "people/form.html", context)


def _given(request: Asked, user: Any, password: str) -> HttpResponse:
    return render(request, "people/given.html", {"person": user, "password": password, "days": _days_words()})


def _days_words() -> str:
    days = settings.ONE_TIME_DAYS
    return ngettext("It holds for %(n)s day.", "It holds for %(n)s days.", days) % {"n": days} if days else ""
