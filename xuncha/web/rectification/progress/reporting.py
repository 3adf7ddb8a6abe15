"""A unit reports on many measures at once; all of it or nothing is taken, and what was typed stays."""

from __future__ import annotations

import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods

from xuncha.documents.limits import MEBIBYTE
from xuncha.rectification.actions.reporting import Report, report_progress
from xuncha.rectification.permissions import units_signed_for_by
from xuncha.rectification.queries import items as queries
from xuncha.rectification.queries.items import ItemFilter
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.policy import standing
from xuncha.security.roles import UNIT_ROLES, Room
from xuncha.web.asked import Asked, day, fen, number
from xuncha.web.faults import fault_words
from xuncha.web.rectification.items.listing import place, place_words
from xuncha.web.rectification.items.page import measure_row
from xuncha.web.rectification.items.showing import item_row
from xuncha.web.rectification.showing import rooms
from xuncha.web.rooms import inside
from xuncha.web.rounds.chosen import chosen_round

ITEMS: Final = 20
"""Items on one page, each with all its measures."""
Typed = dict[int, dict[str, Any]]
"""What was typed, by measure: the words of each field."""


def may_report(actor: Any) -> bool:
    """Whether the person acts for a unit at all; which measures are his or hers is asked in the query."""
    return bool(standing(actor).partial & UNIT_ROLES)


@require_http_methods(["GET", "HEAD", "POST"])
@inside(Room.RECTIFICATION)
def report(request: Asked) -> HttpResponse:
    """The measures of the unit's items that nobody looks at, the earliest due first."""
    if not may_report(request.user):
        raise NotPermitted("not_permitted", act="report_progress")
    if request.method == "POST":
        return _reported(request)
    return _page(request)


def _page(
    request: Asked,
    *,
    typed: Typed | None = None,
    on: str = "",
    faults: dict[str, Any] | None = None,
    told: str = "",
    changed: frozenset[int] = frozenset(),
) -> HttpResponse:
    round = chosen_round(request)
    one = number(request.GET.get("item"))
    following = None
    if typed is not None:
        found = queries.some_items(request.user, queries.items_of_measures(request.user, typed))
    elif one is not None:
        item = queries.find_item(request.user, one)
        found = [item] if item is not None else []
    else:
        narrowed = ItemFilter(round=round.pk if round else None, is_workable=True)
        page = queries.page(request.user, narrowed, after=place(request.GET.get("after", "")), size=ITEMS)
        found, following = page.items, page.after
    rows = rows_of(request, found, typed or {}, faults or {}, changed)
    there = {each["measure"].pk for row in rows for each in row["measures"]}
    context = {
        "round": round,
        "rooms": rooms(request, "report_progress"),
        "rows": rows,
        "is_one": one is not None,
        # Each page keeps its own texts, also when it comes back with what was refused.
        "draft": f"item-{one}" if one else f"{round.pk if round else 0}-{request.GET.get('after', '')}",
        "measures": [each for row in rows if row["is_open"] for each in row["measures"]],
        "choices": queries.PROGRESS_CHOICES,
        "on": on or f"{timezone.localdate():%Y-%m-%d}",
        "on_fault": (faults or {}).get("on", ""),
        "told": told,
        # Words for measures that were taken out meanwhile.
        "gone": [said["words"] for key, said in (typed or {}).items() if key not in there and said["words"]],
        "faults": [_fault_line(name, words, rows) for name, words in (faults or {}).items()],
        "next_url": "?" + urlencode({"after": place_words(following)}) if following else "",
        **upload_context(),
    }
    status = 422 if faults else 409 if told else 200
    return render(request, "rectification/progress/report.html", context, status=status)


def upload_context() -> dict[str, Any]:
    """What the place for evidence needs."""
    return {
        "action": reverse("evidence_upload"),
        "limit_bytes": settings.UPLOAD_LIMIT_BYTES,
        "limit_words": f"{settings.UPLOAD_LIMIT_BYTES // MEBIBYTE} MB",
        "small": True,
        "is_beside": True,
    }


def rows_of(
    request: Asked, items: list[Any], typed: Typed, faults: dict[str, Any], changed: frozenset[int]
) -> list[dict[str, Any]]:
    """Items with their measures, each with what was typed, or how it stands."""
    by_item = queries.measures_by_item(request.user, [item.pk for item in items])
    people = queries.people_by_measure(request.user, [m.pk for rows in by_item.values() for m in rows])
    signed = set(units_signed_for_by(request.user).values_list("scope_id", flat=True))
    alerts = queries.item_alerts()
    workable = ("none", "returned", "reopened")
    return [
        {
            **item_row(item, alerts),
            "is_open": item.closure in workable,
            "measures": [
                _measure(measure, item, item.unit_id in signed, people.get(measure.pk, {}), typed, faults, changed)
                for measure in by_item[item.pk]
            ],
        }
        for item in items
    ]


def _measure(
    measure: Any,
    item: Any,
    may_see_people: bool,
    people: dict[str, int],
    typed: Typed,
    faults: dict[str, Any],
    changed: frozenset[int],
) -> dict[str, Any]:
    said = typed.get(measure.pk, {})
    shown = measure_row(measure, item)
    wrong = {
        name.partition(".")[2]: words for name, words in faults.items() if name.partition(".")[0] == str(measure.pk)
    }
    return {
        **shown,
        "words": said.get("words", ""),
        "chosen": said.get("progress", measure.progress),
        "rules": said.get("rules", ""),
        "recovered": said.get("recovered", ""),
        "forms": [
            (code, label, people.get(code, 0), said.get(f"people_{code}", ""), wrong.get(f"people_{code}", ""))
            for code, label in queries.FORM_CHOICES
        ]
        if may_see_people
        else [],
        "version": measure.version,
        "is_changed": measure.pk in changed,
        "wrong": wrong,
    }


def _fault_line(name: str, words: Any, rows: list[dict[str, Any]]) -> tuple[str, str, Any]:
    key, _point, field = name.partition(".")
    if not field:
        return "id_on", _("As of"), words
    labels = {
        "words": pgettext("of a measure", "What was done"),
        "progress": pgettext("of an item", "Progress"),
        "rules_made": _("Rules made"),
        "recovered": _("Money recovered"),
    }
    text = next(
        (each["measure"].text for row in rows for each in row["measures"] if str(each["measure"].pk) == key), ""
    )
    return f"{field}-{key}", f"{text[:20]} {labels.get(field, _('People dealt with'))}", words


def _typed(request: Asked) -> Typed:
    """The rows in which something was typed; the others stay as they are."""
    found: Typed = {}
    for key in (number(words) for words in request.POST.getlist("measure")):
        if key is None:
            continue
        fields = {name: request.POST.get(f"{name}-{key}", "").strip() for name in ("words", "rules", "recovered")}
        forms = {
            f"people_{code}": request.POST.get(f"people_{code}-{key}", "").strip() for code, _l in queries.FORM_CHOICES
        }
        progress = request.POST.get(f"progress-{key}", "")
        if any(fields.values()) or any(forms.values()) or progress != request.POST.get(f"was-{key}", ""):
            version = number(request.POST.get(f"version-{key}")) or 0
            found[key] = {**fields, **forms, "progress": progress, "version": version}
    return found


def _reported(request: Asked) -> HttpResponse:
    typed = _typed(request)
    if not typed:
        messages.warning(request, _("Nothing was reported: write what was done beside at least one measure."))
        return redirect("report_progress")
    words = request.POST.get("on", "").strip()
    on, faults = day(words), {}
    if on is None:
        faults["on"] = _("Write the day as 2026-08-26")
    reports = [_report(key, said, on or timezone.localdate(), faults) for key, said in typed.items()]
    if faults:
        return _page(request, typed=typed, on=words, faults=faults)
    try:
        done = report_progress(reports, actor=request.user)
    except Invalid as refused:
        said = {_shown(name): fault_words(fault) for name, fault in refused.data["faults"].items()}
        return _page(request, typed=typed, on=words, faults=said)
    except Conflict as refused:
        told = _(
            "Somebody of your unit reported on some of these measures meanwhile. What you typed is below; "
            "look at what they wrote, and save again."
        )
        return _page(request, typed=typed, on=words, told=told, changed=frozenset(refused.data["measures"]))
    except IllegalTransition:
        told = _("One of the items is applied for or closed; nothing of it can be reported now. The others can.")
        return _page(request, typed=typed, on=words, told=told)
    said_words = ngettext("%(n)s measure reported.", "%(n)s measures reported.", len(done)) % {"n": len(done)}
    messages.success(request, said_words)
    one = number(request.GET.get("item"))
    return redirect("item", one) if one is not None else redirect("report_progress")


def _report(key: int, said: dict[str, Any], on: datetime.date, faults: dict[str, Any]) -> Report:
    rules = number(said["rules"]) if said["rules"] else 0
    if rules is None:
        faults[f"{key}.rules_made"] = _("Write a whole number.")
    recovered = fen(said["recovered"]) if said["recovered"] else 0
    if recovered is None:
        faults[f"{key}.recovered"] = _("Write the money in yuan, such as 286400.50.")
    people: dict[str, int] = {}
    for code, _label in queries.FORM_CHOICES:
        if not said[f"people_{code}"]:
            continue
        counted = number(said[f"people_{code}"])
        if counted is None:
            faults[f"{key}.people_{code}"] = _("Write a whole number.")
        people[code] = counted or 0
    return Report(key, said["progress"], said["words"], on, said["version"], rules or 0, recovered or 0, people)


def _shown(name: str) -> str:
    """The day is one for the whole page."""
    return "on" if name.endswith(".on") else name
