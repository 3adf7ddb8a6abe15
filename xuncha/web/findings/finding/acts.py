"""Addressees, the private note, and taking a draft back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xuncha.findings.actions import addressing, editing
from xuncha.findings.actions.feeding import put_into_feedback
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries.finding import Seen, round_units
from xuncha.findings.workflow import EDITABLE, FindingState
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.web.asked import number, numbers
from xuncha.web.findings.finding import form as forms
from xuncha.web.findings.finding import wording
from xuncha.web.findings.finding.addresses import actor_of, list_of, to
from xuncha.web.findings.finding.editing import CONTRADICTED, FAULTY
from xuncha.web.findings.finding.page import seen_or_404


def version_of(request: HttpRequest) -> int | None:
    """The version that was opened; null where the form did not say."""
    return number(request.POST.get("version"))


def changeable(request: HttpRequest, pk: int, act: str) -> tuple[Seen, HttpResponse | None]:
    """The finding, and where to go instead if it is in no state to be changed."""
    seen = seen_or_404(request, pk)
    POLICY.require(actor_of(request), act)
    if seen.finding.state in EDITABLE:
        return seen, None
    messages.error(request, _("It is %(state)s and cannot be changed.") % {"state": seen.finding.get_state_display()})
    return seen, redirect(to("finding", pk, within=list_of(request)))


def summary(faults: dict[str, str]) -> list[tuple[str, str, str]]:
    """Faults for the summary above a form."""
    return [
        (f"field-{name.replace('.', '-')}", forms.label(name.split(".")[0]), words) for name, words in faults.items()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom a joint finding is addressed to: by list, by sector, or the whole round."""
    seen, elsewhere = changeable(request, pk, "address_finding")
    if elsewhere is not None:
        return elsewhere
    back = to("finding", pk, within=list_of(request))
    if seen.finding.unit_id is not None:
        messages.error(request, wording.fault("addressed_to_its_unit", 0))
        return redirect(back)
    chosen = {unit.pk for unit in seen.units}
    context: dict[str, Any] = {"reason": "", "sectors": set(), "whole_round": False}
    status = 200
    batch = uuid.uuid4()
    if request.method == "POST":
        chosen = set(numbers(request.POST.getlist("unit")))
        sectors = numbers(request.POST.getlist("sector"))
        context |= {
            "reason": forms.plain(request.POST.get("reason", "")),
            "sectors": set(sectors),
            "whole_round": "whole_round" in request.POST,
        }
        asked = addressing.Addressing(sorted(chosen), sectors, context["whole_round"])
        try:
            addressing.address_finding(
                pk, asked, version=version_of(request), actor=actor_of(request), reason=context["reason"], batch=batch
            )
        except Invalid as refused:
            context["faults"] = summary(forms.worded(refused.data["faults"]))
            status = FAULTY
        except Conflict as refused:
            context["changed_by"] = refused.data["current"].changed_by
            seen = seen_or_404(request, pk)
            status = CONTRADICTED
        else:
            messages.success(request, _("The addressees were saved."), extra_tags=to("undo", batch))
            return redirect(back)
    context |= {
        "groups": [
            {
                "sector": group.sector,
                "word": wording.said(group.sector) if group.sector else _("No sector"),
                "is_chosen": group.sector is not None and group.sector.pk in context["sectors"],
                "units": [(unit, unit.pk in chosen) for unit in group.units],
            }
            for group in round_units(actor_of(request), seen.finding.round_id, sorted(chosen))
        ],
        "is_issued": seen.finding.state == FindingState.ISSUED,
    }
    return _page(request, "address", seen, context, status)


@require_http_methods(["GET", "HEAD", "POST"])
def attribute(request: HttpRequest, pk: int) -> HttpResponse:
    """见于: where a joint finding was seen; the office's own note."""
    seen, elsewhere = changeable(request, pk, "attribute_finding")
    if elsewhere is not None:
        return elsewhere
    back = to("finding", pk, within=list_of(request))
    if seen.finding.unit_id is not None:
        messages.error(request, wording.fault("joint_only", 0))
        return redirect(back)
    notes = {each.unit_id: each.note for each in seen.attributions}
    faults: dict[str, str] = {}
    context: dict[str, Any] = {}
    status = 200
    batch = uuid.uuid4()
    if request.method == "POST":
        # Who writes a note means the unit, ticked or not.
        noted = [
            name.removeprefix("note-") for name, words in request.POST.items() if name.startswith("note-") and words
        ]
        units = numbers(dict.fromkeys([*request.POST.getlist("unit"), *noted]))
        notes = {unit: forms.plain(request.POST.get(f"note-{unit}", "")) for unit in units}
        told = [{"unit": unit, "note": words} for unit, words in notes.items()]
        try:
            addressing.attribute_finding(pk, told, version=version_of(request), actor=actor_of(request), batch=batch)
        except Invalid as refused:
            faults = forms.worded(refused.data["faults"])
            context["faults"] = summary(faults)
            status = FAULTY
        except Conflict as refused:
            context["changed_by"] = refused.data["current"].changed_by
            seen = seen_or_404(request, pk)
            status = CONTRADICTED
        else:
            messages.success(request, _("The note was saved."), extra_tags=to("undo", batch))
            return redirect(back)
    context["groups"] = [
        {
            "word": wording.said(group.sector) if group.sector else _("No sector"),
            "units": [
                (unit, unit.pk in notes, notes.get(unit.pk, ""), faults.get(f"seen_at.{unit.pk}", ""))
                for unit in group.units
            ],
        }
        for group in round_units(actor_of(request), seen.finding.round_id, sorted(notes))
    ]
    return _page(request, "attribute", seen, context, status)


def _page(request: HttpRequest, name: str, seen: Seen, context: dict[str, Any], status: int) -> HttpResponse:
    finding = seen.finding
    shown = {
        "finding": finding,
        "seen": seen,
        "title": wording.title_of(finding.statement),
        "form": None,
        "urls": {"finding": to("finding", finding.pk, within=list_of(request))},
    }
    return render(request, f"findings/finding/{name}.html", {**shown, **context}, status=status)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft that is not to go on."""
    return _move(request, pk, editing.withdraw_finding, _("%(number)s was withdrawn; it can be restored."))


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """A withdrawn draft is taken up again."""
    return _move(request, pk, editing.restore_finding, _("%(number)s is a draft again."))


@require_POST
def feed(request: HttpRequest, pk: int) -> HttpResponse:
    """列入反馈: into the feedback of its unit and round that waits to be issued, or a new one."""
    seen_or_404(request, pk)
    version = version_of(request)
    versions = {pk: version} if version is not None else None
    try:
        feedback = put_into_feedback([pk], feedback=None, versions=versions, actor=actor_of(request))
    except Conflict as refused:
        words = _("%(by)s changed it meanwhile. Look at it, then try again.")
        messages.error(request, words % {"by": refused.data["current"].changed_by})
    except IllegalTransition:
        messages.error(request, _("Only a draft that is in no feedback yet can be put into one."))
    else:
        messages.success(request, _("Put into “%(title)s”, which waits to be issued.") % {"title": feedback.title})
    return redirect(to("finding", pk, within=list_of(request)))


def _move(request: HttpRequest, pk: int, act: Callable[..., Any], said: str) -> HttpResponse:
    seen_or_404(request, pk)
    batch = uuid.uuid4()
    try:
        finding = act(pk, version=version_of(request), actor=actor_of(request), batch=batch)
    except Conflict as refused:
        words = _("%(by)s changed it meanwhile. Look at it, then try again.")
        messages.error(request, words % {"by": refused.data["current"].changed_by})
    except IllegalTransition:
        messages.error(request, _("Only a draft can be withdrawn, and only a withdrawn one restored."))
    else:
        messages.success(request, said % {"number": finding.number}, extra_tags=to("undo", batch))
    return redirect(to("finding", pk, within=list_of(request)))
