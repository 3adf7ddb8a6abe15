"""An item, one finding that one unit has to put right, as lists and pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xuncha.rectification.queries.items import BOUND, MeasureCount
from xuncha.rectification.queries.overdue import is_running
from xuncha.vocabulary.days import Alert, alert_at
from xuncha.web.rectification.showing import due_of_alert

LASTING: Final = lazy("Kept up long-term")
"""长期坚持: a long-term item under way."""
SUSPENDED: Final = lazy("Clock stands")


def item_row(item: Any, alerts: Sequence[Alert], counted: MeasureCount | None = None) -> dict[str, Any]:
    """One item with its three facts: how far, how it stands with closure, what time is left."""
    progress, progress_word = progress_of(item)
    return {
        "item": item,
        "finding": item.finding,
        "unit": item.unit,
        "url": reverse("item", args=[item.pk]),
        "progress": progress,
        "progress_word": progress_word,
        "closure": item.closure,
        "closure_word": item.get_closure_display(),
        "horizon_word": item.get_horizon_display(),
        "due": due_of(item, alerts),
        "measures": counted or MeasureCount(),
    }


def progress_of(item: Any) -> tuple[str, Any]:
    """The mark and the word of how far an item is."""
    if item.horizon == "long_term" and item.progress in ("under_way", "basically_done"):
        return "long_term", LASTING
    return item.progress, item.get_progress_display()


def due_of(item: Any, alerts: Sequence[Alert]) -> dict[str, Any] | None:
    """The day that holds for an item, with its mark and what is left; null where no day is set."""
    if item.suspended_on is not None:
        return {"on": item.due_on or item.suspended_on, "code": "suspended", "word": SUSPENDED, "colour": ""}
    if item.due_on is None:
        return None
    if not is_running(item):
        return {"on": item.due_on, "code": "none", "word": "", "colour": ""}
    return due_of_alert(item.due_on, alert_at(alerts, item.due_on, timezone.localdate()))


def bounded(number: int) -> str:
    """A count as it is shown: beyond the bound with a plus."""
    return f"{BOUND:,}+" if number > BOUND else f"{number:,}"


def due_by_words(item: Any) -> str:
    """Whence the day of an item comes."""
    words = {
        "rule": _("end of the concentrated period, by rule"),
        "paper": _("as the feedback says"),
        "plan": _("as the plan says"),
        "extension": _("as extended"),
    }
    return words.get(item.due_by, "")
