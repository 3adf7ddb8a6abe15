"""What is shown, as a file: xlsx or csv, row by row, however many."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import quote

from django.http import FileResponse, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xuncha.documents.writers.listing import csv_lines, write_listing
from xuncha.findings.actions.exporting import export_findings
from xuncha.findings.queries.ledger import LedgerQuery
from xuncha.findings.queries.ledger.choices import chosen
from xuncha.findings.queries.ledger.selection import Selection
from xuncha.findings.queries.ledger.views import list_setting
from xuncha.security import policy
from xuncha.security.roles import Room
from xuncha.web.asked import Asked
from xuncha.web.findings.ledger.columns import Column, columns_for
from xuncha.web.findings.ledger.listing import scope
from xuncha.web.rooms import inside

FORMS = ("xlsx", "csv")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@inside(Room.LEDGER)
def ledger_export(request: Asked) -> HttpResponseBase:
    """The list of the query string (GET), or what was chosen in it (POST), in the columns and the order shown."""
    if request.method == "POST":
        query = LedgerQuery.from_params(QueryDict(request.POST.get("list", "")))
        selection, form = Selection.from_params(request.POST, query), request.POST.get("form", "xlsx")
    else:
        query = LedgerQuery.from_params(request.GET)
        selection, form = Selection(query), request.GET.get("form", "xlsx")
    if form not in FORMS:
        return HttpResponse(status=404)
    reads = policy.reads_the_ledger(request.user)
    columns = columns_for(list_setting(request.user).columns, reads=reads)
    parts = export_findings(selection, form=form, columns=[column.name for column in columns], actor=request.user)
    now = timezone.localtime()
    name = f"{_('Ledger of findings')}-{now:%Y%m%d-%H%M}.{form}"
    headings = [str(column.heading) for column in columns]
    if form == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            _encoded(csv_lines(headings, _rows(parts, columns, get_language()))), content_type="text/csv; charset=utf-8"
        )
    else:
        about = scope(query, chosen(request.user, query), str(selection.count(request.user)))
        # Gone from the disk when the response is closed.
        file: IO[bytes] = tempfile.TemporaryFile(prefix="xuncha-export-")  # noqa: SIM115
        write_listing(
            file,
            title=_("Ledger of findings"),
            note=_("%(scope)s. %(person)s, %(time)s. Internal use")
            % {"scope": about, "person": request.user, "time": f"{now:%Y-%m-%d %H:%M}"},
            headings=headings,
            widths=[column.width for column in columns],
            rows=_rows(parts, columns, get_language()),
        )
        file.seek(0)
        response = FileResponse(file, content_type=WORKBOOK)
    response["Content-Disposition"] = f"attachment; filename=\"ledger.{form}\"; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response


def _rows(parts: Iterator[list[Any]], columns: list[Column], language: str | None) -> Iterator[list[Any]]:
    for part in parts:
        # A stream is read after the request's own language is gone.
        with override(language):
            rows = [[column.text(finding) for column in columns] for finding in part]
        yield from rows


def _encoded(lines: Iterator[str]) -> Iterator[bytes]:
    for line in lines:
        yield line.encode("utf-8", "replace")
