"""A draft of a plan out of what papers stated: first shown, then taken over as far as it was chosen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from xuncha.rectification.actions.planning import draft_from_papers
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import plans as queries
from xuncha.security.errors import IllegalTransition, Invalid
from xuncha.web.asked import Asked, numbers
from xuncha.web.faults import fault_words
from xuncha.web.rectification.plans import wording


@require_http_methods(["GET", "HEAD", "POST"])
def from_papers(request: Asked, pk: int) -> HttpResponse:
    """What was stated of the findings without a measure; those chosen get the stated measures."""
    plan = queries.find_plan(request.user, pk)
    if plan is None:
        raise Http404
    POLICY.require(request.user, "write_plan", plan)
    if request.method != "POST":
        return _preview(request, plan)
    try:
        made = draft_from_papers(plan, items=numbers(request.POST.getlist("chosen")), actor=request.user)
    except Invalid as refused:
        return _preview(request, plan, told=str(fault_words(refused.data["faults"]["items"])), status=422)
    except IllegalTransition as refused:
        return _preview(request, plan, told=wording.refused(refused.code), status=409)
    words = ngettext(
        "%(n)s measure taken over; look what it lacks.", "%(n)s measures taken over; look what they lack.", len(made)
    )
    messages.success(request, words % {"n": len(made)})
    return redirect("plan", pk)


def _preview(request: Asked, plan: Any, told: str = "", status: int = 200) -> HttpResponse:
    stated = queries.stated_measures(request.user, plan)
    context = {"plan": plan, "stated": stated, "number": sum(len(each.measures) for each in stated), "told": told}
    return render(request, "rectification/plans/from_papers.html", context, status=status)
