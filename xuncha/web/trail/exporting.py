"""The entries of the list as a file: what its reader may see of them, row by row, however many."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any
from urllib.parse import quote

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xuncha.documents.writers.listing import csv_lines, write_listing
from xuncha.security.exporting import export_trail
from xuncha.security.reading import TrailQuery
from xuncha.web.asked import Asked
from xuncha.web.trail import showing

FORMS = ("xlsx", "csv")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (10, 20, 14, 16, 20, 18, 22, 50, 30, 10, 16, 68)


def headings() -> list[str]:
    """The heads of the columns."""
    return [
        _("Entry"),
        _("Time"),
        pgettext("trail", "Person"),
        _("Account"),
        _("Role"),
        pgettext("trail", "Act"),
        _("Object"),
        _("What it tells"),
        _("Reason"),
        _("Way in"),
        _("Network address"),
        _("Link of the chain"),
    ]


@require_safe
def trail_export(request: Asked) -> HttpResponseBase:
    """The list of the query string, oldest first."""
    form = request.GET.get("form", "xlsx")
    if form not in FORMS:
        return HttpResponse(status=404)
    parts = export_trail(TrailQuery.from_params(request.GET), form=form, actor=request.user)
    now = timezone.localtime()
    name = f"{_('Trail')}-{now:%Y%m%d-%H%M}.{form}"
    rows = _rows(parts, get_language())
    if form == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            (line.encode("utf-8", "replace") for line in csv_lines(headings(), rows)),
            content_type="text/csv; charset=utf-8",
        )
    else:
        # Gone from the disk when the response is closed.
        file: IO[bytes] = tempfile.TemporaryFile(prefix="xuncha-export-")  # noqa: SIM115
        note = _("%(person)s, %(time)s. Internal use") % {"person": request.user, "time": f"{now:%Y-%m-%d %H:%M}"}
        write_listing(file, title=_("Trail"), note=note, headings=headings(), widths=WIDTHS, rows=rows)
        file.seek(0)
        response = FileResponse(file, content_type=WORKBOOK)
    response["Content-Disposition"] = f"attachment; filename=\"trail.{form}\"; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response


def _rows(parts: Iterable[list[Any]], language: str | None) -> Iterator[list[Any]]:
    for part in parts:
        # A stream is read after the request's own language is gone.
        with override(language):
            lines = [
                [
                    str(row.seq), f"{timezone.localtime(row.at):%Y-%m-%d %H:%M:%S}", row.who, row.account, row.role,
                    row.act, row.object, row.summary, row.reason, row.way, row.address, bytes(entry.link).hex(),
                ]
                for row, entry in zip(showing.rows(part), part, strict=True)
            ]  # fmt: skip
        yield from lines
