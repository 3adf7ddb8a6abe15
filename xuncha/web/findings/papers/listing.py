"""导入: the place for files, and the list of papers by how they stand."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from xuncha.documents.limits import MEBIBYTE
from xuncha.documents.readers import READERS
from xuncha.findings.actions.uploading import Chosen, Received, shown_name, upload
from xuncha.findings.importing.working import wake
from xuncha.findings.permissions import POLICY
from xuncha.findings.queries import papers as queries
from xuncha.findings.queries.papers import PaperFilter
from xuncha.findings.workflow import PaperState
from xuncha.web.asked import Asked, number
from xuncha.web.findings.papers.rows import paper_rows
from xuncha.web.findings.papers.wording import READABLE, paper_round, upload_fault

TABS: Final = (
    ("", gettext_lazy("In hand"), queries.OPEN),
    ("review", gettext_lazy("To be reviewed"), (PaperState.REVIEW,)),
    ("reading", gettext_lazy("Being read"), (*queries.UNDER_WAY, PaperState.ENTERING)),
    ("failed", gettext_lazy("Could not be read"), (PaperState.FAILED,)),
    ("entered", gettext_lazy("Entered"), (PaperState.ENTERED,)),
    ("discarded", gettext_lazy("Discarded"), (PaperState.DISCARDED, PaperState.DESTROYED)),
)
ACCEPTED: Final = ",".join(sorted({*READERS, ".zip"}))
MOST_FOLLOWED: Final = 100
"""Papers of a page that are asked after while they are read."""


@require_safe
def papers(request: Asked) -> HttpResponse:
    """The page, or the list alone for htmx."""
    POLICY.require(request.user, "import_papers")
    context = list_context(request, request.GET)
    if request.htmx and not request.htmx.boosted:
        return render(request, "findings/papers/_list.html", context)
    return render(request, "findings/papers/papers.html", context | upload_context(request))


def list_context(request: Asked, params: QueryDict) -> dict[str, Any]:
    """What the list shows: tabs with counts, filters, rows, and the ways to the next page."""
    tab = params.get("state", "")
    states = next((states for code, _name, states in TABS if code == tab), queries.OPEN)
    narrowed = _filter(params, tuple(states))
    page = queries.page_of_papers(request.user, narrowed, before=number(params.get("before")))
    counts = queries.counts_by_state(request.user)
    rows = paper_rows(page.papers, queries.at_review(page.papers) if page.papers else {})
    kept = {key: str(value) for key, value in params.items() if value and key not in ("before", "_")}
    others = {key: value for key, value in kept.items() if key != "state"}
    return {
        "rows": rows,
        "tabs": [
            {
                "word": name,
                "count": sum(counts[state] for state in states),
                "url": "?" + urlencode(others | ({"state": code} if code else {})),
                "is_current": code == tab,
            }
            for code, name, states in TABS
        ],
        "tab": tab,
        "total": sum(counts.values()),
        "waiting": counts[PaperState.REVIEW],
        "under_way": sum(counts[state] for state in queries.UNDER_WAY),
        "failed": counts[PaperState.FAILED],
        "params": kept,
        "filters": _filters_in_force(kept, request),
        "kinds": queries.KINDS,
        "rounds": [(round.pk, paper_round(round)) for round in queries.rounds_of_papers(request.user)],
        "pager": {
            "previous_url": "?" + urlencode(kept) if params.get("before") else "",
            "next_url": "?" + urlencode({**kept, "before": page.before}) if page.before else "",
        },
        "followed": [row for row in rows if row.is_under_way][:MOST_FOLLOWED],
        "list_query": urlencode(kept),
        "list_url": reverse("papers") if not kept else f"{reverse('papers')}?{urlencode(kept)}",
    }


def upload_context(request: Asked) -> dict[str, Any]:
    """What the place for files needs."""
    return {
        "action": reverse("upload_papers"),
        "accept": ACCEPTED,
        "limit_bytes": settings.UPLOAD_LIMIT_BYTES,
        "limit_words": f"{settings.UPLOAD_LIMIT_BYTES // MEBIBYTE} MB",
        "readable": _(", ").join(READABLE),
        "batch": uuid.uuid4(),
        "all_rounds": [(round.pk, paper_round(round)) for round in queries.rounds_to_choose()],
        "all_units": queries.units_to_choose(request.user),
    }


def _filter(params: QueryDict, states: tuple[str, ...]) -> PaperFilter:
    batch = None
    with contextlib.suppress(ValueError):
        batch = uuid.UUID(params.get("batch", ""))
    kind = params.get("kind", "")
    return PaperFilter(
        states=states if batch is None else (),
        kind=kind if kind in dict(queries.KINDS) else "",
        round=number(params.get("round")),
        unit=number(params.get("unit")),
        by=number(params.get("by")),
        batch=batch,
        q=params.get("q", "").strip()[:100],
    )


def _filters_in_force(kept: dict[str, str], request: Asked) -> list[dict[str, str]]:
    """The filters as boxes that can be taken away."""
    names: dict[str, tuple[str, str]] = {}
    if "q" in kept:
        names["q"] = (_("File"), kept["q"])
    if kept.get("kind") in dict(queries.KINDS):
        names["kind"] = (_("Kind"), str(dict(queries.KINDS)[kept["kind"]]))
    if number(kept.get("round")) is not None:
        round = next((r for r in queries.rounds_to_choose() if r.pk == number(kept["round"])), None)
        names["round"] = (_("Round"), paper_round(round) or "?")
    if number(kept.get("by")) is not None:
        names["by"] = (_("Uploaded by"), _("me") if number(kept["by"]) == request.user.pk else kept["by"])
    if "batch" in kept:
        names["batch"] = (_("Upload"), _("this one"))
    return [
        {
            "name": name,
            "value": value,
            "remove_url": "?" + urlencode({key: kept[key] for key in kept if key != code}),
        }
        for code, (name, value) in names.items()
    ]


@require_safe
def papers_progress(request: Asked) -> HttpResponse:
    """The rows that changed while they were asked after: ``seen`` lists key and version, as ``12.3``.

    What is gone (an archive that became its papers) makes the whole list new.
    """
    POLICY.require(request.user, "import_papers")
    seen: dict[int, int] = {}
    for pair in request.GET.getlist("seen")[:MOST_FOLLOWED]:
        key, _point, version = pair.partition(".")
        if number(key) is not None and number(version) is not None:
            seen[int(key)] = int(version)
    found = list(queries.papers(request.user).filter(pk__in=seen))
    if len(found) < len(seen):
        context = list_context(request, QueryDict(request.GET.get("list", "")))
        response = render(request, "findings/papers/_list.html", context)
        response["HX-Retarget"], response["HX-Reswap"] = "#papers-list", "outerHTML"
        return response
    rows = paper_rows(found, {})
    counts = queries.counts_by_state(request.user)
    return render(
        request,
        "findings/papers/_progress.html",
        {
            "changed": [row for row in rows if row.version != seen[row.pk] or row.standing],
            "followed": [row for row in rows if row.is_under_way],
            "list_query": request.GET.get("list", ""),
            "waiting": counts[PaperState.REVIEW],
            "under_way": sum(counts[state] for state in queries.UNDER_WAY),
            "failed": counts[PaperState.FAILED],
        },
    )


@require_POST
def upload_papers(request: Asked) -> HttpResponse:
    """Take in what was sent; the line of each file for the page's own script, else back to the list."""
    POLICY.require(request.user, "import_papers")
    chosen = _chosen(request.user, request.POST)
    batch = _batch(request.POST)
    received: list[Received] = []
    for file in request.FILES.getlist("files"):
        if fault := getattr(file, "fault", ""):
            received.append(
                Received(shown_name(file.name or ""), fault=fault, data={"limit": settings.UPLOAD_LIMIT_BYTES})
            )
        else:
            sent = upload([(file.name or "", file)], actor=request.user, chosen=chosen, batch=batch)
            received += sent.received
    wake()
    if request.htmx:
        lines = [_line(one) for one in received] or [_nothing_line()]
        return render(request, "findings/papers/_lines.html", {"lines": lines})
    return _told_without_script(request, received)


def _chosen(actor: Any, data: QueryDict) -> Chosen:
    kind = data.get("kind", "")
    rounds = {round.pk for round in queries.rounds_to_choose()}
    round, unit = number(data.get("round")), number(data.get("unit"))
    return Chosen(
        kind=kind if kind in dict(queries.KINDS) else "",
        round_id=round if round in rounds else None,
        unit_id=unit if unit is not None and queries.units_to_choose(actor).filter(pk=unit).exists() else None,
        already_fed_back=data.get("already_fed_back", "1") == "1",
    )


def _batch(data: QueryDict) -> uuid.UUID:
    """The page gives all files of one visit the same batch."""
    try:
        return uuid.UUID(data.get("batch", ""))
    except ValueError:
        return uuid.uuid4()


def _line(received: Received) -> dict[str, Any]:
    if received.paper is None:
        return {
            "name": received.name,
            "state": "wrong",
            "sentence": upload_fault(received.fault, received.data),
        }
    size = filesizeformat(received.paper.file.size)
    url = reverse("paper", args=[received.paper.pk])
    if received.same_as is not None:
        return {
            "name": received.name,
            "size": size,
            "state": "same",
            "sentence": same_sentence(received.same_as),
            "href": url,
            "word": _("Look"),
        }
    is_archive = received.name.lower().endswith(".zip")
    return {
        "name": received.name,
        "size": size,
        "state": "ok",
        "sentence": _("Taken in; it is being unpacked") if is_archive else _("Taken in; it is being read"),
        "href": "" if is_archive else url,
        "word": _("Open"),
    }


def same_sentence(paper: Any) -> str:
    """Which paper the same file was, who sent it and when, and what became of it."""
    return _("The very same file came in already: “%(name)s”, by %(who)s on %(when)s, %(state)s") % {
        "name": paper.name,
        "who": paper.uploaded_by,
        "when": f"{timezone.localtime(paper.uploaded_at):%Y-%m-%d}",
        "state": str(paper.get_state_display()),
    }


def _nothing_line() -> dict[str, Any]:
    return {"name": "", "state": "wrong", "sentence": _("No file arrived. Choose it again.")}


def _told_without_script(request: Asked, received: list[Received]) -> HttpResponse:
    taken = [one for one in received if one.paper is not None and one.same_as is None]
    if not received:
        messages.error(request, _("No file arrived. Choose it again."))
    for one in received:
        if one.paper is None or one.same_as is not None:
            messages.warning(request, _("“%(name)s”: %(sentence)s") % _line(one))
    if taken:
        messages.success(
            request, ngettext("%(n)d file taken in", "%(n)d files taken in", len(taken)) % {"n": len(taken)}
        )
    return redirect("papers")
