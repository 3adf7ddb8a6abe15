"""The office's word on claims: accept, ask again, rule; one or many, after a preview of what becomes of each."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from xuncha.rectification.actions.claiming import MOST, decide_claims
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import claims as queries
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.web.asked import Asked, number, numbers
from xuncha.web.faults import fault_words
from xuncha.web.rectification.showing import rooms, row
from xuncha.web.rounds.chosen import chosen_round

# Act: title of the page, hint under the reasons.
ACTS: Final = {
    "accept": (lazy("Accept the answers"), ""),
    "question": (lazy("Ask again"), lazy("What is missing or doubtful; the unit reads it and answers anew.")),
    "assign": (
        lazy("Rule: assign"),
        lazy("Why the finding is the unit's; the unit reads it. What the unit said stays on record."),
    ),
    "uphold": (lazy("Rule: the answer stands"), lazy("Why the answer of the unit holds; the unit reads it.")),
}


@require_POST
def decide(request: Asked) -> HttpResponse:
    """First what would become of each part chosen; with ``confirm``, done."""
    act = request.POST.get("act", "")
    if act not in ACTS:
        act = "accept"
    POLICY.require(request.user, "accept_claims" if act == "accept" else "rule_claims")
    chosen = list(dict.fromkeys(numbers([*request.POST.getlist("chosen"), *request.POST.get("also", "").split(",")])))
    seen = number(request.POST.get("seen")) or 0
    reason = request.POST.get("reason", "")
    if not chosen:
        messages.warning(request, _("Choose at least one row first."))
        return redirect("claims")
    if "confirm" not in request.POST:
        return _preview(request, act, chosen[:MOST], seen, reason)
    try:
        done = decide_claims(chosen, act=act, reason=reason, seen=seen, actor=request.user)
    except Invalid as refused:
        fault = refused.data["faults"].get("reason", "")
        return _preview(request, act, chosen[:MOST], seen, reason, fault=fault_words(fault), status=422)
    except (Conflict, IllegalTransition):
        told = _("Units answered or somebody decided while you looked. Nothing was done; below is how it stands now.")
        return _preview(request, act, chosen[:MOST], queries.last_step(), reason, told=told, status=409)
    words = ngettext("%(n)s answer decided.", "%(n)s answers decided.", len(done)) % {"n": len(done)}
    messages.success(request, words)
    return redirect("claims")


def _preview(
    request: Asked,
    act: str,
    chosen: list[int],
    seen: int,
    reason: str,
    *,
    fault: Any = "",
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    parts = queries.some_parts(request.user, chosen)
    can, cannot = queries.decidable(parts, act)
    title, hint = ACTS[act]
    context = {
        "act": act,
        # What is written to some answers is not offered for others.
        "draft": "-".join(str(key) for key in sorted(chosen)),
        "title": title,
        "hint": hint,
        "needs_reason": act != "accept",
        "rows": [row(part, ()) for part in can],
        "left_out": [row(part, ()) for part in cannot],
        "seen": seen,
        "reason": reason,
        "fault": fault,
        "faults": [("id_reason", _("Reasons"), fault)] if fault else [],
        "told": told,
    }
    return render(request, "rectification/decide.html", context, status=status)


@require_safe
def silence(request: Asked) -> HttpResponse:
    """By the office's private notes: who was seen to have a finding and has not taken it on."""
    round = chosen_round(request)
    found = queries.silence(request.user, round)
    alerts = queries.claim_alerts()
    context = {
        "round": round,
        "rooms": rooms(request, "claims_silence"),
        "rows": [row(part, alerts) for part in found],
        "seen": queries.last_step(),
        "may_decide": True,
    }
    return render(request, "rectification/silence.html", context)
