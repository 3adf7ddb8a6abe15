"""The plans of a round: for readers of the ledger all units', for a unit its own."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from xuncha.rectification.actions.planning import begin_plan
from xuncha.rectification.queries import plan_drafts
from xuncha.rectification.queries import plans as queries
from xuncha.rectification.queries.times import alerts_of
from xuncha.rectification.workflow import PlanState
from xuncha.security.errors import IllegalTransition
from xuncha.security.policy import reads_the_ledger
from xuncha.security.roles import Room
from xuncha.web.asked import Asked, number
from xuncha.web.rectification.plans import showing, wording
from xuncha.web.rectification.showing import rooms, time_of
from xuncha.web.rooms import inside
from xuncha.web.rounds.chosen import chosen_round


@require_safe
@inside(Room.RECTIFICATION)
def plans(request: Asked) -> HttpResponse:
    """Unit by unit: state, items, measures, by when the plan is due, when it was submitted."""
    round = chosen_round(request)
    alerts = alerts_of(queries.PLAN_STEP)
    found = [] if round is None else queries.plan_rows(request.user, round)
    mine = plan_drafts.waiting_for(request.user, round)
    # What waits for one's own word comes first.
    rows = sorted((_row(row, alerts, mine) for row in found), key=lambda each: not each["may_review"])
    context = {
        "round": round,
        "rooms": rooms(request, "plans"),
        "rows": rows,
        "mine": sum(each["may_review"] for each in rows),
        "reads": reads_the_ledger(request.user),
        "totals": {
            "items": sum(row.items for row in found),
            "without": sum(row.without for row in found),
            "measures": sum(row.measures for row in found),
        },
        "standing": {
            code: sum((row.plan.state if row.plan else "none") == code for row in found)
            for code in ("none", *PlanState.values)
        },
    }
    return render(request, "rectification/plans/plans.html", context)


def _row(row: queries.PlanRow, alerts: Any, mine: Container[int]) -> dict[str, Any]:
    plan = row.plan
    state = plan.state if plan else ""
    is_open = state in ("", "draft", "returned")
    # A unit's draft is its own: of it others see how far it is, not what it says.
    is_seen = plan is not None and (row.is_own or plan.draft_no > 0)
    return {
        "row": row,
        "plan": plan,
        "is_seen": is_seen,
        "may_review": plan is not None and plan.pk in mine,
        "may_begin": plan is None and row.is_own,
        "state": state,
        "mark": "closed" if state == "approved" else state or "none",
        "shape": showing.SHAPES[state],
        "due": time_of(row.due_on, alerts, is_open=is_open),
    }


@require_POST
@inside(Room.RECTIFICATION)
def begin(request: Asked) -> HttpResponse:
    """A unit begins its plan in a round."""
    unit, round = number(request.POST.get("unit")), number(request.POST.get("round"))
    if unit is None or round is None:
        raise Http404
    try:
        plan = begin_plan(round=round, unit=unit, actor=request.user)
    except IllegalTransition as refused:
        messages.warning(request, wording.refused(refused.code))
        return redirect("plans")
    return redirect("plan", plan.pk)
