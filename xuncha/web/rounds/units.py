"""The units of a round: chosen one by one, by sector, or with all that stands below them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from xuncha.findings.queries import counts
from xuncha.organisation import queries as organisation
from xuncha.rounds import actions, queries
from xuncha.rounds.permissions import POLICY
from xuncha.security.errors import Conflict, Invalid
from xuncha.web.asked import number, numbers
from xuncha.web.faults import fault_words
from xuncha.web.language import in_language


@require_http_methods(["GET", "HEAD", "POST"])
def round_units(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the units of a round and their teams; who comes second sees both choices."""
    actor: Any = request.user
    round = queries.find_round(actor, pk)
    if round is None:
        raise Http404
    POLICY.require(actor, "choose_units")
    chosen = {row.unit_id: row.team.name if row.team else "" for row in queries.inspected(actor, round)}
    version, status, problem, now = round.version, 200, "", chosen
    if request.method == "POST":
        chosen = _typed(request)
        try:
            actions.choose_units(round, teams=chosen, actor=actor, version=number(request.POST.get("version")) or 0)
        except Conflict as refused:
            status, version = 409, refused.data["current"].version
            problem = _("Somebody else changed the units of this round while you chose. Yours are still marked here.")
        except Invalid as refused:
            status, problem = 422, " ".join(str(fault_words(code)) for code in refused.data["faults"].values())
        else:
            said = ngettext(
                "%(count)s unit is inspected in this round.",
                "%(count)s units are inspected in this round.",
                len(chosen),
            )
            messages.success(request, said % {"count": len(chosen)})
            return redirect("round", pk)
    return render(
        request,
        "rounds/units.html",
        {
            "round": round,
            "version": version,
            "problem": problem,
            "groups": _groups(actor, round, chosen, now),
            "number": len(chosen),
            "teams": sorted({team for team in [*chosen.values(), *now.values()] if team}),
        },
        status=status,
    )


def _typed(request: HttpRequest) -> dict[int, str]:
    keys = numbers(request.POST.getlist("unit"))
    return {key: request.POST.get(f"team-{key}", "").strip() for key in keys}


def _groups(actor: Any, round: Any, chosen: dict[int, str], now: dict[int, str]) -> list[dict[str, Any]]:
    """Units by sector; ``differs`` says how the choice on the page differs from what is saved now."""
    found = counts.by_unit(actor, round.pk)
    rows = [
        unit
        for unit in organisation.units(actor, with_gone=True)
        if unit.state == unit.State.ACTIVE or unit.pk in chosen or unit.pk in now
    ]
    rows.sort(key=lambda unit: (unit.sector.order if unit.sector else 10**6, unit.order, unit.pk))
    return [
        {
            "key": sector.pk if sector else 0,
            "name": in_language(sector.name, sector.name_en) if sector else _("No sector"),
            "rows": [
                {
                    "unit": unit,
                    "is_chosen": unit.pk in chosen,
                    "was_chosen": unit.pk in now,
                    "differs": (unit.pk in chosen) != (unit.pk in now),
                    "team": chosen.get(unit.pk, now.get(unit.pk, "")),
                    "findings": found.get(unit.pk, 0),
                    "depth": unit.path.count("/") - 2,
                }
                for unit in group
            ],
        }
        for sector, group in groupby(rows, key=lambda unit: unit.sector)
    ]
