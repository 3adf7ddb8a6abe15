"""The page of a review, and its tree by itself when the order is changed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xuncha.findings.actions.attending import attend
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries import review
from xuncha.web.asked import Asked, number
from xuncha.web.findings.review import contexts
from xuncha.web.findings.review.opened import open_draft
from xuncha.web.findings.review.rows import row_of
from xuncha.web.findings.review.source import Source


def paper_or_404(request: Asked, pk: int, *, with_text: bool = False) -> Any:
    """The paper under this address. Errors: 404 out of sight; `NotPermitted` in sight without the right."""
    paper = review.paper_to_review(request.user, pk, with_text=with_text)
    if paper is None:
        raise Http404
    POLICY.require(request.user, "review_paper", paper)
    return paper


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    """The paper beside what was read; opens at ``?draft=``, else where the person left off."""
    paper = paper_or_404(request, pk, with_text=True)
    if paper.state != "review" or paper.kind == "ledger":
        sentence, advice = contexts.became_words(paper)
        return render(request, "findings/review/closed.html", {"paper": paper, "sentence": sentence, "advice": advice})
    outline = review.Outline(paper)
    here = number(request.GET.get("draft"))
    if here not in outline.by_key:
        here = review.left_off_at(paper, request.user)
    if here not in outline.by_key:
        here = outline.next_to_look_at() or next((e.pk for e in outline.entries if e.is_counted), None)
    context = whole_context(request, paper, outline, here, form=request.GET.get("form", ""))
    if request.htmx:
        return render(request, "findings/review/_tree.html", context)
    attend(paper, draft=here, actor=request.user)
    rows = [row_of(draft, outline) for draft in context["drafts"]]
    source = Source(paper.text, paper.reading, rows)
    return render(
        request,
        "findings/review/page.html",
        {**context, "sheets": source.sheets(), "pages": source.pages},
    )


def whole_context(
    request: Asked, paper: Any, outline: review.Outline, here: int | None, *, form: str = ""
) -> dict[str, Any]:
    """What head and tree need."""
    drafts = review.drafts_of(paper)
    others = review.others_present(paper, request.user)
    order = contexts.order_of(request)
    opened = None
    draft = review.draft_of(paper, here) if here is not None else None
    if draft is not None:
        kind = row_of(draft, outline).kind
        opened = open_draft(request.user, paper, draft, kind, outline, form=form if form in FORMS else "")
    sections = contexts.tree_of(drafts, outline, others, order=order, here=here, opened=opened)
    return {
        "paper": paper,
        "drafts": drafts,
        "here": here,
        "order": order,
        "sections": sections,
        "groups": sum(section.key > 0 for section in outline.sections),
        "standing": contexts.standing_of(
            paper,
            request.user,
            outline,
            others,
            review.last_step(paper),
            review.own_last_step(paper, request.user),
        ),
        "enter_url": contexts.enter_url(paper),
    }


FORMS = frozenset({"edit", "split", "category", "addressees", "seen-at"})
