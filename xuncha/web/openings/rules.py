"""How long and how often an approval is good: the security administrator's to set, one kind a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from xuncha.security.errors import Conflict, Invalid, NotPermitted
from xuncha.security.opening import actions, queries
from xuncha.security.opening.kinds import kinds
from xuncha.web.asked import Asked
from xuncha.web.faults import Form


class RuleForm(Form):
    """The rule of one kind."""

    hours = forms.IntegerField(
        label=gettext_lazy("Hours an approval is good"),
        min_value=1,
        max_value=actions.LONGEST_HOURS,
        widget=forms.NumberInput(attrs={"class": "w-4"}),
    )
    openings = forms.IntegerField(
        label=gettext_lazy("Openings it allows"),
        min_value=1,
        max_value=actions.MOST_OPENINGS,
        widget=forms.NumberInput(attrs={"class": "w-4"}),
    )
    source = forms.CharField(
        label=gettext_lazy("By which rule"), required=False, max_length=200, widget=forms.TextInput({"class": "w-32"})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def opening_rules(request: Asked) -> HttpResponse:
    """Every kind with its rule; of two who set one, the second sees what the first one set."""
    if not queries.watches_openings(request.user):
        raise NotPermitted("not_permitted", act="set_opening_rule")
    status, sent = 200, None
    conflict: Any = None
    kind = kinds().get(request.POST.get("kind", "")) if request.method == "POST" else None
    if kind is not None:
        sent = RuleForm(request.POST, prefix=kind.code)
        status = 422
        if sent.is_valid():
            try:
                actions.set_opening_rule(kind, **sent.cleaned_data, actor=request.user)
            except Invalid as refused:
                sent.take_faults(refused.data["faults"])
            except Conflict as refused:
                conflict, status = refused.data["current"], 409
                data = {**request.POST.dict(), f"{kind.code}-version": str(conflict.version)}
                sent = RuleForm(data, prefix=kind.code)
            else:
                messages.success(request, _("Saved."))
                return redirect("opening_rules")
    rows = []
    for each, rule in queries.rules():
        initial = {name: getattr(rule, name) for name in ("hours", "openings", "source", "version")}
        form = sent if kind is not None and each.code == kind.code else RuleForm(initial=initial, prefix=each.code)
        rows.append({"kind": each, "form": form, "conflict": conflict if form is sent else None})
    context = {
        "rows": rows,
        "steps": [
            (pgettext("of sealed values", "Openings"), reverse("openings")),
            (pgettext("of openings", "Rules"), ""),
        ],
    }
    return render(request, "openings/rules.html", context, status=status)
