"""What is sent back after a step: only what changed since the page last asked, and the next draft opened."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from xuncha.findings.actions.attending import attend
from xuncha.findings.queries import review
from xuncha.web.asked import Asked, number
from xuncha.web.findings.review import contexts
from xuncha.web.findings.review.opened import Opened, open_draft
from xuncha.web.findings.review.page import whole_context
from xuncha.web.findings.review.rows import row_of
from xuncha.web.findings.review.source import Source


def review_url(paper: Any, draft: int | None = None) -> str:
    return reverse("review", args=[paper.pk]) + (f"?draft={draft}" if draft is not None else "")


def answer(
    request: Asked,
    paper: Any,
    *,
    here: int | None,
    outline: review.Outline | None = None,
    opened: Opened | None = None,
    notice: str = "",
    status: int = 200,
    is_poll: bool = False,
) -> HttpResponse:
    """The changes since the page last asked, with the draft in hand unfolded. Without htmx: back to the page."""
    outline = outline or review.Outline(paper)
    if here not in outline.by_key:
        here = None
    if not request.htmx and not notice and opened is None:
        return HttpResponseRedirect(review_url(paper, here))
    attend(paper, draft=here, actor=request.user)
    if not request.htmx:
        return _whole_page(request, paper, outline, here, opened, notice, status)
    since = number(request.POST.get("since") or request.GET.get("since"))
    changes = review.changes_since(paper, since) if since is not None else review.Changes(review.last_step(paper))
    others = review.others_present(paper, request.user)
    order = contexts.order_of(request)
    standing = contexts.standing_of(
        paper, request.user, outline, others, changes.last, review.own_last_step(paper, request.user)
    )
    if is_poll and standing.seen == request.POST.get("seen"):
        return HttpResponse(status=204)
    context: dict[str, Any] = {
        "paper": paper,
        "here": here,
        "order": order,
        "standing": standing,
        "notice": notice,
        "is_poll": is_poll,
        "enter_url": contexts.enter_url(paper),
        "ends": [
            (contexts.SectionView(section.key, "").anchor, contexts.section_end(section, others, outline))
            for section in outline.sections
        ],
    }
    draft = review.draft_of(paper, here) if here is not None and not is_poll else None
    if draft is not None and opened is None:
        opened = open_draft(request.user, paper, draft, row_of(draft, outline).kind, outline)
    moved = bool(changes.new)
    if changes.is_much or moved or changes.places:
        drafts = review.drafts_of(paper)
        # A part of which all is new is not on the page yet.
        is_new_part = any(s.entries and {e.pk for e in s.entries} <= changes.new for s in outline.sections)
        if changes.is_much or is_new_part or (moved and order != "paper"):
            context["sections"] = contexts.tree_of(
                drafts, outline, others, order=order, here=here, opened=None if is_poll else opened
            )
        elif moved:
            context["parts"] = contexts.tree_of(
                drafts,
                outline,
                others,
                here=here,
                opened=None if is_poll else opened,
                only=_sections_of(outline, changes),
            )
        if changes.places:
            whole = review.paper_to_review(request.user, paper.pk, with_text=True) or paper
            source = Source(whole.text, whole.reading, [row_of(each, outline) for each in drafts])
            context["blocks"] = [
                (key, source.blocks[key]["start"], source.block(key)) for key in source.blocks_of(changes.places)
            ]
    if "sections" not in context:
        shown = {row.pk for part in context.get("parts", ()) for row in part.rows}
        keys = ({*changes.touched} if order != "only" or not moved else set()) - shown
        if here is not None and not is_poll and here not in shown:
            keys.add(here)
        rows = [row_of(each, outline) for each in review.drafts_of(paper, keys)] if keys else []
        for row in rows:
            if row.pk == here and not is_poll:
                row.opened = opened
        context["rows"] = rows
    context["gone"] = sorted(changes.gone)
    return render(request, "findings/review/_answer.html", context, status=status)


def _sections_of(outline: review.Outline, changes: review.Changes) -> set[int]:
    return {outline.section_key(outline.by_key[key]) for key in changes.touched | changes.new if key in outline.by_key}


def _whole_page(
    request: Asked,
    paper: Any,
    outline: review.Outline,
    here: int | None,
    opened: Opened | None,
    notice: str,
    status: int,
) -> HttpResponse:
    """The page as a whole for a browser without script, with the form as it was sent and what is wrong with it."""
    whole = review.paper_to_review(request.user, paper.pk, with_text=True) or paper
    context = whole_context(request, whole, outline, here)
    rows = [row_of(draft, outline) for draft in context["drafts"]]
    if opened is not None:
        for section in context["sections"]:
            for row in section.rows:
                if row.pk == here:
                    row.opened = opened
    source = Source(whole.text, whole.reading, rows)
    return render(
        request,
        "findings/review/page.html",
        {**context, "sheets": source.sheets(), "pages": source.pages, "notice": notice},
        status=status,
    )
