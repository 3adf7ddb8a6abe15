"""The page of one finding, its source in the paper, and all of its history."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xuncha.findings.queries.finding import Seen, finding_seen, history, paper_part
from xuncha.web.findings.finding import showing, wording
from xuncha.web.findings.finding.addresses import actor_of, list_of, to
from xuncha.web.findings.finding.history import steps

ENTRIES_A_PAGE = 50


def seen_or_404(request: HttpRequest, pk: int) -> Seen:
    """The finding, as far as the person may see it."""
    seen = finding_seen(actor_of(request), pk)
    if seen is None:
        raise Http404
    return seen


@require_safe
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is known of a finding, on one screen."""
    seen = seen_or_404(request, pk)
    return render(request, "findings/finding/page.html", showing.page(request, actor_of(request), seen))


@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of the paper at the place the finding was read from."""
    seen = seen_or_404(request, pk)
    part = paper_part(actor_of(request), seen.finding)
    return render(
        request,
        "findings/finding/source.html",
        {
            "finding": seen.finding,
            "title": wording.title_of(seen.finding.statement),
            "part": part,
            "urls": {
                "finding": to("finding", pk, within=list_of(request)),
                "file": to("paper_file", part.paper.pk) if part and seen.may_edit else "",
            },
        },
    )


@require_safe
def all_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change of a finding, newest first."""
    seen = seen_or_404(request, pk)
    pages = Paginator(history(actor_of(request), seen.finding), ENTRIES_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(
        request,
        "findings/finding/history.html",
        {
            "finding": seen.finding,
            "title": wording.title_of(seen.finding.statement),
            "page": page,
            "steps": steps(page.object_list),
            "urls": {"finding": to("finding", pk)},
        },
    )
