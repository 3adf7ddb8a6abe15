"""Forms of terms and rounds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xuncha.rounds import actions, queries
from xuncha.rounds.permissions import POLICY
from xuncha.rounds.queries import Round
from xuncha.security.errors import Conflict, Invalid
from xuncha.web.faults import DateInput, Form
from xuncha.web.rounds.wording import round_name, term_name


class TermForm(Form):
    """A term: its number and its days."""

    number = forms.IntegerField(
        label=gettext_lazy("Number of the term"),
        help_text=gettext_lazy("14 for the fourteenth term; it begins the numbers of all its findings."),
        min_value=1,
        max_value=99,
        widget=forms.NumberInput(attrs={"class": "w-4 input-number"}),
    )
    starts_on = forms.DateField(label=gettext_lazy("From"), required=False, widget=DateInput({"class": "w-8"}))
    ends_on = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DateInput({"class": "w-8"}))


class RoundForm(Form):
    """A round: its number within the term, its kind, its days."""

    term = forms.ChoiceField(label=gettext_lazy("Term"))
    number = forms.IntegerField(
        label=gettext_lazy("Number of the round"),
        help_text=gettext_lazy("It stands in the numbers of findings and cannot be changed later."),
        min_value=1,
        max_value=99,
        widget=forms.NumberInput(attrs={"class": "w-4 input-number"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Round.Kind.choices)
    starts_on = forms.DateField(label=gettext_lazy("From"), required=False, widget=DateInput({"class": "w-8"}))
    ends_on = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DateInput({"class": "w-8"}))
    feedback_on = forms.DateField(label=gettext_lazy("Feedback on"), required=False, widget=DateInput({"class": "w-8"}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, terms: list[Any], round: Any | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        term: Any = self.fields["term"]
        term.choices = [(str(each.pk), term_name(each)) for each in terms]
        if round is not None:
            # What stands in issued numbers is shown, not asked.
            del self.fields["term"], self.fields["number"]


@require_http_methods(["GET", "HEAD", "POST"])
def add_term(request: HttpRequest) -> HttpResponse:
    """Open a term."""
    actor: Any = request.user
    POLICY.require(actor, "add_term")
    form = TermForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            term = actions.add_term(**form.cleaned_data, actor=actor)
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            messages.success(request, _("%(term)s was opened.") % {"term": term_name(term)})
            return redirect("rounds")
    return _page(request, form, _("Open a term"), back="rounds")


@require_http_methods(["GET", "HEAD", "POST"])
def edit_term(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the days of a term."""
    actor: Any = request.user
    term = queries.find_term(actor, pk)
    if term is None:
        raise Http404
    POLICY.require(actor, "edit_term")
    initial = {"number": term.number, "starts_on": term.starts_on, "ends_on": term.ends_on}
    form = TermForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_term(term, **form.cleaned_data, actor=actor)
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            messages.success(request, _("Saved."))
            return redirect("term", pk)
    return _page(request, form, _("Change the term"), back="term", key=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def add_round(request: HttpRequest) -> HttpResponse:
    """Plan a round; its units are chosen next."""
    actor: Any = request.user
    POLICY.require(actor, "add_round")
    terms = list(queries.terms(actor))
    if not terms:
        messages.info(request, _("A round belongs to a term. Open the term first."))
        return redirect("term_add")
    initial = {"number": queries.next_number(terms[0])}
    form = RoundForm(request.POST or None, terms=terms, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("version", None)
        by_key = {str(term.pk): term for term in terms}
        try:
            round = actions.add_round(by_key[values.pop("term")], values=values, actor=actor)
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            messages.success(request, _("%(round)s was planned.") % {"round": round_name(round)})
            return redirect("round_units", round.pk)
    return _page(request, form, _("Plan a round"), back="rounds")


@require_http_methods(["GET", "HEAD", "POST"])
def edit_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Change kind and days of a round; who comes second sees what the first one set, and chooses."""
    actor: Any = request.user
    round = queries.find_round(actor, pk)
    if round is None:
        raise Http404
    POLICY.require(actor, "edit_round")
    initial = {name: getattr(round, name) for name in ("kind", "starts_on", "ends_on", "feedback_on", "version")}
    form = RoundForm(request.POST or None, terms=[], round=round, initial=initial)
    status, conflict = 200, None
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version") or 0
        try:
            actions.edit_round(round, values=values, actor=actor, version=version)
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        except Conflict as refused:
            conflict, status = refused.data["current"], 409
            form = RoundForm({**request.POST.dict(), "version": conflict.version}, terms=[], round=round)
        else:
            messages.success(request, _("Saved."))
            return redirect("round", pk)
    title = _("Change %(round)s") % {"round": round_name(round)}
    return _page(request, form, title, back="round", key=pk, conflict=conflict, status=status)


def _page(
    request: HttpRequest,
    form: Form,
    title: str,
    *,
    back: str,
    key: int | None = None,
    conflict: Any | None = None,
    status: int = 200,
) -> HttpResponse:
    if form.errors:
        status = 422
    context = {"form": form, "title": title, "back": back, "key": key, "conflict": conflict}
    return render(request, "rounds/form.html", context, status=status)
