"""The plan of a unit: findings, tasks and duties in one table, and under it the plan's own texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import npgettext
from django.views.decorators.http import require_safe

from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import plan_drafts
from xuncha.rectification.queries import plans as queries
from xuncha.rectification.queries.overdue import measure_due, measure_late
from xuncha.rectification.queries.plan_checks import faults_of_plan
from xuncha.rectification.queries.times import alerts_of
from xuncha.rectification.workflow import PLAN_OPEN
from xuncha.web.asked import Asked
from xuncha.web.rectification.plans import drafts, drawing, showing, wording
from xuncha.web.rectification.plans.showing import Narrowed


@require_safe
def plan(request: Asked, pk: int) -> HttpResponse:
    """The table as far as it was asked for; for its unit, while it is open, with what it lacks."""
    found = queries.find_plan(request.user, pk)
    if found is None:
        raise Http404
    seen = plan_drafts.shown(request.user, found)
    items, known, told = seen.items, seen.drafts, seen.texts
    narrowed = Narrowed(is_open=request.GET.get("show") == "open", section=request.GET.get("section", ""))
    is_own = queries.may_write(request.user, found)
    is_changing = found.state in PLAN_OPEN
    is_open = is_own and is_changing
    today = timezone.localdate()
    faults = faults_of_plan(found, items, queries.secretaries_of(found.unit_id), today) if is_open else []
    period_end = queries.period_end(found)
    scale = drawing.scale_of(items, today, period_end)
    # Once it is approved what was to be changed is settled.
    marks = drafts.marks_by_place(known) if found.state == "returned" else {}
    alerts = alerts_of(queries.PERIOD_STEP)
    context = {
        "plan": found,
        "round": found.round,
        "is_own": is_own,
        "is_open": is_open,
        "is_changing": is_changing,
        "shape": showing.SHAPES[found.state],
        "blocks": showing.blocks(items, faults, alerts, narrowed, scale, marks),
        "ground": drawing.ground_of(scale, today, period_end),
        "narrowed": narrowed,
        "filters": _filters(items, narrowed),
        "counted": _counted(items, period_end, today),
        "texts": [(wording.FIELDS[name], said, marks.get(f"text.{name}", ())) for name, said in told.items()],
        "missing": sum(fault.must for fault in faults),
        "points": [
            {
                "must": fault.must,
                "item": fault.item,
                "measure": fault.measure,
                "words": wording.sentence(fault.code, fault.data),
            }
            for fault in faults
        ],
        "stated": len(queries.stated_measures(request.user, found)) if is_open else 0,
        "drafts": drafts.lines(known),
        "comparable": _comparable(found, is_open),
        **_acts(request.user, found, is_open, known),
    }
    return render(request, "rectification/plans/plan.html", context)


def _acts(actor: Any, plan: Any, is_open: bool, known: Sequence[Any]) -> dict[str, bool]:
    """What the person may press: submit, withdraw, review, open for revision."""
    is_waiting = plan.state == "submitted" and bool(known)
    return {
        "may_submit": is_open and POLICY.may(actor, "submit_plan", plan),
        "may_withdraw": is_waiting and not known[0].opinions.all() and POLICY.may(actor, "withdraw_plan", plan),
        "is_mine": is_waiting and bool(plan_drafts.speaks_for(actor, plan, known[0])),
        "may_revise": plan.state == "approved" and POLICY.may(actor, "revise_plan"),
    }


def _comparable(plan: Any, is_open: bool) -> dict[str, Any] | None:
    """The draft to compare with: for the unit that writes the last one, else the one before the last."""
    if is_open and plan.draft_no:
        return {"number": plan.draft_no, "query": f"?from={plan.draft_no}"}
    if plan.draft_no > 1:
        before = plan.draft_no - 1
        return {"number": before, "query": f"?from={before}&to={plan.draft_no}"}
    return None


def _counted(items: Sequence[Any], period_end: Any, today: Any) -> dict[str, Any]:
    """How the plan stands: items, measures, done, late, and due before the period ends."""
    measures = [(measure, each.item) for each in items for measure in each.measures]
    open_ones = [(measure, item) for measure, item in measures if not queries.is_done(measure)]
    late = sum(measure_late(measure, item, today) for measure, item in open_ones)
    days = [day for measure, item in open_ones if (day := measure_due(measure, item)) is not None]
    coming = sum(today <= day <= period_end for day in days if period_end)
    items_words = npgettext("plan", "%(n)s item", "%(n)s items", len(items)) % {"n": f"{len(items):,}"}
    measure_words = npgettext("plan", "%(n)s measure", "%(n)s measures", len(measures)) % {"n": f"{len(measures):,}"}
    return {
        "words": _("%(items)s, %(measures)s, %(done)s done")
        % {"items": items_words, "measures": measure_words, "done": len(measures) - len(open_ones)},
        "late": late,
        "coming": coming,
        "closed": sum(queries.is_closed(each.item) for each in items),
        "all": len(items),
    }


def _filters(items: Sequence[Any], narrowed: Narrowed) -> list[dict[str, Any]]:
    """What the table can be narrowed to: all or not closed, and the section that leads."""
    open_items = sum(not queries.is_closed(each.item) for each in items)

    def address(**changed: str) -> str:
        kept = {"show": "open" if narrowed.is_open else "", "section": narrowed.section, **changed}
        return "?" + urlencode({name: value for name, value in kept.items() if value})

    not_closed = _("not closed (%(n)s)") % {"n": open_items}
    everything = _("all (%(n)s)") % {"n": len(items)}
    return [
        {
            "name": _("Show"),
            "value": not_closed if narrowed.is_open else everything,
            "choices": [
                (everything, address(show=""), not narrowed.is_open),
                (not_closed, address(show="open"), narrowed.is_open),
            ],
            "is_said": False,
        },
        {
            "name": _("Section"),
            "value": narrowed.section or _("all"),
            "choices": [
                (_("all"), address(section=""), not narrowed.section),
                *((name, address(section=name), name == narrowed.section) for name in showing.sections_of(items)),
            ],
            "is_said": True,
        },
    ]
