"""补录: what the reading missed becomes a finding, by marking it in the paper or from the list of what is left."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from xuncha.findings.actions import reshaping
from xuncha.findings.queries import review
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.web.asked import Asked, number
from xuncha.web.findings.review import acts
from xuncha.web.findings.review.answers import answer
from xuncha.web.findings.review.page import paper_or_404


@require_http_methods(["GET", "POST"])
def add(request: Asked, pk: int) -> HttpResponse:
    """GET: the sentences that stand in no finding, from the draft in hand on. POST: one of them, or what was marked."""
    if request.method == "GET":
        paper = paper_or_404(request, pk, with_text=True)
        here = number(request.GET.get("here"))
        return render(
            request,
            "findings/review/_missed.html" if request.htmx else "findings/review/missed.html",
            {"paper": paper, "left": review.sentences_left(paper, here), "here": here},
        )
    paper = paper_or_404(request, pk)
    start, _dash, end = request.POST.get("place", "").partition("-")
    here = number(request.POST.get("here"))
    try:
        step = reshaping.add_missed(paper, start=number(start) or 0, end=number(end) or 0, actor=request.user)
    except IllegalTransition:
        return acts.reload(paper)
    except Conflict:
        return answer(request, paper, here=here, notice=acts.gone_words(), status=409)
    except Invalid as refusal:
        return answer(request, paper, here=here, notice=acts.refusal_words(refusal.code), status=422)
    return answer(request, paper, here=int(next(iter(step.after))))
