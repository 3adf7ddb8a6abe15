"""The list of what has to be put right: a unit's own, for readers of the ledger everybody's."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from xuncha.rectification.queries import items as queries
from xuncha.rectification.queries.items import ItemFilter, Place
from xuncha.security.policy import reads_the_ledger
from xuncha.security.roles import Room
from xuncha.web.asked import Asked, day, number
from xuncha.web.rectification.items.showing import bounded, item_row
from xuncha.web.rectification.showing import rooms
from xuncha.web.rooms import inside
from xuncha.web.rounds.chosen import chosen_round

HEAPS: Final = (
    ("open", lazy("Not closed")),
    ("late", lazy("Overdue")),
    ("soon", lazy("Due soon")),
    ("returned", lazy("Returned or reopened")),
    ("applied", lazy("Applied, being looked at")),
    ("closed", pgettext_lazy("closure", "Closed")),
    ("", lazy("All")),
)


@require_safe
@inside(Room.RECTIFICATION)
def items(request: Asked) -> HttpResponse:
    """Heaps by how items stand, narrowed by unit, progress and horizon; the earliest due first."""
    narrowed, kept = asked(request)
    found = queries.page(request.user, narrowed, after=place(request.GET.get("after", "")))
    counted = queries.measure_counts(request.user, [item.pk for item in found.items])
    alerts = queries.item_alerts()
    tabs = _tabs(request, narrowed, kept)
    is_of_all = reads_the_ledger(request.user)
    units = queries.units_with_items(request.user, narrowed.round)
    context = {
        "round": chosen_round(request),
        "rooms": rooms(request, "items"),
        "tabs": tabs,
        "rows": [item_row(item, alerts, counted.get(item.pk)) for item in found.items],
        "units": units if is_of_all or len(units) > 1 else [],
        "progresses": queries.PROGRESS_CHOICES,
        "horizons": queries.HORIZON_CHOICES,
        "narrowed": narrowed,
        "is_narrowed": bool(narrowed.unit or narrowed.progress or narrowed.horizon),
        "clear_url": "?" + urlencode({"heap": narrowed.heap}),
        "next_url": "?" + urlencode({**kept, "after": place_words(found.after)}) if found.after else "",
    }
    return render(request, "rectification/items/items.html", context)


def asked(request: Asked) -> tuple[ItemFilter, dict[str, str]]:
    """What the list is narrowed to, and the address's own words for it."""
    round = chosen_round(request)
    heap = request.GET.get("heap", queries.HEAPS[0])
    narrowed = ItemFilter(
        round=round.pk if round else None,
        unit=number(request.GET.get("unit")),
        heap=heap if heap in queries.HEAPS else queries.HEAPS[0],
        progress=_known(request.GET.get("progress", ""), queries.PROGRESS_CHOICES),
        horizon=_known(request.GET.get("horizon", ""), queries.HORIZON_CHOICES),
    )
    kept = {
        "heap": narrowed.heap,
        "unit": str(narrowed.unit or ""),
        "progress": narrowed.progress,
        "horizon": narrowed.horizon,
    }
    return narrowed, {key: value for key, value in kept.items() if value or key == "heap"}


def _known(code: str, choices: Any) -> str:
    return code if code in dict(choices) else ""


def _tabs(request: Asked, narrowed: ItemFilter, kept: dict[str, str]) -> list[dict[str, Any]]:
    counted = queries.counts(request.user, narrowed)
    return [
        {
            "word": word,
            "count": bounded(counted[code]),
            "url": "?" + urlencode({**kept, "heap": code}),
            "is_current": code == narrowed.heap,
        }
        for code, word in HEAPS
    ]


def place(words: str) -> Place | None:
    """A place as it stands in an address, 2026-11-26.12, without a day .12; null for anything else."""
    due, _point, key = words.partition(".")
    pk = number(key)
    due_on = day(due) if due else None
    return None if pk is None or (due and due_on is None) else Place(due_on, pk)


def place_words(at: Place) -> str:
    """A place as an address says it."""
    return f"{at.due_on or ''}.{at.pk}"
