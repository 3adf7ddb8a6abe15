"""Pages of an old ledger on its way into the ledger: columns, rows, plan; and what people decide on them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from xuncha.archive.errors import Unopenable
from xuncha.documents.errors import DocumentError
from xuncha.findings.actions import applying, settling
from xuncha.findings.importing.marked import marked_copy, marked_name
from xuncha.findings.importing.working import wake
from xuncha.findings.queries import old_ledgers
from xuncha.findings.workflow import PaperState
from xuncha.security.errors import Conflict, Invalid, Refused
from xuncha.security.record import record_download
from xuncha.web.asked import Asked, number, numbers
from xuncha.web.findings.old_ledgers import checking, wording
from xuncha.web.findings.old_ledgers import columns as settled_columns
from xuncha.web.language import is_chinese

# Chosen one by one; more are chosen as all that the list is narrowed to.
MOST_CHOSEN = 5000
UNDER_WAY = (PaperState.WAITING, PaperState.READING, PaperState.ENTERING)


def _paper(request: Asked, pk: int) -> Any:
    return get_object_or_404(old_ledgers.ledgers_visible_to(request.user), pk=pk)


def _back(paper: Any, query: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("old_ledger", args=[paper.pk]) + query)


@require_safe
def old_ledger(request: Asked, pk: int) -> HttpResponse:
    """The step at which the file stands; ``?step=columns`` goes back to the columns, ``?step=plan`` on to the plan."""
    return _page(request, _paper(request, pk))


def _page(request: Asked, paper: Any, *, status: int = 200) -> HttpResponse:
    if paper.state in UNDER_WAY:
        return _reading(request, paper)
    if request.htmx and request.htmx.target == "reading":
        # It was being read when the page was opened, and is not any more.
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    if paper.state == PaperState.REVIEW:
        step, asked = paper.reading.get("step"), request.GET.get("step", "")
        if step == "check" and asked == "plan":
            return render(request, "findings/old_ledgers/plan.html", checking.plan_context(paper), status=status)
        if step == "check" and asked != "columns":
            return _rows(request, paper, status)
        if "plan" in paper.reading:
            return _columns(request, paper, status)
    if paper.state == PaperState.ENTERED and "applied" in paper.reading:
        return _rows(request, paper, status)
    return redirect("paper", pk=paper.pk)


def _reading(request: Asked, paper: Any) -> HttpResponse:
    fragment = request.htmx and request.htmx.target == "reading"
    template = "findings/old_ledgers/_reading.html" if fragment else "findings/old_ledgers/reading.html"
    share = paper.progress / paper.progress_of if paper.progress_of else 0
    return render(request, template, {"paper": paper, "share": share})


def _columns(request: Asked, paper: Any, status: int) -> HttpResponse:
    plan, mapping = settled_columns.plan_with(paper, request.GET.get("mapping", ""))
    given = settling.Given(paper.round_id, paper.unit_id, paper.feedback_on, paper.already_fed_back)
    context = settled_columns.context(request.user, paper, plan, given, mapping=mapping)
    return render(request, "findings/old_ledgers/columns.html", context, status=status)


def _rows(request: Asked, paper: Any, status: int) -> HttpResponse:
    context = checking.context(
        request.user,
        paper,
        show=request.GET.get("show", "all"),
        fault=request.GET.get("fault", ""),
        after=number(request.GET.get("after")) or 0,
    )
    return render(request, "findings/old_ledgers/rows.html", context, status=status)


def _refused(request: Asked, paper: Any, refused: Refused) -> HttpResponse:
    """The page as it stands now, with the reason on top."""
    messages.warning(request, wording.refusal(refused))
    status = 422 if isinstance(refused, Invalid) else 409
    return _page(request, _paper(request, paper.pk), status=status)


def _version(request: Asked) -> int:
    told = number(request.POST.get("version"))
    return -1 if told is None else told


@require_POST
def columns(request: Asked, pk: int) -> HttpResponse:
    """The columns as typed are settled; the rows are then read with them."""
    paper = _paper(request, pk)
    if "survey" not in paper.reading:
        return _back(paper)
    typed = settled_columns.typed(paper, request.POST)
    faults: dict[str, Any] = {}
    status = 422
    try:
        settling.settle_columns(
            paper,
            plan=typed.plan,
            given=typed.given,
            actor=request.user,
            version=typed.version,
            save_as=typed.save_as,
        )
        wake()
        return _back(paper)
    except Invalid as refused:
        faults = dict(refused.data["faults"])
    except Conflict as refused:
        # What was typed stays, on the file as it is now.
        messages.warning(request, wording.refusal(refused))
        paper, status = _paper(request, pk), 409
        if paper.state != PaperState.REVIEW:
            return _page(request, paper, status=409)
    except Refused as refused:
        return _refused(request, paper, refused)
    plan, given = typed.plan, typed.given
    context = settled_columns.context(request.user, paper, plan, given, faults=faults, save_as=typed.save_as)
    return render(request, "findings/old_ledgers/columns.html", context, status=status)


@require_POST
def names(request: Asked, pk: int) -> HttpResponse:
    """Unknown names get their meaning, for all rows at once."""
    paper = _paper(request, pk)
    assigned: dict[str, dict[str, int]] = {}
    for kind, unknown in paper.reading.get("unknown", {}).items():
        for place, name in enumerate(unknown):
            key = number(request.POST.get(f"{kind}-{place}"))
            # The words come along: the list may have changed since the page was made.
            if key is not None and request.POST.get(f"{kind}-{place}-words") == name["words"]:
                assigned.setdefault(kind, {})[name["words"]] = key
    try:
        settling.assign_names(paper, assigned=assigned, actor=request.user, version=_version(request))
    except Refused as refused:
        return _refused(request, paper, refused)
    count = sum(map(len, assigned.values()))
    if count:
        told = ngettext("%(count)d name assigned", "%(count)d names assigned", count) % {"count": count}
        messages.success(request, told)
    else:
        messages.info(request, _("No name was assigned. Choose what each name means, then press again."))
    return _back(paper)


@require_POST
def decisions(request: Asked, pk: int) -> HttpResponse:
    """What entering does with rows: one, those chosen, or all that the list is narrowed to."""
    paper = _paper(request, pk)
    decision = request.POST.get("decision", "")
    one = number(request.POST.get("row"))
    chosen = [*request.POST.getlist("chosen"), *request.POST.get("also", "").split(",")]
    keys = numbers(chosen)[:MOST_CHOSEN]
    show, fault = request.POST.get("show", "all"), request.POST.get("fault", "")
    try:
        if one is not None:
            settling.decide_rows(
                paper,
                decision=decision,
                rows=[one],
                was=request.POST.get("was", ""),
                actor=request.user,
                version=None,
            )
            if request.htmx:
                return _row(request, pk, one)
        else:
            everything = request.POST.get("all") == "1"
            count = settling.decide_rows(
                paper,
                decision=decision,
                rows=None if everything else keys,
                show=show,
                fault=fault,
                actor=request.user,
                version=_version(request),
            )
            told = ngettext("%(count)d row decided anew", "%(count)d rows decided anew", count) % {"count": count}
            messages.success(request, told)
    except Refused as refused:
        if request.htmx and one is not None:
            messages.warning(request, wording.refusal(refused))
            return _row(request, pk, one, status=409)
        return _refused(request, paper, refused)
    return _back(paper, request.POST.get("here", "") if request.POST.get("here", "").startswith("?") else "")


def _row(request: Asked, pk: int, row: int, status: int = 200) -> HttpResponse:
    paper = _paper(request, pk)
    rows, _further = old_ledgers.page_of_rows(paper, after=row - 1, size=1)
    if not rows or rows[0].pk != row:
        return HttpResponse(status=404)
    context = {
        "paper": paper,
        "row": checking.row_of(rows[0]),
        "counts": old_ledgers.counts(paper),
        "can_decide": paper.state == PaperState.REVIEW,
        "is_fragment": True,
    }
    return render(request, "findings/old_ledgers/_row.html", context, status=status)


@require_safe
def marked(request: Asked, pk: int) -> HttpResponse | FileResponse:
    """A copy of the file with its faulty cells marked."""
    paper = _paper(request, pk)
    english = not is_chinese()
    try:
        copy = marked_copy(paper, english=english)
    except (DocumentError, Unopenable):
        messages.error(request, _("The copy could not be made. The faults are all listed here, row by row."))
        return _back(paper)
    record_download(request.user, paper, what={"file": "marked_copy", "form": "xlsx"})
    return FileResponse(
        copy,
        as_attachment=True,
        filename=marked_name(paper.name, english=english),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


@require_POST
def corrected(request: Asked, pk: int) -> HttpResponse:
    """A corrected file takes the place of this one."""
    paper = _paper(request, pk)
    file = request.FILES.get("file")
    if file is None:
        messages.warning(request, _("Choose the corrected file first."))
        return _page(request, paper, status=422)
    try:
        settling.correct_file(
            paper, pieces=file.chunks(), name=file.name or "", actor=request.user, version=_version(request)
        )
    except Refused as refused:
        return _refused(request, paper, refused)
    wake()
    return _back(paper)


@require_POST
def enter(request: Asked, pk: int) -> HttpResponse:
    """The rows enter the ledger as planned, all or none."""
    paper = _paper(request, pk)
    try:
        done = applying.apply_rows(paper, actor=request.user, version=_version(request))
    except Refused as refused:
        return _refused(request, paper, refused)
    told = ngettext("%(count)d finding entered", "%(count)d findings entered", done.added) % {"count": done.added}
    messages.success(request, told)
    return _back(paper)


@require_safe
def progress(request: Asked, pk: int) -> HttpResponse:
    """How far entering is; nothing while nothing is entered."""
    paper = _paper(request, pk)
    told = applying.progress_of(paper.pk)
    context = {"paper": paper, "told": told, "share": told[0] / told[1] if told and told[1] else 0}
    return render(request, "findings/old_ledgers/_progress.html", context)
