"""确认入账: first what will happen, then, once it was confirmed, all of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from xuncha.findings.actions import numbering
from xuncha.findings.actions.entering import enter_paper as enter
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries import entering
from xuncha.findings.queries import papers as queries
from xuncha.findings.workflow import PaperState
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.web.asked import Asked, number, redirect_to
from xuncha.web.findings.papers.wording import lack, paper_round, refused_state

MOST_NAMED = 12
"""Recipients named one by one; of more only the number is said."""


@require_http_methods(["GET", "HEAD", "POST"])
def enter_paper(request: Asked, pk: int) -> HttpResponse:
    """The preview; with ``confirm`` the entry itself. Confirmed twice, it is entered once."""
    paper = queries.paper_of(request.user, pk)
    if paper is None:
        raise Http404
    POLICY.require(request.user, "enter_paper")
    if paper.state == PaperState.ENTERED:
        return _entered(request, paper)
    if paper.state != PaperState.REVIEW or paper.kind == "ledger":
        return redirect_to(request, reverse("paper", args=[pk]))
    if request.method != "POST" or "confirm" not in request.POST:
        return _preview(request, paper)
    try:
        entry = enter(
            paper,
            actor=request.user,
            version=_seen(request, "version"),
            last_step=_seen(request, "last_step"),
        )
    except Conflict:
        told = _("The paper or its review was changed after you opened this. Nothing was entered; look once more.")
        return _preview(request, queries.paper_of(request.user, pk) or paper, told, status=409)
    except Invalid:
        told = _("Something is missing now. Nothing was entered.")
        return _preview(request, queries.paper_of(request.user, pk) or paper, told, status=422)
    except IllegalTransition as refusal:
        messages.warning(request, refused_state(refusal.code))
        return redirect_to(request, reverse("paper", args=[pk]))
    if not entry.is_new:
        return _entered(request, entry.paper)
    messages.success(
        request,
        ngettext("%(n)d finding entered", "%(n)d findings entered", entry.findings) % {"n": entry.findings},
    )
    return redirect_to(request, reverse("paper", args=[pk]))


def _seen(request: Asked, name: str) -> int:
    """A version or step that the preview told; of none it is the version of nothing."""
    told = number(request.POST.get(name))
    return -1 if told is None else told


def _entered(request: Asked, paper: Any) -> HttpResponse:
    if paper.entered_by is not None and paper.entered_by != request.user:
        messages.warning(request, _("%(who)s entered it already.") % {"who": paper.entered_by})
    return redirect_to(request, reverse("paper", args=[paper.pk]))


def _preview(request: Asked, paper: Any, told: str = "", status: int = 200) -> HttpResponse:
    plan = entering.plan_of(paper)
    context: dict[str, Any] = {
        "paper": paper,
        "plan": plan,
        "told": told,
        "lacks": [lack(each.code, each.number) for each in plan.lacks],
        "needs_details": any(each.code not in ("undecided", "nothing_accepted") for each in plan.lacks),
        "action": reverse("enter_paper", args=[paper.pk]),
        "details_url": reverse("paper_details", args=[paper.pk]),
        "round": paper_round(plan.round),
        "count": len(plan.items),
    }
    if not plan.lacks and plan.round is not None:
        first = entering.next_serial(plan)
        context |= {
            "first": numbering.number(plan.round, plan.owner, first),
            "last": numbering.number(plan.round, plan.owner, first + len(plan.items) - 1),
            "recipients": plan.recipients[:MOST_NAMED],
            "more_recipients": max(0, len(plan.recipients) - MOST_NAMED),
            "repetitions": entering.repetitions(plan),
            "noted": sum(bool(draft.seen_at) for draft in plan.items),
        }
    template = "_enter_dialog.html" if request.htmx else "enter.html"
    return render(request, f"findings/papers/{template}", context, status=status)
