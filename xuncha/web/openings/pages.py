"""The list of requests to open, and one of them with its openings."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from xuncha.security.opening import queries
from xuncha.security.opening.actions import LONGEST
from xuncha.security.opening.kinds import kinds
from xuncha.security.opening.workflow import OpeningState
from xuncha.security.roles import Room
from xuncha.web.asked import Asked, number
from xuncha.web.openings import wording
from xuncha.web.rooms import inside


@require_safe
@inside(Room.KEEPING)
def openings(request: Asked) -> HttpResponse:
    """Newest first: the own requests, those to decide; for the security administrator all, without any value."""
    actor = request.user
    page = queries.page(actor, before=number(request.GET.get("before")))
    made = queries.openings_of(page.rows)
    base = reverse("openings")
    return render(
        request,
        "openings/openings.html",
        {
            "rows": [row(each, made.get(each.pk, [])) for each in page.rows],
            "waiting": queries.waiting_for(actor)[: queries.MANY].count(),
            "watches": queries.watches_openings(actor),
            "pager": {"next_url": f"{base}?before={page.before}" if page.before else ""},
            "tab": "openings",
            "is_first": "before" not in request.GET,
        },
    )


def row(asked: Any, made: list[Any]) -> dict[str, Any]:
    """One request for the list: what, who, why, how it stands, when it was opened."""
    return {
        "asked": asked,
        "kind": wording.kind_word(asked.kind),
        "state": wording.state_word(asked),
        "tag": wording.state_mark(asked),
        "openings": wording.openings_word(asked),
        "made": made,
        "url": reverse("opening", args=[asked.pk]),
    }


def found_or_404(request: Asked, pk: int) -> Any:
    """The request, as far as the person may know of it."""
    found = queries.find(request.user, pk)
    if found is None:
        raise Http404
    return found


@require_safe
def opening(request: Asked, pk: int) -> HttpResponse:
    """One request: who, why, the word on it, each opening, and what the person can do with it."""
    return show(request, found_or_404(request, pk))


def show(request: Asked, found: Any, *, status: int = 200, **more: Any) -> HttpResponse:
    """Its page; ``more``: ``value`` that was opened, ``unreadable``, ``faults``, ``answer`` as typed."""
    actor = request.user
    kind = kinds().get(found.kind)
    mine, is_open = found.asked_by_id == actor.pk, found.state == OpeningState.ASKED
    context: dict[str, Any] = {
        **row(found, list(queries.openings_of([found]).get(found.pk, []))),
        "steps": [(pgettext("of sealed values", "Openings"), reverse("openings")), (found.number, "")],
        "may_withdraw": mine and (is_open or found.is_good),
        "longest": LONGEST,
    }
    if kind is not None and kind.in_sight(actor).filter(pk=found.object_id).exists():
        may_decide = is_open and not mine and queries.decides(actor, kind)
        context |= {
            "may_decide": may_decide,
            "may_open": mine and found.is_good and queries.asks_for(actor, kind),
            "object_url": wording.object_url(kind, found.object_id),
            "rule": queries.rule_of(kind) if may_decide else None,
        }
    context |= more
    return render(request, "openings/opening.html", context, status=status)
