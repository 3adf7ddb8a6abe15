"""The office's own name and phones; a new scheme; which scheme leads, which are in use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from xuncha.findings.actions.recoding import change_leading_scheme
from xuncha.findings.queries import recoding
from xuncha.rulebook import actions, queries
from xuncha.rulebook.permissions import POLICY
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.web.asked import number
from xuncha.web.faults import Form


class OfficeForm(Form):
    """The office: its names as they stand on pages and papers, the phones people are told."""

    name = forms.CharField(
        label=gettext_lazy("Full name of the office"), max_length=100, widget=forms.TextInput({"class": "w-32"})
    )
    short_name = forms.CharField(
        label=gettext_lazy("Short name"),
        help_text=gettext_lazy("It stands at the top of every page."),
        max_length=40,
        widget=forms.TextInput({"class": "w-16"}),
    )
    business_phone = forms.CharField(
        label=gettext_lazy("Phone for questions of work"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"class": "w-16"}),
    )
    account_phone = forms.CharField(
        label=gettext_lazy("Phone for accounts and passwords"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"class": "w-16"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def office_settings(request: HttpRequest) -> HttpResponse:
    """Name and phones of the office."""
    actor: Any = request.user
    POLICY.require(actor, "edit_office")
    office = queries.office()
    names = ("name", "short_name", "business_phone", "account_phone")
    form = OfficeForm(request.POST or None, initial={name: getattr(office, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_office(values=form.cleaned_data, actor=actor)
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            messages.success(request, _("Saved."))
            return redirect("office_settings")
    return _page(request, form, _("The office"))


class SchemeForm(Form):
    """A further scheme."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, widget=forms.TextInput({"class": "w-16"}))
    name_en = forms.CharField(
        label=gettext_lazy("English name"), max_length=80, required=False, widget=forms.TextInput({"class": "w-32"})
    )
    code = forms.SlugField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Letters, digits and hyphens; it stands in files and stays."),
        max_length=40,
        widget=forms.TextInput({"class": "w-16"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("The regulation or paper it comes from."),
        max_length=200,
        required=False,
        widget=forms.TextInput({"class": "w-32"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_scheme(request: HttpRequest) -> HttpResponse:
    """Add a further scheme; its categories come next."""
    actor: Any = request.user
    POLICY.require(actor, "add_scheme")
    form = SchemeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            scheme = actions.add_scheme(**form.cleaned_data, actor=actor)
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            messages.success(request, _("%(scheme)s was added; now give it categories.") % {"scheme": scheme.name})
            return redirect("scheme_edit", scheme.pk)
    return _page(request, form, _("Add a scheme"))


def _page(request: HttpRequest, form: Form, title: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": reverse("schemes")}
    return render(request, "rulebook/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def lead_scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a scheme the leading one; first it is shown how many findings have a code in it."""
    actor: Any = request.user
    POLICY.require(actor, "see_schemes")
    scheme = queries.find_scheme(pk)
    if scheme is None:
        raise Http404
    POLICY.require(actor, "lead_scheme")
    status, problem = 200, ""
    if request.method == "POST":
        try:
            change_leading_scheme(scheme, actor=actor, version=_version(request))
        except Conflict:
            status, problem = 409, _("Somebody else changed the scheme meanwhile; please look again and decide.")
            scheme = queries.find_scheme(pk)
        except IllegalTransition:
            status, problem = 409, _("Only a scheme in use, with categories, can lead.")
        else:
            messages.success(request, _("Lists and pictures now go by %(scheme)s.") % {"scheme": scheme.name})
            return redirect("scheme", pk)
    coded = sum(recoding.findings_by_category(actor, scheme).values()) if scheme else 0
    all_findings = recoding.number_of_findings(actor)
    context = {
        "scheme": scheme,
        "before": queries.leading_scheme(),
        "coded": coded,
        "uncoded": all_findings - coded,
        "problem": problem,
    }
    return render(request, "rulebook/lead.html", context, status=status)


@require_POST
def scheme_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a further scheme out of use, or into it again."""
    actor: Any = request.user
    POLICY.require(actor, "see_schemes")
    scheme = queries.find_scheme(pk)
    if scheme is None:
        raise Http404
    try:
        actions.set_scheme_state(
            scheme, is_active=request.POST.get("state") == "active", actor=actor, version=_version(request)
        )
    except Conflict:
        messages.error(request, _("Somebody else changed the scheme meanwhile; please look again and decide."))
    except IllegalTransition:
        messages.error(request, _("The leading scheme stays in use; let another one lead first."))
    else:
        messages.success(request, _("Saved."))
    return redirect("scheme", pk)


def _version(request: HttpRequest) -> int:
    return number(request.POST.get("version")) or 0
