"""A scheme is changed in the browser or by file: first what it would move is shown, then it is done as a whole."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xuncha.documents.errors import DocumentError
from xuncha.findings.actions.recoding import recode
from xuncha.findings.queries import recoding
from xuncha.rulebook import importing, queries
from xuncha.rulebook.permissions import POLICY
from xuncha.rulebook.queries import Wanted
from xuncha.security.errors import Conflict, Invalid
from xuncha.security.record import record_download
from xuncha.web.asked import number
from xuncha.web.rulebook.preview import fault_lines, preview

SALT: Final = "xuncha.scheme"
LARGEST_FILE: Final = 5 * 1024 * 1024
EMPTY_ROWS: Final = 3
MOST_ROWS: Final = 500
_FIELDS: Final = ("code", "letter", "name", "name_en", "group")


def _scheme(request: HttpRequest, pk: int) -> Any:
    """The scheme to be changed. Errors: 404 for who cannot see schemes' pages, `NotPermitted` for readers."""
    actor: Any = request.user
    POLICY.require(actor, "see_schemes")
    scheme = queries.find_scheme(pk)
    if scheme is None:
        raise Http404
    POLICY.require(actor, "edit_scheme")
    return scheme


@require_http_methods(["GET", "HEAD", "POST"])
def edit_scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """The categories as a table of fields; saving leads to the preview."""
    scheme = _scheme(request, pk)
    if request.method != "POST":
        return _table(request, scheme, _as_they_are(scheme), scheme.version)
    if "payload" in request.POST:
        # Back from the preview: what was typed is still there.
        told = _unsealed(request)
        if told is None:
            return redirect("scheme_edit", pk)
        return _table(request, scheme, told[0], told[1])
    return _previewed(request, scheme, _typed(request), number(request.POST.get("version")) or 0, from_table=True)


@require_http_methods(["GET", "HEAD", "POST"])
def scheme_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The page to upload a scheme as toml, csv or xlsx; the upload leads to the preview."""
    scheme = _scheme(request, pk)
    problem = ""
    if request.method == "POST":
        wanted, problem = _uploaded(request)
        if not problem:
            return _previewed(request, scheme, wanted, scheme.version, from_table=False)
    context = {"scheme": scheme, "problem": problem, "formats": importing.FORMATS}
    return render(request, "rulebook/file.html", context, status=422 if problem else 200)


@require_safe
def scheme_download(request: HttpRequest, pk: int, ending: str) -> HttpResponse | FileResponse:
    """The scheme as a file."""
    actor: Any = request.user
    POLICY.require(actor, "see_schemes")
    scheme = queries.find_scheme(pk)
    if scheme is None or ending not in importing.FORMATS:
        raise Http404
    with tempfile.TemporaryDirectory(prefix="xuncha-scheme-") as folder:
        path = Path(folder) / f"scheme.{ending}"
        categories = list(queries.categories(scheme, with_retired=True).select_related("became"))
        importing.write_scheme(scheme, categories, path)
        record_download(actor, scheme, what={"file": "scheme", "form": ending})
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"{scheme.name}.{ending}")


@require_POST
def apply_scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what the preview showed; if somebody changed the scheme meanwhile, show anew what it would do now."""
    scheme = _scheme(request, pk)
    actor: Any = request.user
    told = _unsealed(request)
    if told is None:
        messages.error(request, _("The preview is no longer valid; please check your changes again."))
        return redirect("scheme_edit", pk)
    wanted, version = told
    try:
        done = recode(scheme, wanted=wanted, actor=actor, version=version)
    except Conflict as refused:
        return _previewed(
            request, refused.data["current"], wanted, refused.data["current"].version, from_table=True, is_conflict=True
        )
    except Invalid:
        return _table(request, scheme, wanted, version, status=422)
    said = ngettext(
        "The scheme was changed; %(count)s finding moved.",
        "The scheme was changed; %(count)s findings moved.",
        done.moved,
    )
    messages.success(request, said % {"count": f"{done.moved:,}"})
    return redirect("scheme", pk)


def _as_they_are(scheme: Any) -> list[Wanted]:
    return [
        Wanted(
            category.code,
            category.name,
            category.letter,
            category.name_en,
            category.group,
            category.retired_on is not None,
            category.became.code if category.became else "",
        )
        for category in queries.categories(scheme, with_retired=True).select_related("became")
    ]


def _typed(request: HttpRequest) -> list[Wanted]:
    """The rows of the table in the order of their numbers; rows without any word are none."""
    rows = []
    for i in range(min(number(request.POST.get("rows")) or 0, MOST_ROWS)):
        values = {name: request.POST.get(f"{name}-{i}", "").strip() for name in _FIELDS}
        if not any(values.values()):
            continue
        state = request.POST.get(f"state-{i}", "use")
        became = state.removeprefix("became:") if state.startswith("became:") else ""
        order = number(request.POST.get(f"order-{i}")) or MOST_ROWS
        rows.append((order, i, Wanted(**values, is_retired=state != "use", became=became)))
    return [wanted for _order, _i, wanted in sorted(rows, key=lambda row: row[:2])]


def _uploaded(request: HttpRequest) -> tuple[list[Wanted], str]:
    file = request.FILES.get("file")
    if file is None or not file.name:
        return [], _("Please choose a file.")
    ending = Path(file.name).suffix.lower()
    if ending.removeprefix(".") not in importing.FORMATS:
        return [], _("“%(name)s” is none of toml, xlsx and csv; please save it as one of them.") % {"name": file.name}
    if (file.size or 0) > LARGEST_FILE:
        return [], _("“%(name)s” is larger than 5 MB; a scheme is a short list.") % {"name": file.name}
    with tempfile.TemporaryDirectory(prefix="xuncha-scheme-") as folder:
        path = Path(folder) / f"scheme{ending}"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        try:
            wanted = importing.read_scheme(path)
        except DocumentError as error:
            return [], str(error).replace(path.name, file.name)
        except Invalid as refused:
            place = str(refused.data.get("place", ""))
            if place:
                return [], _("“%(name)s” is not toml: %(place)s") % {"name": file.name, "place": place}
            return [], _("“%(name)s” holds no list of categories.") % {"name": file.name}
    if len(wanted) > MOST_ROWS:
        return [], _("“%(name)s” holds more than 500 categories.") % {"name": file.name}
    return wanted, ""


def _previewed(
    request: HttpRequest,
    scheme: Any,
    wanted: Sequence[Wanted],
    version: int,
    *,
    from_table: bool,
    is_conflict: bool = False,
) -> HttpResponse:
    """What would change and what it would move; or, with faults, the table with all of them."""
    actor: Any = request.user
    rows = queries.completed(scheme, wanted)
    if queries.faults_of(rows):
        return _table(request, scheme, rows, version, status=422)
    context = {
        "scheme": scheme,
        "payload": _sealed(rows, version),
        "is_conflict": is_conflict,
        "from_table": from_table,
        **preview(actor, scheme, queries.differences(scheme, rows), recoding.bearing),
    }
    return render(request, "rulebook/preview.html", context, status=409 if is_conflict else 200)


def _table(
    request: HttpRequest, scheme: Any, wanted: Sequence[Wanted], version: int, *, status: int = 200
) -> HttpResponse:
    rows = list(wanted)
    faults = queries.faults_of(rows) if status != 200 else []
    wrong: dict[int, list[str]] = {}
    for position, name, _code, _found in faults:
        wrong.setdefault(position, []).append(name)
    names = [(row.code, row.name) for row in rows if row.code]
    shown = [
        {
            "i": i,
            "wanted": row,
            "order": i + 1,
            "wrong": wrong.get(i + 1, []),
            "choices": [(f"became:{code}", name, code == row.became) for code, name in names if code != row.code],
        }
        for i, row in enumerate(rows)
    ]
    shown += [
        {"i": i, "wanted": Wanted("", ""), "order": i + 1, "wrong": [], "choices": [], "is_new": True}
        for i in range(len(rows), len(rows) + EMPTY_ROWS)
    ]
    return render(
        request,
        "rulebook/edit.html",
        {"scheme": scheme, "rows": shown, "number": len(shown), "version": version, "faults": fault_lines(faults)},
        status=status,
    )


def _sealed(wanted: Sequence[Wanted], version: int) -> str:
    """The wanted categories for the way through the browser: nothing is kept on the server until it is applied."""
    return signing.dumps(
        {"rows": [dataclasses.astuple(row) for row in wanted], "version": version}, salt=SALT, compress=True
    )


def _unsealed(request: HttpRequest) -> tuple[list[Wanted], int] | None:
    try:
        told = signing.loads(request.POST.get("payload", ""), salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        return None
    return [Wanted(*row) for row in told["rows"]], int(told["version"])
