"""A plan as its table shows it: items with their measures, what each lacks, and how it stands in time."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from xuncha.rectification.queries.overdue import is_running, measure_due
from xuncha.rectification.queries.plan_checks import Fault, faults_by_measure
from xuncha.rectification.queries.plans import PlanItem, is_closed, is_done
from xuncha.vocabulary.days import Alert, alert_at
from xuncha.web.pictures.gantt import Scale
from xuncha.web.rectification.plans import wording
from xuncha.web.rectification.plans.drawing import bar_of
from xuncha.web.rectification.showing import due_of_alert

# How an item stands on its way to closure, as a mark and its colour; what is not applied for shows its progress.
_CLOSURE: Final = {
    "applied": "applied",
    "verified": "verified",
    "closed": "closed",
    "returned": "returned",
    "reopened": "reopened",
}
_OF_DATES: Final = frozenset({"after_the_horizon", "in_the_past"})
# How a plan stands, as a mark.
SHAPES: Final = {
    "": "not_started",
    "draft": "under_way",
    "submitted": "applied",
    "returned": "returned",
    "approved": "closed",
}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of a plan is shown. ``is_open``: only what is not closed; ``section``: only what it leads, empty for all."""

    is_open: bool = False
    section: str = ""


def blocks(
    items: Sequence[PlanItem],
    faults: Sequence[Fault],
    alerts: Sequence[Alert],
    narrowed: Narrowed,
    scale: Scale,
    marks: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """The items with the rows of their measures and bars; an item without any has one row that says so."""
    today = timezone.localdate()
    lacking = faults_by_measure(faults)
    found = []
    for each in items:
        if narrowed.is_open and is_closed(each.item):
            continue
        measures = [m for m in each.measures if not narrowed.section or m.lead_section == narrowed.section]
        if narrowed.section and not measures:
            continue
        found.append(
            {
                "item": each.item,
                "finding": each.item.finding,
                "state": state_of(each.item),
                "rows": [
                    {
                        **row(m, each.item, alerts, lacking.get(m.pk, []), today),
                        "bar": bar_of(scale, m, each.item, today),
                        "marks": marks.get(f"measure.{m.pk}", ()),
                    }
                    for m in measures
                ],
                "marks": marks.get(f"item.{each.item.pk}", ()),
                "span": max(1, len(measures)),
                "is_extended": each.item.due_by == "extension",
            }
        )
    return found


def state_of(item: Any) -> dict[str, str]:
    """Mark and word of an item: on its way to closure by that, else by its progress."""
    if item.closure in _CLOSURE:
        return {"code": item.closure, "shape": _CLOSURE[item.closure], "word": item.get_closure_display()}
    if item.horizon == "long_term" and item.progress == "under_way":
        return {"code": "under_way", "shape": "long_term", "word": _("Long-term")}
    return {"code": item.progress, "shape": item.progress, "word": item.get_progress_display()}


def row(
    measure: Any, item: Any, alerts: Sequence[Alert], faults: Sequence[Fault], today: datetime.date
) -> dict[str, Any]:
    """A measure with its leader, its day and what is left of it, and what it lacks."""
    return {
        "measure": measure,
        "leader": measure.responsible_leader or measure.lead_leader,
        "time": time_of(measure, item, alerts, today),
        # What is wrong with the day stands under it.
        "date_points": [said for f in faults if f.code in _OF_DATES and (said := wording.brief(f.code, f.data))],
        "lacks": _(", ").join(word for fault in faults if (word := wording.lack(fault.code))),
        "points": [said for f in faults if f.code not in _OF_DATES and (said := wording.brief(f.code, f.data))],
    }


def time_of(measure: Any, item: Any, alerts: Sequence[Alert], today: datetime.date) -> dict[str, Any] | None:
    """By when a measure is to be done and what is left of the day that holds; null without a day, only the day once it
    is done and while the clock of its item does not run.
    """
    if measure.due_on is None:
        return None
    # The year where it is not this one.
    words = f"{measure.due_on:%m-%d}" if measure.due_on.year == today.year else f"{measure.due_on:%Y-%m-%d}"
    due_on = measure_due(measure, item) or measure.due_on
    if is_done(measure) or not is_running(item):
        return {"words": words, "code": "none", "word": ""}
    alert = alert_at(alerts, due_on, today)
    if alert is None and due_on >= today:
        word = measure.get_progress_display() if measure.progress == "not_started" else ""
        return {"words": words, "code": "none", "word": word}
    told = due_of_alert(due_on, alert)
    return {"words": words, "code": told["code"], "word": told["word"].rpartition(" · ")[2]}


def sections_of(items: Sequence[PlanItem]) -> list[str]:
    """The sections that lead a measure, in the order in which they first do."""
    return list(dict.fromkeys(m.lead_section for each in items for m in each.measures if m.lead_section))
