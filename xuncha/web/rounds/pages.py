"""Pages that show terms and rounds: the list, one round, the coverage of a term."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xuncha.findings.queries import counts
from xuncha.findings.workflow import FindingState
from xuncha.organisation import queries as organisation
from xuncha.rounds import queries
from xuncha.rounds.permissions import POLICY
from xuncha.web.language import in_language
from xuncha.web.pictures.coverage import draw as draw_coverage
from xuncha.web.rounds.picture import address, ledger_address, picture


@require_safe
def rounds_page(request: HttpRequest) -> HttpResponse:
    """All rounds, term by term, with their units and findings."""
    actor: Any = request.user
    POLICY.require(actor, "see_rounds")
    found = counts.by_round_and_state(actor)
    rows = [_row(round, found.get(round.pk, {})) for round in queries.rounds(actor)]
    by_term = {term: list(group) for term, group in groupby(rows, key=lambda row: row["round"].term_id)}
    return render(
        request,
        "rounds/rounds.html",
        {
            "terms": [(term, by_term.get(term.pk, [])) for term in queries.terms(actor)],
            "number": len(rows),
            "may_plan": POLICY.may(actor, "add_round"),
        },
    )


def _row(round: Any, found: dict[str, int]) -> dict[str, Any]:
    issued, drafted = found.get(FindingState.ISSUED, 0), found.get(FindingState.DRAFT, 0)
    return {
        "round": round,
        "issued": issued,
        "drafted": drafted,
        "issued_url": ledger_address(round=round.pk, state=FindingState.ISSUED) if issued else "",
        "drafted_url": ledger_address(round=round.pk, state=FindingState.DRAFT) if drafted else "",
    }


@require_safe
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: its days, its units with teams and findings, its picture."""
    actor: Any = request.user
    round = queries.find_round(actor, pk)
    if round is None:
        raise Http404
    found = counts.by_unit_and_state(actor, round.pk)
    drawing = picture(request, round, dict(found))
    rows = [
        _unit_row(round, unit=row.unit, team=row.team.name if row.team else "", found=found.pop(row.unit_id, {}))
        for row in queries.inspected(actor, round)
    ]
    joint = found.pop(counts.NONE, None)
    left = organisation.units_by_key(found)
    beside = [_unit_row(round, unit=left[key], team="", found=states) for key, states in found.items() if key in left]
    all_rows = [*rows, *beside, *([_unit_row(round, unit=None, team="", found=joint)] if joint else [])]
    return render(
        request,
        "rounds/round.html",
        {
            "round": round,
            "rows": rows,
            "beside": beside,
            "joint": all_rows[-1] if joint else None,
            "issued": sum(row["issued"] for row in all_rows),
            "drafted": sum(row["drafted"] for row in all_rows),
            "all_url": ledger_address(round=round.pk),
            "may_plan": POLICY.may(actor, "edit_round"),
            **drawing,
        },
    )


def _unit_row(round: Any, *, unit: Any | None, team: str, found: dict[str, int]) -> dict[str, Any]:
    issued, drafted = found.get(FindingState.ISSUED, 0), found.get(FindingState.DRAFT, 0)
    series = unit.pk if unit is not None else "none"
    return {
        "unit": unit,
        "team": team,
        "issued": issued,
        "drafted": drafted,
        "total": issued + drafted,
        "sector": in_language(unit.sector.name, unit.sector.name_en) if unit is not None and unit.sector else "",
        "url": ledger_address(round=round.pk, series=series),
        "issued_url": ledger_address(round=round.pk, series=series, state=FindingState.ISSUED),
        "drafted_url": ledger_address(round=round.pk, series=series, state=FindingState.DRAFT),
    }


@require_safe
def term_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Which units were inspected in a term, in which round, and which not yet."""
    actor: Any = request.user
    term = queries.find_term(actor, pk)
    if term is None:
        raise Http404
    rounds, units = queries.coverage(actor, term)
    groups = [
        (
            in_language(sector.name, sector.name_en) if sector is not None else _("No sector"),
            [(entry.unit, entry.rounds) for entry in group],
        )
        for sector, group in groupby(units, key=lambda entry: entry.unit.sector)
    ]
    done = sum(bool(entry.rounds) for entry in units)
    return render(
        request,
        "rounds/term.html",
        {
            "term": term,
            "rounds": rounds,
            "groups": groups,
            "done": done,
            "units": len(units),
            "share": f"{done / len(units):.2%}" if units else "",
            "left": [entry.unit for entry in units if not entry.rounds],
            "map": draw_coverage(groups, url=lambda unit: address("unit", unit.pk)),
            "may_plan": POLICY.may(actor, "edit_term"),
        },
    )
