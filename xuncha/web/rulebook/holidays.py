"""The calendar by which time runs: weekdays of rest, public holidays, make-up workdays; changed after a preview."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xuncha.documents.errors import DocumentError
from xuncha.rectification.actions import timing
from xuncha.rulebook import importing, queries
from xuncha.rulebook.permissions import POLICY
from xuncha.rulebook.queries import WantedDay
from xuncha.security.errors import Conflict, Invalid
from xuncha.security.record import record_download
from xuncha.web.asked import number, numbers
from xuncha.web.faults import fault_words
from xuncha.web.language import in_language
from xuncha.web.rulebook import times

SALT: Final = "xuncha.holidays"
LARGEST_FILE: Final = 2 * 1024 * 1024
_FAULTS: Final = {
    "not_a_day": lazy("is no day; please write it like 2027-01-01"),
    "day_twice": lazy("stands twice; please take one of the rows away"),
    "off_or_worked": lazy("is neither %(off)s nor %(worked)s; please write one of them"),
    "required": lazy("is empty; please fill it in"),
    "too_long": lazy("is too long; please shorten it"),
}


@require_safe
def holidays_page(request: HttpRequest) -> HttpResponse:
    """The days of one year that differ from their weekday, holiday by holiday."""
    actor: Any = request.user
    POLICY.require(actor, "see_times")
    years = queries.years_of_holidays()
    asked = number(request.GET.get("year"))
    year = (
        asked
        if asked in years
        else next((y for y in years if y <= timezone.localdate().year), max(years, default=None))
    )
    days = list(queries.holidays(year)) if year is not None else []
    week = queries.work_week()
    return render(
        request,
        "rulebook/holidays.html",
        {
            "years": years,
            "year": year,
            "holidays": _spans(days),
            "off": sum(each.is_off for each in days),
            "worked": sum(not each.is_off for each in days),
            "rest_words": times.rest_words(queries.weekdays(week.rest_weekdays)),
            "last_year": max(years, default=0),
            "is_short": max(years, default=0) < timezone.localdate().year + (timezone.localdate().month > 10),
            "may_edit": POLICY.may(actor, "change_calendar"),
        },
    )


def _spans(days: Sequence[Any]) -> list[dict[str, Any]]:
    """A holiday a row: from, until, how many days off, and which days are worked for it."""
    found: list[dict[str, Any]] = []
    ordered = sorted(days, key=lambda each: (each.name, each.day))
    for name, group in itertools.groupby(ordered, key=lambda each: each.name):
        rows = list(group)
        off = [each.day for each in rows if each.is_off]
        found.append(
            {
                "name": in_language(name, rows[0].name_en),
                "first": min(off, default=None),
                "last": max(off, default=None),
                "off": len(off),
                "worked": [each.day for each in rows if not each.is_off],
                "source": rows[0].source,
            }
        )
    return sorted(found, key=lambda row: row["first"] or row["worked"][0])


def _may_change(request: HttpRequest) -> Any:
    actor: Any = request.user
    POLICY.require(actor, "change_calendar")
    return actor


@require_http_methods(["GET", "HEAD", "POST"])
def holidays_file(request: HttpRequest) -> HttpResponse:
    """The page to upload a year's holidays; the upload leads to the preview."""
    _may_change(request)
    problem = ""
    faults: list[tuple[str, str, str]] = []
    week = queries.work_week()
    if request.method == "POST":
        days, problem, faults = _uploaded(request)
        if not problem and not faults:
            return _previewed(request, queries.weekdays(week.rest_weekdays), days, week.version)
    context = {"problem": problem, "faults": faults, "formats": importing.DAY_FORMATS}
    return render(request, "rulebook/holidays_file.html", context, status=422 if problem or faults else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def rest_days(request: HttpRequest) -> HttpResponse:
    """The weekdays of rest; saving leads to the preview."""
    _may_change(request)
    week = queries.work_week()
    rest, problem = queries.weekdays(week.rest_weekdays), ""
    if request.method == "POST":
        rest = frozenset(numbers(request.POST.getlist("rest")))
        if rest < frozenset(range(1, 8)):
            return _previewed(request, rest, [], number(request.POST.get("version")) or 0)
        problem = fault_words("no_work")
    context = {
        "week": week,
        "problem": problem,
        "weekdays": [(day, word, day in rest) for day, word in times.WEEKDAYS],
    }
    return render(request, "rulebook/rest_days.html", context, status=422 if problem else 200)


@require_safe
def holidays_download(request: HttpRequest, ending: str) -> HttpResponse | FileResponse:
    """The holidays as a file: of a year, or of all."""
    actor: Any = request.user
    POLICY.require(actor, "see_times")
    year = number(request.GET.get("year"))
    if ending not in importing.DAY_FORMATS or (year is not None and year not in queries.years_of_holidays()):
        raise Http404
    with tempfile.TemporaryDirectory(prefix="xuncha-days-") as folder:
        path = Path(folder) / f"days.{ending}"
        importing.write_days(queries.holidays(year), path)
        record_download(actor, queries.work_week(), what={"file": "holidays", "form": ending})
        name = f"{importing.DAYS_TITLE}{year or ''}.{ending}"
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)


@require_POST
def apply_holidays(request: HttpRequest) -> HttpResponse:
    """Do what the preview showed; if somebody changed the calendar meanwhile, show anew what it would do now."""
    actor = _may_change(request)
    try:
        told = signing.loads(request.POST.get("payload", ""), salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        messages.error(request, _("The preview is no longer valid; please check your changes again."))
        return redirect("holidays")
    rest = frozenset(told["rest"])
    days = [WantedDay(datetime.date.fromisoformat(row[0]), *row[1:]) for row in told["days"]]
    try:
        _week, moved = timing.change_calendar(rest_weekdays=rest, days=days, actor=actor, version=told["version"])
    except Conflict as refused:
        return _previewed(request, rest, days, refused.data["current"].version, is_conflict=True)
    messages.success(request, times.moved_words(moved))
    return redirect("holidays")


def _uploaded(request: HttpRequest) -> tuple[list[WantedDay], str, list[tuple[str, str, str]]]:
    """The days of the file; or one problem of the file as a whole, or the faults of its rows."""
    file = request.FILES.get("file")
    if file is None or not file.name:
        return [], _("Please choose a file."), []
    ending = Path(file.name).suffix.lower()
    if ending.removeprefix(".") not in importing.DAY_FORMATS:
        return [], _("“%(name)s” is neither xlsx nor csv; please save it as one of them.") % {"name": file.name}, []
    if (file.size or 0) > LARGEST_FILE:
        return [], _("“%(name)s” is larger than 2 MB; a calendar is a short list.") % {"name": file.name}, []
    with tempfile.TemporaryDirectory(prefix="xuncha-days-") as folder:
        path = Path(folder) / f"days{ending}"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        try:
            return importing.read_days(path), "", []
        except DocumentError as error:
            return [], str(error).replace(path.name, file.name), []
        except Invalid as refused:
            if refused.code == "no_days":
                return [], _("“%(name)s” holds no days.") % {"name": file.name}, []
            return [], "", [_fault_line(*row) for row in refused.data["rows"]]


def _fault_line(line: int, head: str, code: str, found: str) -> tuple[str, str, str]:
    place = _("Line %(line)s, column %(head)s") % {"line": line, "head": head}
    words = _FAULTS[code] % {"off": importing.OFF, "worked": importing.WORKED}
    return "file", place, _("“%(found)s” %(fault)s.") % {"found": found, "fault": words} if found else f"{words}."


def _previewed(
    request: HttpRequest, rest: frozenset[int], days: Sequence[WantedDay], version: int, *, is_conflict: bool = False
) -> HttpResponse:
    """Which days would change, and which due dates would move by it."""
    actor: Any = request.user
    week = queries.work_week()
    before = queries.weekdays(week.rest_weekdays)
    payload = {
        "rest": sorted(rest),
        "days": [(each.day.isoformat(), *dataclasses.astuple(each)[1:]) for each in days],
        "version": version,
    }
    moves = times.moves_of(actor, work=queries.calendar_with(rest, days))
    context = {
        "lines": [_line(was, will) for was, will in queries.day_differences(days)],
        "years": sorted({each.day.year for each in days}),
        "rest_before": times.rest_words(before),
        "rest_after": times.rest_words(rest),
        "rest_changes": before != rest,
        "moves": moves,
        "moved": sum(move["units"] for move in moves),
        "payload": signing.dumps(payload, salt=SALT, compress=True),
        "is_conflict": is_conflict,
    }
    return render(request, "rulebook/holidays_preview.html", context, status=409 if is_conflict else 200)


def _line(was: WantedDay | None, will: WantedDay | None) -> dict[str, Any]:
    one = will or was
    return {"day": one.day if one else None, "before": _words(was), "after": _words(will)}


def _words(day: WantedDay | None) -> str:
    if day is None:
        return ""
    return f"{_('off') if day.is_off else _('worked')} · {in_language(day.name, day.name_en)}"
