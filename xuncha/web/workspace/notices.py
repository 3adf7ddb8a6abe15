"""Reminders: what the nightly pass told this person, the newest first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods

from xuncha.notices import queries
from xuncha.notices.actions import see_notices
from xuncha.organisation import queries as organisation
from xuncha.web.asked import Asked, number
from xuncha.web.language import in_language
from xuncha.web.rounds.chosen import rounds_to_choose


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: Asked) -> HttpResponse:
    """Everybody's own; sent, it marks those shown as seen."""
    if request.method == "POST":
        see_notices(until=number(request.POST.get("until")) or 0, actor=request.user)
        return redirect("notices")
    found, before = queries.notices(request.user, before=number(request.GET.get("before")))
    units = organisation.units_by_key({each.facts["unit"] for each in found})
    rounds = {round.pk for round in rounds_to_choose(request)}
    context = {
        "rows": [_row(each, units, rounds) for each in found],
        "until": found[0].pk if found else 0,
        "unseen": queries.unseen(request.user),
        "next_url": "?" + urlencode({"before": before}) if before else "",
    }
    return render(request, "workspace/notices.html", context)


def _row(notice: Any, units: dict[int, Any], rounds: set[int]) -> dict[str, Any]:
    facts = notice.facts
    asked = {"round": facts["round"], "unit": facts["unit"], **({"late": 1} if facts["late"] else {})}
    unit = units.get(facts["unit"])
    return {
        "notice": notice,
        "unit": unit.short_name if unit else "",
        "colour": facts["colour"],
        "word": in_language(facts["word"], facts["word_en"]),
        "what": ngettext("%(n)s finding to put right", "%(n)s findings to put right", facts["number"])
        % {"n": f"{facts['number']:,}"},
        # A round that is not the person's any more has no rows to open.
        "url": f"{reverse('board_rows')}?{urlencode(asked)}" if facts["round"] in rounds else "",
        "seen_word": "" if notice.seen_at else pgettext("notice", "new"),
    }
