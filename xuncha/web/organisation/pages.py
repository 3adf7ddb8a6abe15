"""Pages that show units: the tree, one unit."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xuncha.findings.queries import counts
from xuncha.findings.workflow import FindingState
from xuncha.organisation import queries
from xuncha.organisation.permissions import POLICY
from xuncha.rounds import queries as rounds
from xuncha.security.policy import reads_the_ledger
from xuncha.web.language import in_language
from xuncha.web.rounds.picture import ledger_address

LONGEST_WORDS = 60


@require_safe
def units_page(request: HttpRequest) -> HttpResponse:
    """The tree of units, or of those whose names hold the words searched for."""
    actor: Any = request.user
    POLICY.require(actor, "see_units")
    words = request.GET.get("q", "").strip()[:LONGEST_WORDS]
    with_gone = request.GET.get("gone") == "yes"
    branches = queries.tree(actor, words=words, with_gone=with_gone)
    context = {
        "branches": branches,
        "words": words,
        "with_gone": with_gone,
        "number": sum(_found(branch) for branch in branches),
        "may_edit": POLICY.may(actor, "edit_unit"),
    }
    return render(request, "organisation/_tree.html" if _asks_fragment(request) else "organisation/units.html", context)


def _asks_fragment(request: HttpRequest) -> bool:
    asked: Any = getattr(request, "htmx", None)
    return bool(asked) and asked.target == "tree"


def _found(branch: queries.Branch) -> int:
    return branch.is_found + sum(_found(below) for below in branch.below)


@require_safe
def unit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: names, place in the tree, rounds in which it was inspected, its findings."""
    actor: Any = request.user
    unit = queries.find_unit(actor, pk)
    if unit is None:
        raise Http404
    reads = reads_the_ledger(actor)
    found = counts.of_unit_by_round(actor, unit.pk)
    inspections = [
        {
            "round": row.round,
            "team": row.team.name if row.team else "",
            "issued": found.get(row.round_id, {}).get(FindingState.ISSUED, 0),
            "drafted": found.get(row.round_id, {}).get(FindingState.DRAFT, 0),
            "url": ledger_address(round=row.round_id, series=unit.pk),
        }
        for row in rounds.rounds_of_unit(actor, unit)
    ]
    return render(
        request,
        "organisation/unit.html",
        {
            "unit": unit,
            "reads": reads,
            "above": queries.above(unit) if reads else [],
            "below": list(queries.units(actor, with_gone=True).filter(parent=unit)) if reads else [],
            "absorbed": list(queries.units(actor, with_gone=True).filter(merged_into=unit)) if reads else [],
            "former_names": list(unit.former_names.all()),
            "sector": in_language(unit.sector.name, unit.sector.name_en) if unit.sector else "",
            "inspections": inspections,
            "total": sum(sum(states.values()) for states in found.values()),
            "ledger_url": ledger_address(unit=unit.pk),
            "series_url": ledger_address(series=unit.pk),
            "may_edit": POLICY.may(actor, "edit_unit"),
        },
    )
