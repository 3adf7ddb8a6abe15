"""Saved views as tabs, and how the person wants the list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xuncha.findings.actions import viewing
from xuncha.findings.queries.ledger import LedgerQuery, count
from xuncha.findings.queries.ledger.choices import current_round
from xuncha.findings.queries.ledger.views import DENSITIES, PAGE_NAME, saved_views
from xuncha.security import policy
from xuncha.security.errors import Conflict, Invalid
from xuncha.security.roles import Room
from xuncha.web.asked import Asked
from xuncha.web.findings.ledger.addresses import back_to, ledger_url
from xuncha.web.findings.ledger.columns import BY_NAME
from xuncha.web.rooms import inside


def tabs(request: Asked, query: LedgerQuery, *, with_counts: bool = False) -> dict[str, Any]:
    """The newest round, everything, and the saved views; which one is open. Counts of views come later."""
    actor = request.user
    newest = current_round(actor)
    shown: list[dict[str, Any]] = []
    if newest is not None:
        shown.append(_tab(_("Newest round"), LedgerQuery(filters={"round": (str(newest),)}), query))
    shown.append(_tab(_("All rounds"), LedgerQuery(), query))
    views = list(saved_views(actor))
    for view in views:
        tab = _tab(view.name, LedgerQuery.from_params(QueryDict(view.query)), query)
        shown.append({**tab, "view": view})
    if with_counts:
        for tab in shown:
            tab["count"] = str(count(actor, tab["query"]))
    return {
        "tabs": shown,
        "has_views": bool(views),
        "open_view": next((tab["view"] for tab in shown if tab["is_open"] and "view" in tab), None),
        "params": query.to_params(),
        "may_share": policy.keeps_the_ledger(actor),
    }


def _tab(name: str, asked: LedgerQuery, query: LedgerQuery) -> dict[str, Any]:
    return {"name": name, "query": asked, "url": ledger_url(asked), "is_open": asked == query}


@require_safe
@inside(Room.LEDGER)
def ledger_tabs(request: Asked) -> HttpResponse:
    """The tabs once more, with the counts of all views, after the page is there."""
    query = LedgerQuery.from_params(request.GET)
    return render(request, "findings/ledger/_tabs.html", tabs(request, query, with_counts=True))


@require_http_methods(["GET", "POST"])
@inside(Room.LEDGER)
def ledger_views(request: Asked) -> HttpResponse:
    """Save the list as a view (POST); the views to rename, order, share and delete (GET)."""
    query = LedgerQuery.from_params(request.GET if request.method == "GET" else QueryDict(request.POST.get("list", "")))
    context: dict[str, Any] = {"params": query.to_params(), "may_share": policy.keeps_the_ledger(request.user)}
    status = 200
    if request.method == "POST":
        shared = bool(request.POST.get("is_shared"))
        try:
            view = viewing.save_view(
                name=request.POST.get("name", ""), query=query.to_params(), is_shared=shared, actor=request.user
            )
        except Invalid as refusal:
            context |= {"typed": request.POST, "fault": _sentence(refusal)}
            status = 422
        else:
            messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
            return back_to(request, query)
    context["views"] = list(saved_views(request.user))
    template = "_views" if request.htmx else "views"
    return render(request, f"findings/ledger/{template}.html", context, status=status)


@require_POST
def ledger_view(request: Asked, pk: int) -> HttpResponse:
    """Rename, share, move or delete an own view; ``act`` says which."""
    act = request.POST.get("act", "change")
    query = LedgerQuery.from_params(QueryDict(request.POST.get("list", "")))
    status, fault = 200, ""
    try:
        if act == "delete":
            viewing.delete_view(pk, actor=request.user)
        elif act in ("left", "right"):
            viewing.move_view(pk, step=-1 if act == "left" else 1, actor=request.user)
        else:
            viewing.change_view(
                pk,
                name=request.POST.get("name", ""),
                is_shared=bool(request.POST.get("is_shared")),
                actor=request.user,
            )
    except Conflict as refusal:
        raise Http404 from refusal
    except Invalid as refusal:
        status, fault = 422, _sentence(refusal)
    context = {
        "views": list(saved_views(request.user)),
        "params": query.to_params(),
        "may_share": policy.keeps_the_ledger(request.user),
        "faulty": pk if fault else None,
        "fault": fault,
        "typed": request.POST if fault else None,
    }
    template = "_views" if request.htmx else "views"
    return render(request, f"findings/ledger/{template}.html", context, status=status)


def _sentence(refusal: Invalid) -> str:
    code, limit = refusal.data["faults"]["name"]
    words = {
        "required": _("Give the view a name."),
        "too_long": _("The name has at most %(limit)s characters."),
        "shared_name_taken": _("The office has a shared view of this name already; choose another."),
        "name_taken": _("You have a view of this name already; choose another."),
        "too_many_views": _("There are %(limit)s views already; delete one first."),
        "query_too_long": _("There are too many filters to be saved; take some away."),
    }
    return words[code] % {"limit": limit}


@require_POST
@inside(Room.LEDGER)
def ledger_setting(request: Asked) -> HttpResponse:
    """Columns and density; back to the list."""
    columns = density = None
    if "columns" in request.POST:
        columns = [name for name in request.POST.getlist("column") if name in BY_NAME]
    if request.POST.get("density") in DENSITIES:
        density = request.POST["density"]
    viewing.set_list(page=PAGE_NAME, columns=columns, density=density, actor=request.user)
    return back_to(request, LedgerQuery.from_params(QueryDict(request.POST.get("list", ""))))
