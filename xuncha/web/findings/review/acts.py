"""The acts of a review: each takes one draft on, and answers with what changed and the next one opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuncha.findings.actions import reshaping, reviewing
from xuncha.findings.queries import review
from xuncha.findings.splitting import Place
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.web.asked import Asked, number, numbers
from xuncha.web.findings.review.answers import answer
from xuncha.web.findings.review.conflict import conflict_of
from xuncha.web.findings.review.forms import EditForm, changes_in
from xuncha.web.findings.review.opened import Opened, open_draft
from xuncha.web.findings.review.page import FORMS, paper_or_404
from xuncha.web.findings.review.rows import row_of


@require_GET
def draft(request: Asked, pk: int, key: int, form: str = "") -> HttpResponse:
    """One draft unfolded, with the form asked for."""
    paper = paper_or_404(request, pk)
    if form and form not in FORMS:
        raise Http404
    if paper.state != "review":
        return reload(paper)
    outline = review.Outline(paper)
    found = review.draft_of(paper, key)
    if found is None:
        if review.is_of_another_paper(paper, key):
            raise Http404
        return answer(request, paper, here=None, outline=outline, notice=gone_words(), status=409)
    kind = row_of(found, outline).kind
    opened = open_draft(request.user, paper, found, kind, outline, form=form, place=_place(request))
    return answer(request, paper, here=key, outline=outline, opened=opened)


def _step(
    request: Asked,
    pk: int,
    key: int,
    perform: Callable[[int | None], Any],
    *,
    form: str = "",
    goes_on: bool = False,
    goes_to: int | None = None,
    wanted: str = "",
) -> HttpResponse:
    """Do it and answer. ``goes_on``: the page then opens the next draft, ``goes_to`` a certain one; else it stays."""
    paper = paper_or_404(request, pk)
    if review.is_of_another_paper(paper, key):
        raise Http404
    version = number(request.POST.get("version"))
    try:
        perform(version)
    except IllegalTransition:
        return reload(paper)
    except Conflict as refusal:
        return _conflict(request, paper, key, version, refusal, wanted)
    except Invalid as refusal:
        outline = review.Outline(paper)
        found = review.draft_of(paper, key)
        if found is None:
            return answer(request, paper, here=None, outline=outline, notice=gone_words(), status=409)
        faults = refusal.data.get("faults") or {}
        sent = EditForm.sent(request.POST, faults) if form == "edit" else None
        kind = row_of(found, outline).kind
        opened = open_draft(request.user, paper, found, kind, outline, form=form, edit=sent)
        notice = "" if faults else refusal_words(refusal.code)
        return answer(request, paper, here=key, outline=outline, opened=opened, notice=notice, status=422)
    outline = review.Outline(paper)
    here: int | None = goes_to if goes_to in outline.by_key else key
    if goes_on:
        asked = number(request.POST.get("next"))
        here = asked if asked in outline.by_key else outline.next_to_look_at(key) or key
    return answer(request, paper, here=here, outline=outline)


def reload(paper: Any) -> HttpResponse:
    """409: the review is over. The page loads itself again and says what became of the paper."""
    response = HttpResponse(_("This review is over."), status=409)
    response["HX-Refresh"] = "true"
    return response


def _conflict(
    request: Asked, paper: Any, key: int, version: int | None, refusal: Conflict, wanted: str
) -> HttpResponse:
    outline = review.Outline(paper)
    found = review.draft_of(paper, key)
    if found is None or version is None:
        return answer(request, paper, here=None, outline=outline, notice=gone_words(), status=409)
    kind = row_of(found, outline).kind
    opened = Opened(found, kind, form="conflict", conflict=conflict_of(request, found, version, wanted))
    return answer(request, paper, here=key, outline=outline, opened=opened, status=409)


def gone_words() -> str:
    return _("This item is no longer there: it was merged or split by somebody else. Nothing was changed.")


def refusal_words(code: str) -> str:
    """Why a step was not done, and what to do."""
    words = {
        "cannot_split": _("It cannot be cut at this place. Please choose another one."),
        "nothing_before": _("There is no finding before it to merge it with."),
        "nothing_to_undo": _("There is no step of yours to undo."),
        "group_has_members": _("Findings stand under this heading; a heading is a finding only where it stands alone."),
        "unknown_category": _("This category is no longer in use. Please choose another one."),
        "no_words": _("Please mark at least four characters of the paper."),
        "across_paragraphs": _("Please mark words within one paragraph."),
        "too_long": _("What is marked is too long for one finding. Please mark less."),
    }
    return words.get(code, _("This was not done. Nothing was changed."))


@require_POST
def accept(request: Asked, pk: int, key: int) -> HttpResponse:
    """采纳."""

    def perform(version: int | None) -> Any:
        return reviewing.accept(key, version=version, actor=request.user)

    return _step(request, pk, key, perform, goes_on=True, wanted=_("Accept"))


@require_POST
def drop(request: Asked, pk: int, key: int) -> HttpResponse:
    """舍弃."""

    def perform(version: int | None) -> Any:
        return reviewing.drop(key, version=version, actor=request.user)

    return _step(request, pk, key, perform, goes_on=True, wanted=_("Drop"))


@require_POST
def merge(request: Asked, pk: int, key: int) -> HttpResponse:
    """并入上一条: the page then stands at the finding it went into."""
    paper = paper_or_404(request, pk)
    before = review.Outline(paper).previous_of(key)

    def perform(version: int | None) -> Any:
        return reshaping.merge(key, version=version, actor=request.user)

    return _step(request, pk, key, perform, goes_to=before, wanted=_("Merge with the one before"))


@require_http_methods(["GET", "POST"])
def edit(request: Asked, pk: int, key: int) -> HttpResponse:
    """修改."""
    if request.method == "GET":
        return draft(request, pk, key, "edit")

    def perform(version: int | None) -> Any:
        return reviewing.edit(key, changes=changes_in(request.POST), version=version, actor=request.user)

    return _step(request, pk, key, perform, form="edit", goes_on="stay" not in request.POST, wanted=_("Save"))


@require_http_methods(["GET", "POST"])
def split(request: Asked, pk: int, key: int) -> HttpResponse:
    """拆分, at the place chosen."""
    if request.method == "GET":
        return draft(request, pk, key, "split")

    def perform(version: int | None) -> Any:
        place = _place(request)
        if place is None:
            raise Invalid("cannot_split", faults={})
        return reshaping.split(key, place=place, version=version, actor=request.user)

    return _step(request, pk, key, perform, form="split", wanted=pgettext("an act", "Split"))


def _place(request: Asked) -> Place | None:
    words = request.POST.get("place") or request.GET.get("place") or ""
    piece, _colon, offset = words.partition(":")
    if not (piece.isdecimal() and offset.isdecimal() and len(words) < 16):
        return None
    return Place(int(piece), int(offset))


@require_http_methods(["GET", "POST"])
def category(request: Asked, pk: int, key: int) -> HttpResponse:
    """改类别."""
    if request.method == "GET":
        return draft(request, pk, key, "category")

    def perform(version: int | None) -> Any:
        # One press says both: the scheme and its category, empty to take it away.
        scheme, _colon, chosen = request.POST.get("category", "").partition(":")
        return reviewing.reclassify(
            key,
            scheme=number(scheme),
            category=number(chosen),
            version=version,
            actor=request.user,
        )

    return _step(request, pk, key, perform, form="category", wanted=_("Change the category"))


@require_http_methods(["GET", "POST"])
def addressees(request: Asked, pk: int, key: int) -> HttpResponse:
    """改反馈对象."""
    if request.method == "GET":
        return draft(request, pk, key, "addressees")

    def perform(version: int | None) -> Any:
        return reviewing.readdress(key, units=_units(request), version=version, actor=request.user)

    return _step(request, pk, key, perform, form="addressees", wanted=_("Change the addressees"))


@require_http_methods(["GET", "POST"])
def seen_at(request: Asked, pk: int, key: int) -> HttpResponse:
    """见于: the office's private note."""
    if request.method == "GET":
        return draft(request, pk, key, "seen-at")

    def perform(version: int | None) -> Any:
        notes = [{"unit": unit, "note": request.POST.get(f"note-{unit}", "")} for unit in _units(request)]
        return reviewing.note_seen_at(key, notes=notes, version=version, actor=request.user)

    return _step(request, pk, key, perform, form="seen-at", wanted=_("Private note"))


def _units(request: Asked) -> list[int]:
    return numbers(request.POST.getlist("units"))


@require_POST
def accept_sure(request: Asked, pk: int) -> HttpResponse:
    """采纳有把握的, of a group or of the paper."""
    paper = paper_or_404(request, pk)
    group = number(request.POST.get("group"))
    try:
        step = reviewing.accept_sure(paper, group=group, actor=request.user)
    except IllegalTransition:
        return reload(paper)
    outline = review.Outline(paper)
    here = number(request.POST.get("here"))
    here = outline.next_to_look_at(here) or here
    notice = "" if step is not None else _("There is nothing left that was read with certainty.")
    return answer(request, paper, here=here, outline=outline, notice=notice)


@require_POST
def undo(request: Asked, pk: int) -> HttpResponse:
    """撤销: the last step of one's own."""
    paper = paper_or_404(request, pk)
    here = number(request.POST.get("here"))
    notice, status = "", 200
    try:
        step = reshaping.undo(paper, actor=request.user)
        back = [int(key) for key, fields in step.after.items() if fields is not None]
        here = max(back) if len(back) == 1 else here if here in back or not back else min(back)
    except IllegalTransition:
        return reload(paper)
    except Conflict as refusal:
        by = refusal.data.get("by")
        notice = _("%(who)s went on from this step; it cannot be undone any more.") % {
            "who": by.get_full_name() if by is not None else ""
        }
        status = 409
    except Invalid as refusal:
        notice, status = refusal_words(refusal.code), 422
    return answer(request, paper, here=here, notice=notice, status=status)


@require_POST
def presence(request: Asked, pk: int) -> HttpResponse:
    """I am here, at this draft; what did others do since?"""
    paper = paper_or_404(request, pk)
    if paper.state != "review":
        return reload(paper)
    return answer(request, paper, here=number(request.POST.get("here")), is_poll=True)
