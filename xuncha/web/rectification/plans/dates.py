"""A bar of the timeline moved, by key or by hand: the measure's days change, and its row is drawn anew."""

from __future__ import annotations

import datetime
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xuncha.rectification.actions.planning import edit_measure
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import plans as queries
from xuncha.rectification.queries.plan_checks import faults_of_measure
from xuncha.rectification.queries.timeline import moved
from xuncha.rectification.queries.times import alerts_of
from xuncha.rectification.workflow import PLAN_OPEN
from xuncha.rulebook.queries import work_calendar
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.web.asked import Asked, day, number
from xuncha.web.faults import fault_words
from xuncha.web.pictures.gantt import Scale
from xuncha.web.rectification.plans import drawing, showing, wording

# So many working days are moved by one request at most.
_FARTHEST: Final = 400


@require_POST
def dates(request: Asked, pk: int) -> HttpResponse:
    """``by`` working days (``end``: its end alone), or to the days ``starts_on`` and ``due_on``.

    The answer is the measure's bar and, out of band, its day. On a refusal they are as they stand, with why.
    """
    measure = queries.find_measure(request.user, pk)
    if measure is None:
        raise Http404
    POLICY.require(request.user, "write_plan", measure.rectification)
    wanted = _wanted(request, measure)
    version = number(request.POST.get("version")) or 0
    told, status = "", 200
    try:
        if wanted is None:
            told, status = _("Set the day by which it is done first."), 422
        else:
            edit_measure(measure, wanted=wanted, actor=request.user, version=version)
    except Invalid as refused:
        told, status = str(next(map(fault_words, refused.data["faults"].values()))), 422
    except Conflict:
        told, status = _("Somebody else changed this measure; these are its days now."), 409
    except IllegalTransition as refused:
        told, status = wording.refused(refused.code), 409
    return _drawn(request, pk, told, status)


def _wanted(request: Asked, measure: Any) -> dict[str, datetime.date | None] | None:
    """The days that are asked for; null where they cannot be reckoned."""
    words = request.POST.get("by", "")
    by = number(words.removeprefix("-"))
    if by is not None and by <= _FARTHEST:
        if measure.due_on is None:
            return None
        end_only = request.POST.get("end") == "1"
        sign = -1 if words.startswith("-") else 1
        starts, due = moved(work_calendar(), measure.starts_on, measure.due_on, sign * by, end_only=end_only)
        return {"starts_on": starts, "due_on": due}
    drawn = day(request.POST.get("due_on", ""))
    return None if drawn is None else {"starts_on": day(request.POST.get("starts_on", "")), "due_on": drawn}


def _drawn(request: Asked, pk: int, told: str, status: int) -> HttpResponse:
    """The row as it stands, on the scale that the page has."""
    measure = queries.find_measure(request.user, pk)
    if measure is None:
        raise Http404
    plan = queries.plan_of(measure.rectification)
    today = timezone.localdate()
    first, last = day(request.POST.get("first", "")), day(request.POST.get("last", ""))
    if first is None or last is None or not first < last:
        raise Http404
    measure.reported_on = queries.last_report(measure)  # type: ignore[attr-defined]
    faults = faults_of_measure(measure, measure.rectification, today)
    row = showing.row(measure, measure.rectification, alerts_of(queries.PERIOD_STEP), faults, today)
    row["bar"] = drawing.bar_of(Scale(first, last), measure, measure.rectification, today)
    context = {
        "row": row,
        "measure": measure,
        "is_open": plan is not None and plan.state in PLAN_OPEN,
        "told": told,
        "oob": True,
    }
    return render(request, "rectification/plans/_moved.html", context, status=status)
