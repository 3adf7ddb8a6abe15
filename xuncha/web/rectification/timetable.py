"""Dates and duties: what a unit must have done by when, and what of it was met."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from xuncha.rectification.actions.handing import record_duty
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import handing as queries
from xuncha.rectification.queries.claims import units_answered_for
from xuncha.rectification.queries.times import own_times
from xuncha.security.errors import Conflict, Invalid
from xuncha.security.policy import reads_the_ledger
from xuncha.security.roles import Room
from xuncha.vocabulary.days import alert_at
from xuncha.web.asked import Asked, day, number
from xuncha.web.faults import fault_words
from xuncha.web.language import in_language
from xuncha.web.rectification.showing import rooms
from xuncha.web.rooms import inside
from xuncha.web.rounds.chosen import chosen_round

SHOWN: Final = 200


@require_safe
@inside(Room.RECTIFICATION)
def timetable(request: Asked) -> HttpResponse:
    """Of the round chosen: for readers the steps and demands of all units, for a unit its own, with what is left."""
    round = chosen_round(request)
    context: dict[str, Any] = {"round": round, "rooms": rooms(request, "timetable")}
    if reads_the_ledger(request.user):
        return render(
            request,
            "rectification/timetable_of_all.html",
            {
                **context,
                "steps": [_step(step) for step in queries.steps_due(request.user, round)],
                "demands": queries.duty_counts(request.user, round),
                "own_times": len(own_times(round)) if round else 0,
                "may_set_times": round is not None and POLICY.may(request.user, "set_round_times"),
            },
        )
    duties, mine = list(queries.duties(request.user, round)[:SHOWN]), units_answered_for(request.user)
    return render(
        request,
        "rectification/timetable.html",
        {
            **context,
            "dates": _dates(queries.due_dates(request.user, round)[:SHOWN]),
            "duties": [
                {
                    "duty": duty,
                    "time": due_word(duty.due_on, is_done=duty.done_on is not None),
                    "may_report": duty.handing.unit_id in mine,
                }
                for duty in duties
            ],
            "open": sum(duty.done_on is None for duty in duties),
        },
    )


def _step(step: Any) -> dict[str, Any]:
    return {
        "name": in_language(step.rule.name, step.rule.name_en),
        "due_on": step.due_on,
        "units": step.units,
        "named": _(", ").join(step.named),
        "is_more": step.units > len(step.named),
    }


def _dates(found: Iterable[Any]) -> list[dict[str, Any]]:
    """The steps of a unit; what several feedbacks ask for by the same day stands there once."""
    once = {(due.rule_id, due.handing.unit_id, due.due_on): due for due in found}
    return [_date(due) for due in once.values()]


def _date(due: Any) -> dict[str, Any]:
    """A step of a unit with the warning that holds for it today."""
    alert = alert_at(due.rule.warnings, due.due_on, timezone.localdate())
    return {
        "name": in_language(due.rule.name, due.rule.name_en),
        "unit": due.handing.unit.short_name,
        "due_on": due.due_on,
        "handed_on": due.handing.handed_on,
        "is_past": due.due_on < timezone.localdate(),
        "alert": alert if alert and alert.days_left >= 0 else None,
        "word": in_language(alert.word, alert.word_en) if alert else "",
        "left": left_words(due.due_on),
    }


def left_words(due_on: Any) -> str:
    """How many days are left; empty once the day is over."""
    left = (due_on - timezone.localdate()).days
    if left < 0:
        return ""
    if left == 0:
        return _("today")
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}


def due_word(due_on: Any, *, is_done: bool) -> dict[str, str]:
    """Mark and word of a duty's date: late where it is open and the day is over."""
    if due_on is None or is_done:
        return {"code": "none", "word": ""}
    left = (due_on - timezone.localdate()).days
    if left < 0:
        return {"code": "late", "word": ngettext("%(n)s day overdue", "%(n)s days overdue", -left) % {"n": -left}}
    return {"code": "none", "word": left_words(due_on)}


@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: Asked, pk: int) -> HttpResponse:
    """A unit reports a duty: the day it was met, and what proves it."""
    found = queries.find_duty(request.user, pk)
    if found is None:
        raise Http404
    POLICY.require(request.user, "record_duty", found.handing)
    values = {"done_on": f"{found.done_on:%Y-%m-%d}" if found.done_on else "", "proof": found.proof}
    if request.method != "POST":
        return _duty_form(request, found, values)
    values = {name: request.POST.get(name, "").strip() for name in ("done_on", "proof")}
    done_on = day(values["done_on"])
    if values["done_on"] and done_on is None:
        return _duty_form(request, found, values, faults={"done_on": "no_day"})
    try:
        version = number(request.POST.get("version")) or 0
        record_duty(found, done_on=done_on, proof=values["proof"], actor=request.user, version=version)
    except Invalid as refused:
        return _duty_form(request, found, values, faults=refused.data["faults"])
    except Conflict as refused:
        return _duty_form(request, refused.data["current"], values, is_conflict=True)
    messages.success(request, _("Saved."))
    return redirect("timetable")


def _duty_form(
    request: Asked,
    found: Any,
    values: dict[str, str],
    *,
    faults: dict[str, str] | None = None,
    is_conflict: bool = False,
) -> HttpResponse:
    wrong = {
        name: _("Write the day as 2026-08-26") if fault == "no_day" else fault_words(fault)
        for name, fault in (faults or {}).items()
    }
    labels = {"done_on": _("Done on"), "proof": _("Proof")}
    context = {
        "duty": found,
        "values": values,
        "wrong": wrong,
        "faults": [(f"id_{name}", labels[name], words) for name, words in wrong.items()],
        "conflict": found if is_conflict else None,
    }
    return render(request, "rectification/duty.html", context, status=422 if wrong else 409 if is_conflict else 200)
