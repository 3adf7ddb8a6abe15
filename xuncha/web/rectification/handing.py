"""Recording that a feedback was handed over: when, at which meeting, in whose hands, with which documents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from xuncha.findings.queries import feedback as feedbacks
from xuncha.rectification.actions.handing import hand_over
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import handing as queries
from xuncha.security.errors import Conflict, Invalid
from xuncha.web.asked import Asked, day, number
from xuncha.web.faults import fault_words
from xuncha.web.findings.feedback.pages import seen_feedback
from xuncha.web.findings.papers.wording import paper_round


@require_http_methods(["GET", "HEAD", "POST"])
def handing_over(request: Asked, pk: int) -> HttpResponse:
    """One form for all recipients; what was recorded before stands in it and is corrected by it."""
    found = seen_feedback(request, pk)
    POLICY.require(request.user, "hand_over_feedback")
    if found.issued_at is None:
        messages.warning(request, _("Issue the feedback first; then record its handing over."))
        return redirect("feedback", pk)
    if request.method != "POST":
        return _form(request, found, _as_it_is(request, found))
    typed = {name: request.POST.get(name, "").strip() for name in ("handed_on", "meeting", "documents")}
    chosen = {int(key) for key in request.POST.getlist("unit") if number(key) is not None}
    names = {unit: request.POST.get(f"received-{unit}", "") for unit in chosen}
    values = {**typed, "chosen": chosen, "names": names}
    handed_on = day(typed["handed_on"])
    if handed_on is None:
        return _form(request, found, values, faults={"handed_on": "no_day"})
    seen = {unit: number(request.POST.get(f"version-{unit}")) or 0 for unit in chosen}
    try:
        done = hand_over(
            found,
            received=names,
            handed_on=handed_on,
            meeting=typed["meeting"],
            documents=typed["documents"],
            seen=seen,
            actor=request.user,
        )
    except Invalid as refused:
        return _form(request, found, values, faults=refused.data["faults"])
    except Conflict:
        told = _("Somebody else recorded this meanwhile. What you typed is below; save again if it is to hold.")
        return _form(request, found, values, told=told)
    messages.success(
        request,
        ngettext("Handed over to %(n)s unit; its dates run.", "Handed over to %(n)s units; their dates run.", len(done))
        % {"n": len(done)},
    )
    return redirect("feedback", pk)


def _as_it_is(request: Asked, found: Any) -> dict[str, Any]:
    """What the form begins with: the record of the unit recorded last, and all units that have none yet."""
    there = queries.handings_of(request.user, found)
    last = max(there.values(), key=lambda each: each.at, default=None)
    recipients = feedbacks.recipients_of(request.user, found)
    chosen = {unit.pk for unit in recipients if unit.pk not in there}
    return {
        "handed_on": f"{(last.handed_on if last else found.given_on or timezone.localdate()):%Y-%m-%d}",
        "meeting": last.meeting if last else "",
        "documents": last.documents if last else "",
        "chosen": chosen,
        "names": {},
    }


def _form(
    request: Asked, found: Any, values: dict[str, Any], *, faults: dict[str, str] | None = None, told: str = ""
) -> HttpResponse:
    faults = faults or {}
    there = queries.handings_of(request.user, found)
    rows = []
    for unit in feedbacks.recipients_of(request.user, found):
        record = there.get(unit.pk)
        name = values["names"].get(unit.pk, record.received_by if record else "")
        rows.append(
            {
                "unit": unit,
                "record": record,
                "name": name,
                "is_chosen": unit.pk in values["chosen"],
                "version": record.version if record else 0,
                "fault": fault_words(faults[f"received.{unit.pk}"]) if f"received.{unit.pk}" in faults else "",
            }
        )
    context = {
        "feedback": found,
        "round": paper_round(found.round),
        "values": values,
        "rows": rows,
        "told": told,
        "wrong": {name: _words(fault) for name, fault in faults.items() if "." not in name},
        "faults": [_fault_line(name, fault, rows) for name, fault in faults.items()],
    }
    status = 422 if faults else 409 if told else 200
    return render(request, "rectification/handing_over.html", context, status=status)


def _words(fault: str) -> Any:
    return _("Write the day as 2026-08-26") if fault == "no_day" else fault_words(fault)


def _fault_line(name: str, fault: str, rows: list[dict[str, Any]]) -> tuple[str, str, Any]:
    if name.startswith("received."):
        key = name.removeprefix("received.")
        unit = next((str(row["unit"].short_name) for row in rows if str(row["unit"].pk) == key), "")
        return f"received-{key}", _("%(unit)s, received by") % {"unit": unit}, _words(fault)
    labels = {"handed_on": _("Handed over on"), "meeting": _("Meeting"), "documents": _("Documents")}
    return f"id_{name}", labels.get(name, _("Units")), _words(fault)
