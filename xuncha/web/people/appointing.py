"""Appointing to a role and withdrawing it: the security administrator's, and never to or from oneself."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from xuncha.organisation import queries as organisation
from xuncha.security import accounts, directory, granting
from xuncha.security.errors import Invalid, NotPermitted
from xuncha.security.roles import ADMINISTRATOR_ROLES, UNIT_READING_ROLES, Role, Room, Scope
from xuncha.web.asked import Asked
from xuncha.web.faults import DateInput, Form
from xuncha.web.people import wording
from xuncha.web.people.pages import rooms_by_role, seen_person
from xuncha.web.rooms import inside
from xuncha.web.workspace.proof import ProvingForm

_METHODS = ["GET", "HEAD", "POST"]


class AppointForm(ProvingForm):
    """Which role, for which unit, from when to when."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.Select({"class": "w-32"}))
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("For the roles of a unit and for the county leader in charge of it."),
        required=False,
        widget=forms.Select({"class": "w-32"}),
    )
    since = forms.DateField(label=gettext_lazy("First day"), widget=DateInput({"class": "w-16"}))
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Empty: until it is withdrawn."),
        required=False,
        widget=DateInput({"class": "w-16"}),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [("", "—"), *_roles()]
        unit: Any = self.fields["unit"]
        unit.choices = [("", "—")] + [
            (str(each.pk), "\u3000" * max(each.path.count("/") - 2, 0) + each.name)
            for each in organisation.units_to_appoint_for(actor)
        ]


def _roles() -> list[tuple[str, list[tuple[str, str]]]]:
    """The roles given by hand, by what they are for."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for role in granting.GRANTED_BY_HAND:
        if role in ADMINISTRATOR_ROLES:
            group = _("Administrators: no business data, and no other role beside it")
        elif role in UNIT_READING_ROLES:
            group = _("For one unit")
        else:
            group = _("For the whole office")
        groups.setdefault(group, []).append((str(role), str(Role(role).label)))
    return list(groups.items())


@require_http_methods(_METHODS)
@inside(Room.PEOPLE)
def appoint(request: Asked, pk: int) -> HttpResponse:
    """Appoint a person to a role."""
    user = seen_person(request, pk).user
    _require(request, user, "grant_role")
    initial = {"since": timezone.localdate()}
    form = AppointForm(request.POST or None, actor=request.user, request=request, initial=initial)
    if request.method == "POST" and form.holds():
        values = form.cleaned_data
        try:
            granting.grant_role(
                user,
                values["role"],
                unit=int(values["unit"]) if values["unit"] else None,
                since=values["since"],
                until=values["until"],
                actor=request.user,
            )
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            role = wording.role_word(values["role"])
            messages.success(request, _("%(person)s is now %(role)s.") % {"person": user.name, "role": role})
            return redirect("person", pk)
    context = {
        "form": form,
        "title": _("Appoint %(person)s") % {"person": user.name},
        "back": reverse("person", args=[pk]),
        "act": _("Appoint"),
        "rooms": rooms_by_role(),
    }
    return render(request, "people/form.html", context)


class WithdrawForm(Form):
    """When the role ends, and why."""

    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=(("now", pgettext_lazy("role", "At once")), ("day", gettext_lazy("After its last day"))),
        initial="now",
        widget=forms.RadioSelect,
    )
    last = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=DateInput({"class": "w-16"}))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=forms.TextInput({"class": "w-32", "lang": "zh-Hans"}),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("when") == "day" and not values.get("last") and "last" not in self.errors:
            self.take_faults({"last": "required"})
        return values


@require_http_methods(_METHODS)
@inside(Room.PEOPLE)
def withdraw(request: Asked, pk: int, grant: int) -> HttpResponse:
    """Withdraw a role of a person, at once or after a day."""
    user = seen_person(request, pk).user
    found = next((each for each in directory.grants_of(request.user, user) if each.pk == grant), None)
    if found is None:
        raise Http404
    _require(request, user, "withdraw_role")
    (held,) = wording.held_roles([found], wording.Places([found]))
    if found.scope == Scope.INSPECTION or held.state == "over":
        # A team's comes and goes with the team; what is over needs no end.
        raise Http404
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        last: datetime.date | None = form.cleaned_data["last"] if form.cleaned_data["when"] == "day" else None
        try:
            granting.withdraw_grant(found, last=last, actor=request.user, reason=form.cleaned_data["reason"])
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            messages.success(request, _("Withdrawn: %(role)s.") % {"role": held.words})
            return redirect("person", pk)
    context = {
        "form": form,
        "title": _("Withdraw: %(role)s") % {"role": held.words},
        "back": reverse("person", args=[pk]),
        "words": _("At the next click the person sees nothing of it any more; what was done in it stays on the trail."),
        "act": _("Withdraw the role"),
        "is_grave": True,
    }
    return render(request, "people/form.html", context)


def _require(request: Asked, user: Any, act: str) -> None:
    if not accounts.gives_rights(request.user):
        raise NotPermitted("not_permitted", act=act)
    if user.pk == request.user.pk:
        raise NotPermitted("not_to_oneself", act=act)
