"""Late is one rule, for items and for measures, wherever it is shown."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from xuncha.rectification.models import Measure, Rectification
from xuncha.rectification.queries.overdue import days_late, measure_due, measure_late
from xuncha.web.rectification.items.showing import due_of
from xuncha.web.rectification.plans.showing import time_of

DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("is_late", "fields"),
    [
        (True, {"closure": "none"}),
        (True, {"closure": "returned"}),
        (True, {"closure": "reopened"}),
        (False, {"closure": "applied"}),
        (False, {"closure": "verified"}),
        (False, {"closure": "closed"}),
        (False, {"closure": "none", "suspended_on": datetime.date(2026, 1, 1)}),
    ],
)
def test_an_item_and_its_measures_are_late_together_on_every_page(is_late: bool, fields: dict[str, Any]) -> None:
    today = timezone.localdate()
    item = Rectification(due_on=today - 3 * DAY, **fields)
    measure = Measure(due_on=today - 3 * DAY, progress="under_way")
    shown, time = due_of(item, ()), time_of(measure, item, (), today)
    assert shown is not None and time is not None
    told = (days_late(item, today) > 0, measure_late(measure, item, today))
    assert (*told, shown["code"] == "late", time["code"] == "late") == (is_late,) * 4


def test_what_was_granted_to_an_item_is_granted_to_its_measures() -> None:
    today = timezone.localdate()
    item = Rectification(due_on=today + 9 * DAY, due_by="extension")
    measure = Measure(due_on=today - 3 * DAY, progress="under_way")
    assert (measure_due(measure, item), measure_late(measure, item, today)) == (item.due_on, False)
    time = time_of(measure, item, (), today)
    assert time is not None and time["code"] == "none"
    assert not measure_late(Measure(due_on=today - 3 * DAY, progress="done"), Rectification(), today)
