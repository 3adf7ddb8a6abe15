"""The page of the list."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from xuncha.findings.queries.ledger import SORTS, LedgerQuery, count, hidden_by_filters, page
from xuncha.findings.queries.ledger.bulk import further_schemes
from xuncha.findings.queries.ledger.choices import chosen, current_round, facets_for
from xuncha.findings.queries.ledger.conditions import words_of
from xuncha.findings.queries.ledger.marking import marked, pieces
from xuncha.findings.queries.ledger.searched import searched_texts
from xuncha.findings.queries.ledger.views import DENSITIES, list_setting
from xuncha.security import policy
from xuncha.security.roles import Room
from xuncha.web.asked import Asked
from xuncha.web.findings.ledger import saved
from xuncha.web.findings.ledger.addresses import ledger_url
from xuncha.web.findings.ledger.columns import ALWAYS, COLUMNS, OFFICE_ONLY, Column, columns_for, day, unit_words
from xuncha.web.findings.ledger.words import FACETS, value_name
from xuncha.web.language import name_of
from xuncha.web.rooms import inside

LAST: Final = "xuncha_ledger"
PRINTED: Final = 2000
# Columns whose words stay on one line on paper.
SHORT: Final = frozenset({"leader", "due", "state", "source", "severity", "nature", "origin", "changed"})
DENSITY_WORDS: Final = {"compact": lazy("Compact"), "normal": lazy("Normal"), "wide": lazy("Wide")}


@require_safe
@inside(Room.LEDGER)
def ledger(request: Asked) -> HttpResponse:
    """台账: a page of findings with its tabs, filters and tools; ``print`` gives it for paper, in one piece."""
    if not request.GET:
        return HttpResponseRedirect(_where_one_was(request))
    query = LedgerQuery.from_params(request.GET)
    context = listed(request, query, printing="print" in request.GET)
    if request.htmx and request.htmx.target == "ledger":
        response = render(request, "findings/ledger/_ledger.html", context)
    else:
        context |= saved.tabs(request, query)
        response = render(request, "findings/ledger/ledger.html", context)
    _remember(request, response, query)
    return response


def _where_one_was(request: Asked) -> str:
    """The list this person looked at last, else the newest round."""
    owner, _sep, params = request.COOKIES.get(LAST, "").partition(":")
    if params and owner == str(request.user.pk):
        return ledger_url(LedgerQuery.from_params(QueryDict(params)))
    newest = current_round(request.user)
    return ledger_url(LedgerQuery(filters={"round": (str(newest),)} if newest else {}))


def _remember(request: Asked, response: HttpResponse, query: LedgerQuery) -> None:
    # In the browser, for the session: reading a page writes no row. Words are not kept.
    params = query.with_words("").to_params() or "round="
    value = f"{request.user.pk}:{params}"
    if len(value) < 1000 and request.COOKIES.get(LAST) != value:
        response.set_cookie(LAST, value, httponly=True, samesite="Lax", secure=request.is_secure(), path="/ledger/")


def listed(request: Asked, query: LedgerQuery, *, printing: bool = False) -> dict[str, Any]:
    """What the list shows: rows, heads, boxes of filters, counts."""
    actor = request.user
    reads, keeps = policy.reads_the_ledger(actor), policy.keeps_the_ledger(actor)
    setting = list_setting(actor)
    columns = columns_for(setting.columns, reads=reads)
    part = page(
        actor,
        query,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        **({"size": PRINTED} if printing else {}),
    )
    total = count(actor, query, beside=part.plan)
    drafts = (
        count(actor, query.with_values("state", ["draft"]), beside=part.plan)
        if reads and "state" not in query.filters
        else None
    )
    words = words_of(query)
    texts = searched_texts(actor, part.rows) if words else {}
    params = query.to_params()
    values = chosen(actor, query)
    context: dict[str, Any] = {
        "query": query,
        "params": params,
        "choice_params": query.sorted_by("").to_params(),
        "further_schemes": [(f"code-{scheme.pk}", name_of(scheme)) for scheme in further_schemes()] if keeps else [],
        "list_url": ledger_url(query),
        "rows": [_row(row, columns, words, texts, _place(request, params)) for row in part.rows],
        "first": part.first,
        "total": total,
        "drafts": drafts,
        "drafts_url": ledger_url(query.with_values("state", ["draft"])),
        "heads": [_head(column, query) for column in columns],
        "columns": columns,
        "boxes": _boxes(query, values, facets_for(actor)),
        "is_filtered": query.is_filtered,
        "clear_url": ledger_url(LedgerQuery(sort=query.sort)),
        "hidden_fields": [(name, value) for name, values_ in query.filters.items() for value in values_],
        "facets": [(facet, FACETS[facet], reverse("ledger_filter", args=[facet])) for facet in facets_for(actor)],
        "density": setting.density if setting.density in DENSITIES else DENSITIES[0],
        "densities": [(name, DENSITY_WORDS[name]) for name in DENSITIES],
        "column_choices": [
            (column.name, column.heading, column in columns, column.name in ALWAYS)
            for column in COLUMNS
            if reads or column.name not in OFFICE_ONLY
        ],
        "sort_choices": [
            (column.heading, column.sort)
            for column in COLUMNS
            if column.sort in SORTS and (reads or column.name not in OFFICE_ONLY)
        ],
        "pager": {
            "first": f"{part.first:,}" if part.rows else "",
            "last": f"{part.last:,}",
            "total": str(total),
            "previous_url": ledger_url(query, before=part.before) if part.before else "",
            "next_url": ledger_url(query, after=part.after) if part.after else "",
        },
        "printing": printing,
        "scope": scope(query, values, str(total)),
        "is_cut": printing and part.after is not None,
    }
    if not part.rows:
        context["empty"] = _empty(request, query, values)
    return context


def scope(query: LedgerQuery, values: dict[str, Any], total: str) -> str:
    """What the list holds, in one line, for paper and for what is taken out."""
    said = [
        _("%(facet)s: %(values)s")
        % {"facet": FACETS[facet], "values": _(", ").join(value_name(facet, choice) for choice in choices)}
        for facet, choices in values.items()
    ]
    if query.words:
        said.append(_("%(facet)s: %(values)s") % {"facet": FACETS["q"], "values": query.words})
    said.append(_("%(total)s findings") % {"total": total})
    return _("; ").join(said)


def _head(column: Column, query: LedgerQuery) -> dict[str, Any]:
    direction, url = "", ""
    if column.sort:
        if query.sort.removeprefix("-") == column.sort:
            direction = "descending" if query.sort.startswith("-") else "ascending"
        url = ledger_url(query.sorted_by(f"-{column.sort}" if direction == "ascending" else column.sort))
    return {
        "name": column.name,
        "label": column.heading,
        "url": url,
        "direction": direction,
        "classes": "least" if column.is_least else "",
    }


def _boxes(query: LedgerQuery, values: dict[str, Any], offered: list[str]) -> list[dict[str, Any]]:
    boxes = []
    for facet, choices in values.items():
        names = [value_name(facet, choice) for choice in choices]
        value = _(", ").join(names[:2])
        if len(names) > 2:
            value = _("%(value)s and %(more)s more") % {"value": names[0], "more": len(names) - 1}
        boxes.append(
            {
                "facet": facet,
                "name": FACETS[facet],
                "value": value,
                "remove_url": ledger_url(query.without(facet)),
                # What only a picture leads to, such as the joint findings, is taken away and not set to another.
                "url": reverse("ledger_filter", args=[facet]) if facet in offered else "",
            }
        )
    return boxes


def _place(request: Asked, params: str) -> str:
    """The list with the page that is open: from a finding one comes back to the same place."""
    cursor = {name: request.GET[name] for name in ("after", "before") if request.GET.get(name)}
    return "&".join(part for part in (params or "round=", urlencode(cursor)) if part)


def _row(finding: Any, columns: list[Column], words: list[str], texts: dict[int, str], params: str) -> dict[str, Any]:
    prefix, dash, rest = finding.number.rpartition("-") if finding.number.count("-") < 2 else _parted(finding.number)
    statement = marked(finding.statement, words) if words else None
    row: dict[str, Any] = {
        "pk": finding.pk,
        "number": finding.number,
        "prefix": prefix + dash,
        "own": rest,
        "url": f"{reverse('ledger')}{finding.pk}/?{params}",
        "statement": finding.statement,
        "marked": statement,
        "state": finding.state,
        "state_word": finding.get_state_display(),
        "immediate": finding.immediate,
        "cells": [_cell(finding, column) for column in columns if column.name not in ALWAYS],
    }
    if words and statement is not None and not any(part.is_found for part in statement):
        row["number_parts"] = marked(rest, words)
        if not any(part.is_found for part in row["number_parts"]):
            row["found_in"] = pieces(texts.get(finding.pk, ""), words)
    return row


def _parted(number: str) -> tuple[str, str, str]:
    """The prefix all numbers of a round share, and the own part: 14-8- and 卫健局-003."""
    term, round, own = number.split("-", 2)
    return f"{term}-{round}", "-", own


def _cell(finding: Any, column: Column) -> dict[str, Any]:
    text = column.text(finding)
    cell: dict[str, Any] = {"name": column.name, "phone": column.phone, "is_least": column.is_least, "text": text}
    cell["is_short"] = column.name in SHORT
    if column.name == "unit":
        short = unit_words(finding)
        cell |= {"text": short, "title": str(text or "") if str(text or "") != short else ""}
    elif column.name == "due":
        cell["text"] = day(finding.stated_due)
    return cell


def _empty(request: Asked, query: LedgerQuery, values: dict[str, Any]) -> dict[str, Any]:
    """Why there is nothing: how many rows each filter hides."""
    ways = []
    for facet, number in hidden_by_filters(request.user, query):
        if facet != "q" and facet not in values:
            continue
        names = [query.words] if facet == "q" else [value_name(facet, choice) for choice in values[facet]]
        ways.append(
            {
                "facet": FACETS[facet],
                "value": _(", ").join(names[:2]) + ("…" if len(names) > 2 else ""),
                "number": number,
                "url": ledger_url(query.without(facet)),
            }
        )
    return {"conditions": len(ways), "ways": ways}
