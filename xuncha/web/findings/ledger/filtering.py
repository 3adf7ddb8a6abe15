"""One facet to choose from: in the menu of filters, or as a page of its own without script."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xuncha.findings.queries.ledger import LedgerQuery
from xuncha.findings.queries.ledger.choices import MOST_SHOWN, Choice, choices, chosen, facets_for
from xuncha.security.roles import Room
from xuncha.web.asked import Asked
from xuncha.web.findings.ledger.addresses import ledger_url
from xuncha.web.findings.ledger.words import FACETS, value_name
from xuncha.web.rooms import inside

SEARCHED = frozenset({"unit", "category", "round", "changed_by"})


@require_safe
@inside(Room.LEDGER)
def ledger_filter(request: Asked, facet: str) -> HttpResponse:
    """The values of a facet, those in force ticked and first; ``find`` looks for others by name."""
    if facet not in facets_for(request.user):
        raise Http404
    query = LedgerQuery.from_params(request.GET)
    words = request.GET.get("find", "").strip()[:40]
    ticked = chosen(request.user, query).get(facet, [])
    offered = choices(request.user, facet, words)
    known = {choice.value for choice in ticked}
    rows = [*ticked, *(choice for choice in offered if choice.value not in known)]
    context = {
        "facet": facet,
        "name": FACETS[facet],
        "find": words,
        "is_searched": facet in SEARCHED,
        "options": [_option(facet, choice, choice.value in known) for choice in rows],
        "is_cut": len(offered) >= MOST_SHOWN,
        "hidden_fields": [(n, v) for n, values in query.filters.items() if n != facet for v in values],
        "query": query,
        "back_url": ledger_url(query),
    }
    if not request.htmx:
        return render(request, "findings/ledger/filter.html", context)
    template = "_options" if request.htmx.target == "filter-options" else "_filter"
    return render(request, f"findings/ledger/{template}.html", context)


def _option(facet: str, choice: Choice, is_ticked: bool) -> dict[str, object]:
    return {
        "value": choice.value,
        "label": value_name(facet, choice),
        "heading": choice.heading,
        "is_ticked": is_ticked,
    }
