"""Requests for time: a unit asks for another day or that the clock stand; the office's list, and its word."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from xuncha.rectification.actions import extending
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import items as item_queries
from xuncha.rectification.queries import pressing as queries
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.roles import Room
from xuncha.web.asked import Asked, day, number
from xuncha.web.faults import fault_words
from xuncha.web.rectification.board.pages import item_address
from xuncha.web.rectification.showing import rooms
from xuncha.web.rooms import inside
from xuncha.web.rounds.chosen import chosen_round

HEAPS: Final = (("asked", lazy("To be decided")), ("standing", lazy("Clocks that stand")), ("", lazy("All")))
KINDS: Final = {
    "extension": (lazy("Ask for an extension"), lazy("New date")),
    "suspension": (lazy("Ask that the clock stand"), lazy("From")),
}


@require_safe
@inside(Room.RECTIFICATION)
def requests(request: Asked) -> HttpResponse:
    """Requests for time of the round: of all units, or of one's own."""
    round, heap = chosen_round(request), request.GET.get("heap", "asked")
    heap = heap if heap in dict(HEAPS) else "asked"
    context = {
        "round": round,
        "rooms": rooms(request, "clock_requests"),
        "tabs": [
            {"word": word, "url": "?" + urlencode({"heap": code}), "is_current": code == heap} for code, word in HEAPS
        ],
        "rows": [row(each) for each in queries.requests(request.user, round, heap=heap)],
    }
    return render(request, "rectification/clock/requests.html", context)


def row(request: Any) -> dict[str, Any]:
    """A request as lists and the page of its item show it."""
    marks = {"asked": "applied", "granted": "verified", "refused": "returned", "withdrawn": "none", "ended": "closed"}
    return {
        "request": request,
        "kind": request.get_kind_display(),
        "state": request.state,
        "state_word": request.get_state_display(),
        "shape": marks[request.state],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Asked, pk: int, kind: str) -> HttpResponse:
    """A unit asks for time for one item."""
    found = item_queries.find_item(request.user, pk)
    if found is None or kind not in KINDS:
        raise Http404
    POLICY.require(request.user, "ask_for_time", found)
    values = {name: request.POST.get(name, "").strip() for name in ("day", "reason")}
    if request.method != "POST":
        values["day"] = f"{timezone.localdate():%Y-%m-%d}" if kind == "suspension" else ""
        return _ask(request, found, kind, values)
    version = number(request.POST.get("version")) or 0
    try:
        asked = extending.ask_for_time(
            found, kind=kind, day=day(values["day"]), reason=values["reason"], actor=request.user, version=version
        )
    except Invalid as refused:
        return _ask(request, found, kind, values, faults=refused.data["faults"])
    except Conflict as refused:
        told = {
            "asked_already": _("Something is asked for already and waits for the office."),
            "item_changed": _("This item was changed meanwhile. What you typed is kept; look, and send again."),
        }[refused.code]
        return _ask(request, item_queries.find_item(request.user, pk), kind, values, told=told)
    except IllegalTransition as refused:
        told = {
            "item_is_held": _("Closure was applied for, or the item is closed: its date does not move now."),
            "clock_stands": _("The clock of this item stands already."),
            "no_day_to_move": _("No date is set for this item: nothing can be extended."),
        }[refused.code]
        return _ask(request, found, kind, values, told=told)
    messages.success(request, _("Asked for; the inspection office decides."))
    return redirect("clock_request", asked.pk)


def _ask(
    request: Asked,
    found: Any,
    kind: str,
    values: dict[str, str],
    *,
    faults: dict[str, str] | None = None,
    told: str = "",
) -> HttpResponse:
    title, label = KINDS[kind]
    wrong = {name: fault_words(fault) for name, fault in (faults or {}).items()}
    labels = {"day": label, "reason": _("Reason")}
    context = {
        "item": found,
        "item_url": item_address(found),
        "kind": kind,
        "title": title,
        "day_label": label,
        "values": values,
        "wrong": wrong,
        "faults": [(f"id_{name}", labels.get(name, _("Reason")), words) for name, words in wrong.items()],
        "told": told,
    }
    status = 422 if wrong else 409 if told else 200
    return render(request, "rectification/clock/ask.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def clock_request(request: Asked, pk: int) -> HttpResponse:
    """One request: what is asked, and for the office the decision."""
    found = queries.find_request(request.user, pk)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _request(request, found)
    act, words = request.POST.get("act", ""), request.POST.get("words", "")
    typed = request.POST.get("day", "").strip()
    version, on = number(request.POST.get("version")) or 0, day(typed)
    if act not in ("grant", "refuse", "withdraw", "resume"):
        return _request(request, found)
    try:
        if act == "withdraw":
            extending.withdraw_request(found, actor=request.user, version=version)
        elif act == "resume":
            extending.resume_clock(found, on=on, actor=request.user, version=version)
        else:
            extending.decide_time(found, act=act, day=on, words=words, actor=request.user, version=version)
    except Invalid as refused:
        return _request(request, found, words=words, typed=typed, faults=refused.data["faults"])
    except (Conflict, IllegalTransition):
        told = _("Somebody else was quicker, or the item changed. Nothing was done; below is how it stands now.")
        return _request(request, queries.find_request(request.user, pk), words=words, typed=typed, told=told)
    except NotPermitted as refused:
        if refused.code != "not_for_oneself":
            raise
        told = _("Whoever asked, or acts for the unit, does not decide.")
        return _request(request, found, words=words, typed=typed, told=told, status=403)
    messages.success(request, _("Saved."))
    return redirect("clock_request", pk)


def _request(
    request: Asked,
    found: Any,
    *,
    words: str = "",
    typed: str | None = None,
    faults: dict[str, str] | None = None,
    told: str = "",
    status: int = 0,
) -> HttpResponse:
    """``typed``: the day as it was sent, null when the form is opened and proposes one."""
    proposed = found.wanted_due if found.state == "asked" else timezone.localdate()
    wrong = {name: fault_words(fault) for name, fault in (faults or {}).items()}
    labels = {"day": _("New date"), "words": _("Reasons")}
    decides = POLICY.may(request.user, "decide_time")
    shown = row(found)
    context = {
        # Of this name is the page's own request already.
        "request_": shown.pop("request"),
        **shown,
        "item": found.rectification,
        "item_url": item_address(found.rectification),
        "may_decide": decides and found.state == "asked",
        "may_resume": decides and found.state == "granted" and found.kind == "suspension",
        "may_withdraw": found.state == "asked" and POLICY.may(request.user, "ask_for_time", found.rectification),
        "words": words,
        "day": typed if typed is not None else f"{proposed:%Y-%m-%d}" if proposed else "",
        "wrong": wrong,
        "faults": [(f"id_{name}", labels.get(name, _("Reasons")), said) for name, said in wrong.items()],
        "told": told,
    }
    return render(
        request, "rectification/clock/request.html", context, status=status or (422 if wrong else 409 if told else 200)
    )
