"""One paper: how it stands, why it could not be read, what became of it; its original; put aside and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xuncha.archive.queries import Unopenable, open_file
from xuncha.findings.actions import reading
from xuncha.findings.importing.working import wake
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries import papers as queries
from xuncha.findings.workflow import PaperState
from xuncha.security.errors import Conflict, IllegalTransition
from xuncha.security.record import record_download
from xuncha.web.asked import Asked, number
from xuncha.web.attachments import attachment, ending
from xuncha.web.findings.papers.addresses import ledger
from xuncha.web.findings.papers.details import details_of
from xuncha.web.findings.papers.rows import state_class
from xuncha.web.findings.papers.wording import MARKS, failure, refused_state


def seen_paper(request: Asked, pk: int) -> Any:
    """The paper, if the person may know of it; else 404."""
    paper = queries.paper_of(request.user, pk)
    if paper is None:
        raise Http404
    return paper


@require_safe
def paper(request: Asked, pk: int) -> HttpResponse:
    """The page of the state it is in; one under review opens its review at once."""
    found = seen_paper(request, pk)
    if found.state == PaperState.REVIEW and "about" not in request.GET:
        address = _review_of(found)
        if address:
            return redirect(address)
    if request.htmx and not request.htmx.boosted:
        return render(request, "findings/papers/_paper.html", page_context(request, found))
    return render(request, "findings/papers/paper.html", page_context(request, found))


def _review_of(paper: Any) -> str:
    try:
        return reverse("old_ledger" if paper.kind == "ledger" else "review", args=[paper.pk])
    except NoReverseMatch:
        return ""


def page_context(request: Asked, paper: Any, stale: str = "") -> dict[str, Any]:
    """What the page of one paper shows. ``stale``: why what was asked could not be done."""
    same = queries.same_as(request.user, paper)
    context: dict[str, Any] = {
        "paper": paper,
        "ledger_url": ledger(paper=paper.pk),
        "mark": MARKS[paper.state],
        "details": details_of(paper),
        "is_same": same is not None and paper.state == PaperState.DISCARDED,
        "state_class": state_class(paper.state),
        "same": same,
        "review_url": _review_of(paper) if paper.state == PaperState.REVIEW else "",
        "history": history(paper),
        "stale": stale,
        "is_under_way": paper.state in (*queries.UNDER_WAY, PaperState.ENTERING),
        "may_change": paper.state in (PaperState.WAITING, PaperState.FAILED, PaperState.REVIEW),
        "kinds": [(code, word) for code, word in queries.KINDS if code != paper.kind],
        "archive": paper.reading.get("archive"),
    }
    if paper.state == PaperState.FAILED:
        context["failure"] = failure(paper.error)
    elif paper.state == PaperState.WAITING:
        context["ahead"] = queries.ahead_of(request.user, paper)
    elif paper.state == PaperState.ENTERED:
        context |= {"entered": queries.entered(paper)}
    return context


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done with a paper."""

    word: str
    sentence: str
    when: datetime


def history(paper: Any) -> list[Step]:
    """What was done with a paper, oldest first, in words."""
    words = {
        "upload_paper": _("Uploaded"),
        "unpack_archive": _("Unpacked"),
        "read_paper": _("Read"),
        "fail_paper": _("Not read"),
        "read_again_paper": _("Read again"),
        "describe_paper": _("Details changed"),
        "discard_paper": _("Discarded"),
        "restore_paper": _("Taken back"),
        "enter_paper": _("Entered"),
    }
    return [
        Step(words.get(entry.act, entry.act), "" if entry.act == "read_paper" else str(entry.actor), entry.at)
        for entry in queries.history_of(paper)
    ]


@require_safe
def paper_file(request: Asked, pk: int) -> HttpResponse | FileResponse:
    """The original, as it came, to be kept and not to be shown: never anything that a browser would run."""
    found = queries.original_of(request.user, pk)
    if found is None:
        raise Http404
    try:
        file = open_file(found.file)
    except Unopenable as refusal:
        told = failure({"code": refusal.code})
        said = {"sentence": told.sentence, "advice": told.advice}
        messages.error(request, _("%(sentence)s %(advice)s") % said)
        return redirect("desk")
    record_download(
        request.user, found, what={"file": "original", "form": ending(found.name), "bytes": found.file.size}
    )
    return attachment(file, found.name, found.file.size, plain=f"paper-{found.pk}")


@require_POST
def paper_discard(request: Asked, pk: int) -> HttpResponse:
    """Put aside, with the way back."""
    found = seen_paper(request, pk)
    POLICY.require(request.user, "discard_paper")
    try:
        reading.discard(found, actor=request.user, version=_version(request))
    except (Conflict, IllegalTransition) as refusal:
        return stale_page(request, pk, refusal)
    messages.success(
        request, _("“%(name)s” discarded") % {"name": found.name}, extra_tags=reverse("paper_restore", args=[pk])
    )
    return redirect("papers")


@require_POST
def paper_restore(request: Asked, pk: int) -> HttpResponse:
    """Back to where it was; what had come in before is read all the same."""
    found = seen_paper(request, pk)
    POLICY.require(request.user, "discard_paper")
    try:
        restored = reading.restore(found, actor=request.user)
    except (Conflict, IllegalTransition) as refusal:
        return stale_page(request, pk, refusal)
    wake()
    messages.success(
        request, _("“%(name)s” is back: %(state)s") % {"name": found.name, "state": str(restored.get_state_display())}
    )
    return redirect("paper", pk)


@require_POST
def paper_read_again(request: Asked, pk: int) -> HttpResponse:
    """Read as if it had just come in, as another kind if asked."""
    found = seen_paper(request, pk)
    POLICY.require(request.user, "import_papers")
    kind = request.POST.get("kind", "")
    try:
        reading.read_again(
            found, actor=request.user, version=_version(request), kind=kind if kind in dict(queries.KINDS) else ""
        )
    except (Conflict, IllegalTransition) as refusal:
        return stale_page(request, pk, refusal)
    wake()
    return redirect("paper", pk)


def _version(request: Asked) -> int:
    told = number(request.POST.get("version"))
    return -1 if told is None else told


def stale_page(request: Asked, pk: int, refusal: Conflict | IllegalTransition) -> HttpResponse:
    """409: somebody else was quicker; the paper as it is now, with nothing overwritten."""
    found = seen_paper(request, pk)
    last = next(reversed(queries.history_of(found)), None)
    told = refused_state(refusal.code)
    if isinstance(refusal, Conflict) and last is not None:
        told = _("%(who)s changed it in the meantime. Nothing was done; this is how it stands now.") % {
            "who": last.actor
        }
    return render(request, "findings/papers/paper.html", page_context(request, found, told), status=409)
