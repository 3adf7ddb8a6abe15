"""The timeline beside the three lists: its scale, its ground, and a bar for each measure."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from xuncha.rectification.queries.overdue import granted_until, measure_late
from xuncha.rectification.queries.plans import PlanItem, is_done
from xuncha.rectification.queries.timeline import days_of_rest
from xuncha.web.pictures import gantt
from xuncha.web.pictures.gantt import Bar, Ground, Scale


def scale_of(items: Sequence[PlanItem], today: datetime.date, period_end: datetime.date | None) -> Scale:
    """The scale of a whole plan, the same however it is narrowed. What runs for years does not stretch it."""
    days = [period_end] if period_end is not None else []
    is_open = False
    for each in items:
        for measure in each.measures:
            is_open = is_open or not is_done(measure)
            ends = [measure.due_on] if each.item.horizon != "long_term" else []
            days += [day for day in (measure.starts_on, *ends) if day is not None]
    days = days or [each.item.opened_on for each in items]
    return gantt.scale_of(days, today, with_today=is_open or not items)


def ground_of(scale: Scale, today: datetime.date, period_end: datetime.date | None) -> Ground:
    """What lies under the bars."""
    return gantt.ground(scale, days_of_rest(scale.first, scale.last), today, period_end)


def bar_of(scale: Scale, measure: Any, item: Any, today: datetime.date) -> Bar:
    """The bar of a measure; what was granted to its item is granted to it."""
    reported = getattr(measure, "reported_on", None)
    return gantt.bar(
        scale,
        starts_on=measure.starts_on,
        due_on=measure.due_on,
        today=today,
        done_until=reported if measure.progress != "not_started" else None,
        is_finished=is_done(measure),
        granted_until=granted_until(measure, item),
        is_late=measure_late(measure, item, today),
        has_output=bool(measure.output),
        words=str(measure.get_progress_display()),
    )
