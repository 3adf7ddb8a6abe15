"""For how long one kind of record is kept: set by the head of the office, without a program."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xuncha.security.errors import Conflict, Invalid, NotPermitted
from xuncha.security.retention import actions, queries
from xuncha.web.asked import Asked
from xuncha.web.faults import Form
from xuncha.web.retention import wording
from xuncha.web.retention.pages import kind_or_404


class RuleForm(Form):
    """The rule of one kind."""

    years = forms.IntegerField(
        label=gettext_lazy("Years"),
        min_value=1,
        max_value=actions.MOST_YEARS,
        widget=forms.NumberInput(attrs={"class": "w-4"}),
    )
    event = forms.ChoiceField(label=gettext_lazy("Counted from"))
    source = forms.CharField(
        label=gettext_lazy("By which rule"),
        help_text=gettext_lazy("It stands on every certificate."),
        max_length=actions.LONGEST_SOURCE,
        widget=forms.TextInput({"class": "w-32"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, events: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        event: Any = self.fields["event"]
        event.choices = events


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: Asked, code: str) -> HttpResponse:
    """The form; of two who set it, the second sees what the first one set, and chooses."""
    kind = kind_or_404(code)
    if not queries.confirms(request.user):
        raise NotPermitted("not_permitted", act="set_retention_rule")
    found, events = queries.rule_of(kind), list(kind.events.items())
    initial = {name: getattr(found, name) for name in ("years", "event", "source", "version")}
    form = RuleForm(request.POST or None, events=events, initial=initial)
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.set_retention_rule(kind, **form.cleaned_data, actor=request.user)
            except Invalid as refused:
                form.take_faults(refused.data["faults"])
            except Conflict as refused:
                conflict, status = refused.data["current"], 409
                form = RuleForm({**request.POST.dict(), "version": conflict.version}, events=events)
            else:
                messages.success(request, _("Saved."))
                return redirect("retention")
    context = {
        "steps": [(_("Retention"), reverse("retention")), (str(kind.label), "")],
        "kind": kind,
        "form": form,
        "conflict": conflict,
        "conflict_years": wording.years_word(conflict.years) if conflict else "",
        "conflict_event": wording.event_word(kind, conflict.event) if conflict else "",
    }
    return render(request, "retention/rule.html", context, status=status)
