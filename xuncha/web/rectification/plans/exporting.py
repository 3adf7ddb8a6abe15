"""A plan as a workbook to be printed: the three lists, each on a sheet, and the timetable week by week."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from xuncha.documents.writers.workbook import Column, Properties, Row, Sheet, write_workbook
from xuncha.rectification.actions.planning import export_plan
from xuncha.rectification.queries import plans as queries
from xuncha.web.asked import Asked
from xuncha.web.language import in_language
from xuncha.web.rectification.plans import drawing, wording
from xuncha.web.rounds.wording import round_name

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WEEK: Final = datetime.timedelta(days=7)
# Weeks that a sheet has room for; of a longer plan each column is two weeks, or more.
_WEEKS: Final = 26


@require_POST
def export(request: Asked, pk: int) -> HttpResponseBase:
    """The plan as far as the person may see it."""
    plan = queries.find_plan(request.user, pk)
    if plan is None:
        raise Http404
    seen = export_plan(plan, actor=request.user)
    now = timezone.localtime()
    subtitle = _("%(unit)s, %(round)s, draft %(n)s; %(person)s, %(time)s. Internal use") % {
        "unit": plan.unit.name,
        "round": round_name(plan.round),
        "n": plan.draft_no,
        "person": request.user,
        "time": f"{now:%Y-%m-%d %H:%M}",
    }
    title = _("Rectification plan")
    sheets = [
        _findings(seen.items, subtitle),
        _tasks(seen.items, subtitle),
        _duties(seen.items, subtitle),
        _timetable(seen.items, subtitle, queries.period_end(plan)),
    ]
    with tempfile.TemporaryDirectory(prefix="xuncha-export-") as folder:
        path = Path(folder) / "plan.xlsx"
        write_workbook(path, sheets, properties=Properties(title=title, application="Xuncha"))
        # Opened it stays readable after its name is gone.
        file = path.open("rb")
    response = FileResponse(file, content_type=WORKBOOK)
    name = f"{title}-{plan.unit.short_name}-{now:%Y%m%d-%H%M}.xlsx"
    response["Content-Disposition"] = f"attachment; filename=\"plan.xlsx\"; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response


def _day(day: datetime.date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _findings(items: Sequence[Any], subtitle: str) -> Sheet:
    columns = (
        Column(_("Number"), 16),
        Column(_("Category"), 18),
        Column(_("Finding"), 48),
        Column(_("Own manifestations"), 40),
        Column(_("Horizon"), 12, "center"),
        Column(_("Due"), 12, "center"),
    )
    rows = [
        Row(
            (
                each.item.finding.number,
                in_language(each.item.finding.category.name, each.item.finding.category.name_en)
                if each.item.finding.category
                else "",
                each.item.finding.statement,
                each.item.claim.manifestations,
                str(each.item.get_horizon_display()),
                _day(each.item.due_on),
            )
        )
        for each in items
    ]
    name = pgettext("list", "Findings")
    return Sheet(name, name, columns, rows, subtitle=subtitle)


def _tasks(items: Sequence[Any], subtitle: str) -> Sheet:
    heads = [wording.FIELDS[name] for name in ("kind", "goal", "output", "phase")]
    columns = (
        Column(_("Number"), 16, merged=True),
        Column(_("Finding"), 30, merged=True),
        Column(str(wording.FIELDS["text"]), 40),
        Column(str(heads[0]), 12, "center"),
        Column(str(heads[1]), 24),
        Column(str(heads[2]), 18),
        Column(str(wording.FIELDS["due_on"]), 12, "center"),
        Column(str(heads[3]), 12, "center"),
    )

    def cells(measure: Any) -> tuple[str, ...]:
        kind = str(measure.get_kind_display())
        return measure.text, kind, measure.goal, measure.output, _day(measure.due_on), measure.phase

    name = pgettext("list", "Tasks")
    return Sheet(name, name, columns, _rows(items, cells, 6), subtitle=subtitle)


def _duties(items: Sequence[Any], subtitle: str) -> Sheet:
    names = ("lead_leader", "responsible_leader", "lead_section", "co_sections", "person")
    columns = (
        Column(_("Number"), 16, merged=True),
        Column(_("Finding"), 30, merged=True),
        Column(str(wording.FIELDS["text"]), 40),
        *(Column(str(wording.FIELDS[name]), 16, "center") for name in names),
    )

    def cells(measure: Any) -> tuple[str, ...]:
        return measure.text, *(getattr(measure, name) for name in names)

    name = pgettext("list", "Duties")
    return Sheet(name, name, columns, _rows(items, cells, 6), subtitle=subtitle)


def _rows(items: Sequence[Any], cells: Any, width: int) -> list[Row]:
    """A row for each measure; an item without any has one that says so."""
    found = []
    for each in items:
        head = (each.item.finding.number, each.item.finding.statement)
        bodies = [cells(measure) for measure in each.measures] or [(_("No measure yet"), *[""] * (width - 1))]
        found += [Row((*head, *body), group=str(each.item.pk)) for body in bodies]
    return found


def _timetable(items: Sequence[Any], subtitle: str, period_end: datetime.date | None) -> Sheet:
    """Each column is a week, named by its Monday: ■ what is done or was reported, □ what is planned, ◇ the output."""
    today = timezone.localdate()
    scale = drawing.scale_of(items, today, period_end)
    weeks = scale.days // 7
    step = -(-weeks // _WEEKS)
    starts = [scale.first + _WEEK * i for i in range(0, weeks, step)]
    columns = (
        Column(_("Number"), 16, merged=True),
        Column(_("Finding"), 24, merged=True),
        Column(str(wording.FIELDS["text"]), 30),
        Column(str(wording.FIELDS["starts_on"]), 11, "center"),
        Column(str(wording.FIELDS["due_on"]), 11, "center"),
        *(Column(f"{day:%m-%d}", 5.5, "center") for day in starts),
    )

    def cells(measure: Any) -> tuple[str, ...]:
        marks = [_mark(measure, day, day + _WEEK * step) for day in starts]
        return measure.text, _day(measure.starts_on), _day(measure.due_on), *marks

    name = _("Timetable")
    return Sheet(name, name, columns, _rows(items, cells, 3 + len(starts)), subtitle=subtitle)


def _mark(measure: Any, first: datetime.date, end: datetime.date) -> str:
    """What stands in the column of the days from ``first`` until before ``end``."""
    if measure.due_on is None:
        return ""
    starts = measure.starts_on or measure.due_on
    if starts >= end or measure.due_on < first:
        return ""
    if measure.output and first <= measure.due_on < end:
        return "◇"
    reported = getattr(measure, "reported_on", None)
    is_done = queries.is_done(measure) or (reported is not None and reported >= first)
    return "■" if is_done else "□"
