"""One measure of a plan: added, edited, moved up or down, taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xuncha.rectification.actions.planning import (
    LONGEST,
    add_measure,
    edit_measure,
    remove_measure,
    reorder_measure,
)
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import items
from xuncha.rectification.queries import plans as queries
from xuncha.rectification.queries.plan_drafts import DATES, MEASURE_FIELDS
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.web.asked import Asked, day, number
from xuncha.web.faults import fault_words
from xuncha.web.rectification.plans import wording
from xuncha.web.rectification.plans.fields import conflict_lines, field, written

# The three parts of the form, as the three lists have them.
PARTS: Final = (
    ("task", ("kind", "text", "goal", "output", "phase")),
    ("time", ("starts_on", "due_on")),
    ("duty", ("lead_leader", "responsible_leader", "lead_section", "co_sections", "person")),
)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Asked, pk: int) -> HttpResponse:
    """A new measure of an item."""
    item = items.find_item(request.user, pk)
    if item is None:
        raise Http404
    POLICY.require(request.user, "write_plan", item)
    plan = queries.plan_of(item)
    if plan is None:
        raise Http404
    if request.method != "POST":
        return _form(request, plan, item, None, {"kind": "other"})
    typed, faults = _typed(request)
    if faults:
        return _form(request, plan, item, None, typed, faults=faults)
    try:
        made = add_measure(item, wanted=_wanted(typed), actor=request.user)
    except Invalid as refused:
        return _form(request, plan, item, None, typed, faults=refused.data["faults"])
    except IllegalTransition as refused:
        return _form(request, plan, item, None, typed, told=wording.refused(refused.code))
    messages.success(request, _("Measure added."))
    if "again" in request.POST:
        return redirect("measure_add", pk)
    return redirect(f"{reverse('plan', args=[plan.pk])}#measure-{made.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: Asked, pk: int) -> HttpResponse:
    """A measure, to be edited; of two who edit at once the second is told what the first wrote."""
    found = queries.find_measure(request.user, pk)
    if found is None:
        return _taken_out(request)
    item = found.rectification
    POLICY.require(request.user, "write_plan", item)
    plan = queries.plan_of(item)
    if request.method != "POST":
        return _form(request, plan, item, found, {name: getattr(found, name) for name in MEASURE_FIELDS})
    typed, faults = _typed(request)
    if faults:
        return _form(request, plan, item, found, typed, faults=faults)
    version = number(request.POST.get("version")) or 0
    try:
        edit_measure(found, wanted=_wanted(typed), actor=request.user, version=version)
    except Invalid as refused:
        return _form(request, plan, item, found, typed, faults=refused.data["faults"])
    except Conflict as refused:
        current = refused.data["current"]
        if current is None:
            return _form(request, plan, item, None, typed, told=_("Somebody of your unit took this measure out."))
        return _form(request, plan, item, current, typed, is_conflict=True)
    except IllegalTransition as refused:
        return _form(request, plan, item, found, typed, told=wording.refused(refused.code))
    messages.success(request, _("Saved."))
    return _to_plan(plan, pk)


def _taken_out(request: Asked) -> HttpResponse:
    """What was typed of a measure that is not there any more, as a new one of its item."""
    item = items.find_item(request.user, number(request.POST.get("item")) or 0)
    plan = queries.plan_of(item) if item is not None else None
    if item is None or plan is None:
        raise Http404
    POLICY.require(request.user, "write_plan", item)
    typed, _faults = _typed(request)
    return _form(request, plan, item, None, typed, told=_("Somebody of your unit took this measure out."))


@require_POST
def move(request: Asked, pk: int) -> HttpResponse:
    """One place up or down in its item."""
    found, plan = _to_change(request, pk)
    version = number(request.POST.get("version")) or 0
    try:
        reorder_measure(found, up=request.POST.get("way") == "up", actor=request.user, version=version)
    except Conflict as refused:
        return _meanwhile(request, plan, pk, refused)
    except IllegalTransition as refused:
        messages.warning(request, wording.refused(refused.code))
    return _to_plan(plan, pk)


@require_POST
def remove(request: Asked, pk: int) -> HttpResponse:
    """Taken out of the plan; its words stay on the trail."""
    found, plan = _to_change(request, pk)
    try:
        remove_measure(found, actor=request.user, version=number(request.POST.get("version")) or 0)
    except Conflict as refused:
        return _meanwhile(request, plan, pk, refused)
    except IllegalTransition as refused:
        messages.warning(request, wording.refused(refused.code))
        return redirect("measure", pk)
    messages.success(request, _("Measure taken out."))
    return redirect("plan", plan.pk)


def _meanwhile(request: Asked, plan: Any, pk: int, refused: Conflict) -> HttpResponse:
    """Nothing was done, as the measure is another by now: to where one sees how it stands."""
    if refused.data["current"] is None:
        messages.warning(request, _("Somebody of your unit took this measure out."))
        return redirect("plan", plan.pk)
    messages.warning(request, _("Somebody of your unit changed this measure meanwhile; it stays as it is below."))
    return redirect("measure", pk)


def _to_change(request: Asked, pk: int) -> tuple[Any, Any]:
    found = queries.find_measure(request.user, pk)
    if found is None:
        raise Http404
    POLICY.require(request.user, "write_plan", found.rectification)
    return found, queries.plan_of(found.rectification)


def _to_plan(plan: Any, measure: int) -> HttpResponse:
    return redirect(f"{reverse('plan', args=[plan.pk])}#measure-{measure}")


def _typed(request: Asked) -> tuple[dict[str, str], dict[str, str]]:
    """The form as it was typed, and faults of what is no day."""
    typed = {name: request.POST.get(name, "").strip() for name in MEASURE_FIELDS}
    return typed, {name: "no_day" for name in DATES if typed[name] and day(typed[name]) is None}


def _wanted(typed: Mapping[str, str]) -> dict[str, Any]:
    return {name: day(said) if name in DATES else said for name, said in typed.items()}


def _form(
    request: Asked,
    plan: Any,
    item: Any,
    found: Any,
    values: Mapping[str, Any],
    *,
    faults: Mapping[str, str] | None = None,
    is_conflict: bool = False,
    told: str = "",
) -> HttpResponse:
    wrong = {
        name: _("Write the day as 2026-08-26") if fault == "no_day" else fault_words(fault)
        for name, fault in (faults or {}).items()
    }
    offered = queries.offered_words(item.unit_id)
    context = {
        "plan": plan,
        "item": item,
        "measure": found,
        "kinds": queries.KIND_CHOICES,
        "kind": written(values.get("kind")),
        "parts": [
            (
                part,
                [field(n, values.get(n), wrong, LONGEST.get(n, 0), offered.get(n, ())) for n in names if n != "kind"],
            )
            for part, names in PARTS
        ],
        "wrong": wrong,
        "faults": [(f"id_{name}", wording.FIELDS[name], words) for name, words in wrong.items()],
        "conflict": conflict_lines(found, values, MEASURE_FIELDS) if is_conflict else None,
        "told": told,
    }
    status = 422 if wrong else 409 if is_conflict or told else 200
    return render(request, "rectification/plans/measure.html", context, status=status)
