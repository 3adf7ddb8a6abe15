"""The queue: finding, measures with their evidence, and history side by side; many decided at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from xuncha.rectification.queries import closing, flags
from xuncha.rectification.queries import items as queries
from xuncha.rectification.queries.items import ItemFilter
from xuncha.security.errors import NotPermitted
from xuncha.web.asked import Asked, number
from xuncha.web.rectification.closing.words import ACTS, OBSTACLES, ON_HEAP
from xuncha.web.rectification.items.listing import place, place_words
from xuncha.web.rectification.items.page import closure_line, measure_row
from xuncha.web.rectification.items.showing import bounded, item_row
from xuncha.web.rectification.showing import rooms
from xuncha.web.rounds.chosen import chosen_round

PAGE: Final = 10
"""Items on one page, each with all of it."""
_HEAPS: Final = (
    ("ready", "apply", "sign", lazy("To be applied for")),
    ("to_verify", "pass", "verify", lazy("To be verified")),
    ("verified", "close", "close", lazy("To be closed")),
)
"""Heap, the act that empties it, its name among what waits, its word."""


@require_safe
def queue(request: Asked) -> HttpResponse:
    """For a secretary what can be applied for; for reviewers what waits for a verdict; for the office what to close."""
    heaps = [heap for heap in _HEAPS if closing.may_try(request.user, heap[1])]
    if not heaps:
        raise NotPermitted("not_permitted", act="verify_items")
    round = chosen_round(request)
    waiting = closing.waiting(request.user, round)
    asked = request.GET.get("heap", "")
    codes = [code for code, _act, _name, _word in heaps]
    first = next((code for code, _act, name, _word in heaps if waiting[name]), codes[0])
    heap = asked if asked in codes else first
    is_ready = heap == "ready"
    narrowed = ItemFilter(
        round=round.pk if round else None,
        unit=number(request.GET.get("unit")),
        heap="" if is_ready else heap,
        is_workable=is_ready,
        is_ready=is_ready,
    )
    found = queries.page(request.user, narrowed, after=place(request.GET.get("after", "")), size=PAGE)
    act = ON_HEAP[heap][0][0]
    kept = {"heap": heap} | ({"unit": str(narrowed.unit)} if narrowed.unit else {})
    context = {
        "round": round,
        "rooms": rooms(request, "closing_queue"),
        "tabs": [
            {
                "word": word,
                "count": bounded(waiting[name]),
                "url": "?" + urlencode({"heap": code}),
                "is_current": code == heap,
            }
            for code, _act, name, word in heaps
        ],
        "heap": heap,
        "rows": rows_of(request.user, found.items, act),
        "acts": [(code, ACTS[code][0], key) for code, key in ON_HEAP[heap]],
        "next_url": "?" + urlencode({**kept, "after": place_words(found.after)}) if found.after else "",
    }
    return render(request, "rectification/closing/queue.html", context)


def rows_of(actor: Any, items: Sequence[Any], act: str) -> list[dict[str, Any]]:
    """Items with all that is looked at, and what stands in the way of the act."""
    keys = [item.pk for item in items]
    measures = queries.measures_by_item(actor, keys)
    people = queries.people_by_measure(actor, [measure.pk for rows in measures.values() for measure in rows])
    flagged = flags.open_counts(actor, keys)
    steps, checks = queries.closure_steps(items), closing.site_checks(keys)
    in_the_way = closing.obstacles(actor, items, act) if items else {}
    alerts = queries.item_alerts()
    return [
        {
            **item_row(item, alerts),
            "measures": [measure_row(measure, item, people.get(measure.pk, {})) for measure in measures[item.pk]],
            "steps": [closure_line(step) for step in steps[item.pk]],
            "checks": checks[item.pk],
            "flags": flagged.get(item.pk, 0),
            "obstacle": OBSTACLES.get(in_the_way.get(item.pk, ""), ""),
        }
        for item in items
    ]
