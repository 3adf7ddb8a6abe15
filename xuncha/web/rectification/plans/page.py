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

from xuncha.rectification.queries import plans as queries
from xuncha.rectification.queries.plan_checks import faults_of_plan
from xuncha.rectification.queries.plan_drafts import TEXTS
from xuncha.rectification.workflow import PLAN_OPEN
from xuncha.web.asked import Asked
from xuncha.web.rectification.plans import drawing, showing, wording
from xuncha.web.rectification.plans.showing import Narrowed


@require_safe
def plan(request: Asked, pk: int) -> HttpResponse:
    """The table as far as it was asked for; for its unit, while it is open, with what it lacks."""
    found = queries.find_plan(request.user, pk)
    if found is None:
        raise Http404
    items = queries.plan_items(request.user, found)
    narrowed = Narrowed(is_open=request.GET.get("show") == "open", section=request.GET.get("section", ""))
    may_write = queries.may_write(request.user, found)
    is_open = may_write and found.state in PLAN_OPEN
    today = timezone.localdate()
    faults = faults_of_plan(found, items, queries.secretaries_of(found.unit_id), today) if is_open else []
    period_end = queries.period_end(found)
    scale = drawing.scale_of(items, today, period_end)
    must = [fault for fault in faults if fault.must]
    context = {
        "plan": found,
        "round": found.round,
        "is_open": is_open,
        "shape": showing.SHAPES[found.state],
        "blocks": showing.blocks(items, faults, queries.alerts_of(queries.PERIOD_STEP), narrowed, scale),
        "ground": drawing.ground_of(scale, today, period_end),
        "narrowed": narrowed,
        "filters": _filters(items, narrowed),
        "counted": _counted(items, period_end, today),
        "texts": [(wording.FIELDS[name], getattr(found, name)) for name in TEXTS],
        "missing": len(must),
        "points": [
            {
                "must": fault.must,
                "item": fault.item,
                "measure": fault.measure,
                "words": wording.sentence(fault.code, fault.data),
            }
            for fault in faults
        ],
    }
    return render(request, "rectification/plans/plan.html", context)


def _counted(items: Sequence[Any], period_end: Any, today: Any) -> dict[str, Any]:
    """How the plan stands: items, measures, done, late, and due before the period ends."""
    measures = [measure for each in items for measure in each.measures]
    open_ones = [measure for measure in measures if not queries.is_done(measure)]
    late = sum(measure.due_on is not None and measure.due_on < today for measure in open_ones)
    coming = sum(
        measure.due_on is not None and today <= measure.due_on <= period_end for measure in open_ones if period_end
    )
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
