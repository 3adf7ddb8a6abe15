"""A list of units is taken over: uploaded, shown with all that is wrong, then done as a whole."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from xuncha.documents.errors import DocumentError
from xuncha.organisation import actions
from xuncha.organisation.importing import Fault, plan_units, read_units
from xuncha.organisation.permissions import POLICY
from xuncha.security.errors import Conflict, Invalid

SALT: Final = "xuncha.units"
LARGEST_FILE: Final = 5 * 1024 * 1024
ENDINGS: Final = (".xlsx", ".csv", ".xls")
_FIELDS: Final = {
    "name": gettext_lazy("Full name"),
    "short_name": gettext_lazy("Short name"),
    "sector": gettext_lazy("Sector"),
    "parent": gettext_lazy("Unit above it"),
}
_FAULTS: Final = {
    "required": gettext_lazy("the name is missing"),
    "too_long": gettext_lazy("too long; please shorten it"),
    "twice_in_list": gettext_lazy("the list has this unit twice (name, first row)"),
    "short_name_taken": gettext_lazy("another unit has this short name; please give one that tells them apart"),
    "unknown_sector": gettext_lazy("there is no such sector; please write one of the sectors' names or leave it empty"),
    "unknown_parent": gettext_lazy(
        "neither the list nor the system has this unit; please write its full or short name"
    ),
    "own_parent": gettext_lazy("a unit cannot stand above itself"),
    "circle": gettext_lazy("the units stand above one another in a circle"),
}
_KINDS: Final = {
    "added": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "same": gettext_lazy("there already"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def import_units(request: HttpRequest) -> HttpResponse:
    """Upload, preview and takeover of a list of units."""
    actor: Any = request.user
    POLICY.require(actor, "import_units")
    if "payload" in request.POST:
        return _taken_over(request, actor)
    problem = ""
    if request.method == "POST":
        planned, faults, problem = _read(request)
        if not problem:
            return _previewed(request, planned, faults)
    return render(request, "organisation/import.html", {"problem": problem}, status=422 if problem else 200)


def _read(request: HttpRequest) -> tuple[list[Any], list[Fault], str]:
    file = request.FILES.get("file")
    if file is None or not file.name:
        return [], [], _("Please choose a file.")
    ending = Path(file.name).suffix.lower()
    if ending not in ENDINGS:
        return [], [], _("“%(name)s” is neither xlsx nor csv; please save it as one of them.") % {"name": file.name}
    if (file.size or 0) > LARGEST_FILE:
        return [], [], _("“%(name)s” is larger than 5 MB; a list of units is short.") % {"name": file.name}
    with tempfile.TemporaryDirectory(prefix="xuncha-units-") as folder:
        path = Path(folder) / f"units{ending}"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        try:
            rows = read_units(path)
        except DocumentError as error:
            return [], [], str(error).replace(path.name, file.name)
    if not rows:
        return [], [], _("“%(name)s” has no rows under its head.") % {"name": file.name}
    planned, faults = plan_units(rows)
    return planned, faults, ""


def _previewed(request: HttpRequest, planned: list[Any], faults: list[Fault]) -> HttpResponse:
    kinds = [row.kind for row in planned]
    context = {
        "rows": [(row, _KINDS[row.kind]) for row in planned],
        "added": kinds.count("added"),
        "changed": kinds.count("changed"),
        "same": kinds.count("same"),
        "faults": [
            (
                f"row-{fault.row}",
                _("Row %(row)s, %(field)s") % {"row": fault.row, "field": _FIELDS[fault.field]},
                f"{_FAULTS[fault.code]}" + (_(" (“%(found)s”)") % {"found": fault.found} if fault.found else ""),
            )
            for fault in faults
        ],
        "wrong": {fault.row for fault in faults},
        "payload": ""
        if faults
        else signing.dumps([dataclasses.asdict(row) for row in planned], salt=SALT, compress=True),
    }
    return render(request, "organisation/import_preview.html", context, status=422 if faults else 200)


def _taken_over(request: HttpRequest, actor: Any) -> HttpResponse:
    try:
        rows = signing.loads(request.POST["payload"], salt=SALT, max_age=24 * 3600)
        added, changed = actions.import_units(rows, actor=actor)
    except signing.BadSignature:
        messages.error(request, _("The preview is no longer valid; please upload the list again."))
        return redirect("units_import")
    except (Conflict, Invalid):
        messages.error(
            request, _("The units changed since the preview; nothing was taken over. Please upload it again.")
        )
        return redirect("units_import")
    said = ngettext("%(added)s unit added", "%(added)s units added", len(added)) % {"added": len(added)}
    said += _(", %(changed)s changed.") % {"changed": len(changed)}
    messages.success(request, said)
    return redirect("units")
