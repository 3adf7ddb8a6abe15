"""Forms of units: add, change, merge, abolish, take back."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from xuncha.findings.queries import counts
from xuncha.findings.queries.standing import standing_of_unit
from xuncha.organisation import actions, queries
from xuncha.organisation.permissions import POLICY
from xuncha.rulebook import queries as rulebook
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.web.asked import number
from xuncha.web.faults import Form, fault_words
from xuncha.web.language import in_language

_SEPARATORS = re.compile(r"[\n、，,;；]+")


class UnitForm(Form):
    """A unit: its names, its sector, the unit above it."""

    name = forms.CharField(
        label=gettext_lazy("Full name"), max_length=100, widget=forms.TextInput({"class": "w-32", "lang": "zh-Hans"})
    )
    short_name = forms.CharField(
        label=gettext_lazy("Short name"),
        help_text=gettext_lazy("It stands in the numbers of findings given from now on; numbers given before stay."),
        max_length=30,
        widget=forms.TextInput({"class": "w-16", "lang": "zh-Hans"}),
    )
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    parent = forms.ChoiceField(label=gettext_lazy("Unit above it"), required=False)
    aliases = forms.CharField(
        label=gettext_lazy("Other names"),
        help_text=gettext_lazy("As papers call it; one a line, or with commas between."),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "lang": "zh-Hans"}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Any, unit: Any | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sector: Any = self.fields["sector"]
        sector.choices = [("", "—")] + [
            (str(each.pk), in_language(each.name, each.name_en)) for each in rulebook.sectors()
        ]
        parent: Any = self.fields["parent"]
        parent.choices = [("", _("none, it stands at the top")), *_places(actor, unit)]


def _places(actor: Any, unit: Any | None) -> list[tuple[str, str]]:
    """The units that a unit can stand under: not itself, nor what is below it."""
    return [
        (str(each.pk), "\u3000" * max(each.path.count("/") - 2, 0) + each.name)
        for each in sorted(queries.units(actor), key=lambda each: each.path)
        if unit is None or not each.path.startswith(unit.path)
    ]


def _values(form: UnitForm) -> dict[str, Any]:
    values = form.cleaned_data
    return {
        "name": values["name"],
        "short_name": values["short_name"],
        "sector": int(values["sector"]) if values["sector"] else None,
        "parent": int(values["parent"]) if values["parent"] else None,
        "aliases": [alias for alias in _SEPARATORS.split(values["aliases"]) if alias.strip()],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def add_unit(request: HttpRequest) -> HttpResponse:
    """Add a unit."""
    actor: Any = request.user
    POLICY.require(actor, "add_unit")
    form = UnitForm(request.POST or None, actor=actor, initial={"parent": request.GET.get("under", "")})
    if request.method == "POST" and form.is_valid():
        try:
            unit = actions.add_unit(**_values(form), actor=actor)
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        else:
            messages.success(request, _("%(unit)s was added.") % {"unit": unit.name})
            return redirect("unit", unit.pk)
    return _page(request, form, _("Add a unit"), reverse("units"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change names, sector and place of a unit; a change of name goes into its history."""
    actor: Any = request.user
    unit = queries.find_unit(actor, pk)
    if unit is None:
        raise Http404
    POLICY.require(actor, "edit_unit")
    form = UnitForm(request.POST or None, actor=actor, unit=unit, initial=_initial(unit))
    conflict, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_unit(unit, **_values(form), actor=actor, version=form.cleaned_data["version"] or 0)
        except Invalid as refused:
            form.take_faults(refused.data["faults"])
        except Conflict as refused:
            conflict, status = refused.data["current"], 409
            form = UnitForm({**request.POST.dict(), "version": conflict.version}, actor=actor, unit=conflict)
        else:
            messages.success(request, _("%(unit)s was saved.") % {"unit": changed.name})
            return redirect("unit", pk)
    title = _("Change %(unit)s") % {"unit": unit.name}
    return _page(request, form, title, reverse("unit", args=[pk]), conflict=conflict, status=status)


def _initial(unit: Any) -> dict[str, Any]:
    return {
        "name": unit.name,
        "short_name": unit.short_name,
        "sector": unit.sector_id or "",
        "parent": unit.parent_id or "",
        "aliases": "\n".join(unit.aliases),
        "version": unit.version,
    }


def _page(
    request: HttpRequest, form: Form, title: str, back: str, *, conflict: Any | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "conflict": conflict}
    return render(request, "organisation/form.html", context, status=422 if form.errors else status)


class MergeForm(Form):
    """Which unit takes over."""

    into = forms.ChoiceField(label=gettext_lazy("Taken over by"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Any, unit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into: Any = self.fields["into"]
        into.choices = [("", _("choose a unit"))] + [
            (str(each.pk), each.name) for each in queries.units(actor) if each.pk != unit.pk
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def merge_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge a unit into another one, or abolish it; first it is shown what that means for its rows."""
    actor: Any = request.user
    unit = queries.find_unit(actor, pk)
    if unit is None:
        raise Http404
    POLICY.require(actor, "merge_unit")
    form = MergeForm(request.POST or None, actor=actor, unit=unit, initial={"version": unit.version})
    problem, status = "", 200
    if request.method == "POST":
        version = _version(request)
        try:
            if "abolish" in request.POST:
                actions.abolish_unit(unit, actor=actor, version=version)
                messages.success(request, _("%(unit)s was abolished.") % {"unit": unit.name})
                return redirect("unit", pk)
            if form.is_valid():
                merged = actions.merge_unit(unit, into=int(form.cleaned_data["into"]), actor=actor, version=version)
                messages.success(
                    request,
                    _("%(unit)s was merged into %(other)s.") % {"unit": unit.name, "other": merged.merged_into},
                )
                return redirect("unit", pk)
        except Conflict:
            problem, status = _("Somebody else changed the unit meanwhile; please look again and decide."), 409
            unit = queries.find_unit(actor, pk)
            form = MergeForm(actor=actor, unit=unit, initial={"version": unit.version if unit else 0})
        except IllegalTransition:
            problem, status = _("The unit was merged or abolished already."), 409
        except Invalid as refused:
            if refused.code == "units_below":
                problem, status = _("Units stand below it; please move them elsewhere first."), 422
            else:
                form.take_faults(refused.data["faults"])
    assert unit is not None
    return render(
        request,
        "organisation/merge.html",
        {
            "unit": unit,
            "form": form,
            "problem": problem,
            "standing": standing_of_unit(actor, unit),
            "own": sum(sum(states.values()) for states in counts.of_unit_by_round(actor, unit.pk).values()),
            "below": queries.subtree(unit).count(),
        },
        status=422 if form.errors else status,
    )


@require_POST
def restore_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a merger or an abolition."""
    actor: Any = request.user
    unit = queries.find_unit(actor, pk)
    if unit is None:
        raise Http404
    try:
        actions.restore_unit(unit, actor=actor, version=_version(request))
    except (Conflict, IllegalTransition):
        messages.error(request, _("Somebody else changed the unit meanwhile; please look again."))
    except Invalid as refused:
        messages.error(request, " ".join(str(fault_words(code)) for code in refused.data["faults"].values()))
    else:
        messages.success(request, _("%(unit)s is in use again.") % {"unit": unit.name})
    return redirect("unit", pk)


def _version(request: HttpRequest) -> int:
    return number(request.POST.get("version")) or 0
