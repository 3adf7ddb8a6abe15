"""A step with one item or many: first what would become of each, then, confirmed, done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from xuncha.rectification.actions.closing import ACTS as NAMES
from xuncha.rectification.actions.closing import MOST, demand_site_check, record_site_check, take_step
from xuncha.rectification.actions.flagging import note_flag
from xuncha.rectification.queries import closing
from xuncha.rectification.queries import items as queries
from xuncha.rectification.queries.flags import find_flag
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.web.asked import Asked, day, number, numbers
from xuncha.web.faults import fault_words
from xuncha.web.rectification.closing.queue import rows_of
from xuncha.web.rectification.closing.words import ACTS
from xuncha.web.rectification.items.page import context_of, seen_item


@require_POST
def decide(request: Asked) -> HttpResponse:
    """What was chosen is shown with what stands in the way; with ``confirm``, the step is taken."""
    act = request.POST.get("act", "")
    if act not in ACTS or not closing.may_try(request.user, act):
        raise NotPermitted("not_permitted", act=NAMES.get(act, "verify_items"))
    chosen = list(dict.fromkeys(numbers(request.POST.getlist("chosen"))))[:MOST]
    if not chosen:
        messages.warning(request, _("Choose at least one row first."))
        return redirect("closing_queue")
    words, marked = request.POST.get("words", ""), numbers(request.POST.getlist("marked"))
    seen = {key: number(request.POST.get(f"version-{key}")) or 0 for key in chosen}
    if "confirm" not in request.POST:
        return _preview(request, act, seen, words, marked)
    try:
        done = take_step(seen, act=act, words=words, marked=marked, actor=request.user)
    except Invalid as refused:
        fault = fault_words(next(iter(refused.data["faults"].values())))
        return _preview(request, act, seen, words, marked, fault=fault, status=422)
    except Conflict as refused:
        told = _("Somebody changed these items while you looked. Nothing was done; below is how they stand now.")
        return _preview(request, act, seen, words, marked, told=told, changed=set(refused.data["items"]), status=409)
    except IllegalTransition:
        told = _("Nothing was done: for some of the items it is not possible; see below why.")
        return _preview(request, act, seen, words, marked, told=told, status=409)
    said = ngettext("%(act)s: %(n)s item.", "%(act)s: %(n)s items.", len(done)) % {"act": ACTS[act][0], "n": len(done)}
    messages.success(request, said)
    return redirect("item", done[0].pk) if len(done) == 1 else redirect("closing_queue")


def _preview(
    request: Asked,
    act: str,
    seen: dict[int, int],
    words: str,
    marked: list[int],
    *,
    fault: Any = "",
    told: str = "",
    changed: set[int] | None = None,
    status: int = 200,
) -> HttpResponse:
    items = queries.some_items(request.user, list(seen))
    rows = [{**row, "is_changed": row["item"].pk in (changed or set())} for row in rows_of(request.user, items, act)]
    title, hint = ACTS[act]
    context = {
        "act": act,
        # What is written to some items is not offered for others.
        "draft": "-".join(str(key) for key in sorted(seen)),
        "title": title,
        "hint": hint,
        "needs_words": act in closing.NEEDS_WORDS,
        "may_mark": act in ("return", "reopen"),
        "marked": marked,
        "rows": [row for row in rows if not row["obstacle"]],
        "left_out": [row for row in rows if row["obstacle"]],
        "words": words,
        "fault": fault,
        "faults": [("id_words", _("Words"), fault)] if fault else [],
        "told": told,
        # What is confirmed is what is on the page now.
        "versions": {item.pk: item.version for item in items} if status == 409 else seen,
    }
    for row in rows:
        row["version"] = context["versions"].get(row["item"].pk) or row["item"].version
    return render(request, "rectification/closing/decide.html", context, status=status)


@require_POST
def site_check(request: Asked, pk: int) -> HttpResponse:
    """Demanded or not needed any more; or made: who looked, when, and what there was to see."""
    found = seen_item(request, pk)
    version = number(request.POST.get("version")) or 0
    try:
        if "demand" in request.POST:
            needed = request.POST["demand"] == "1"
            demand_site_check(found, is_needed=needed, actor=request.user, version=version)
            messages.success(request, _("Noted."))
            return redirect("item", pk)
        typed = {name: request.POST.get(name, "").strip() for name in ("on", "who", "words")}
        on = day(typed["on"])
        record_site_check(
            found,
            on=on or timezone.localdate(),
            who=typed["who"] if on else "",
            words=typed["words"],
            actor=request.user,
            version=version,
        )
    except Invalid as refused:
        wrong = {name: fault_words(fault) for name, fault in refused.data["faults"].items()}
        if on is None:
            wrong = {"on": _("Write the day as 2026-08-26")}
        labels = {"on": _("Looked on"), "who": _("Who looked"), "words": _("What there was to see")}
        faults = [(f"id_check_{name}", labels[name], sentence) for name, sentence in wrong.items()]
        context = context_of(request, found) | {"check": typed, "wrong": wrong, "faults": faults}
        return render(request, "rectification/items/item.html", context, status=422)
    except (Conflict, IllegalTransition):
        told = _("Somebody changed this item while you wrote. Nothing was done; below is how it stands now.")
        context = context_of(request, seen_item(request, pk)) | {"told": told, "check": request.POST}
        return render(request, "rectification/items/item.html", context, status=409)
    messages.success(request, _("The check on the spot is recorded."))
    return redirect("item", pk)


@require_POST
def flag(request: Asked, pk: int) -> HttpResponse:
    """What somebody thinks of a flag, with the reason; it is no verdict."""
    found = find_flag(request.user, pk)
    if found is None:
        raise Http404
    item, reason = found.rectification_id, request.POST.get("reason", "")
    try:
        note_flag(
            found,
            outcome=request.POST.get("outcome", ""),
            reason=reason,
            seen=request.POST.get("seen", ""),
            actor=request.user,
        )
    except Invalid as refused:
        fault = fault_words(next(iter(refused.data["faults"].values())))
        context = context_of(request, seen_item(request, item))
        context |= {"faults": [(f"id_reason_{pk}", _("Reasons"), fault)], "flag_faults": {"pk": pk, "reason": reason}}
        return render(request, "rectification/items/item.html", context, status=422)
    except Conflict:
        told = _("Somebody else noted something of this sign meanwhile; it stands below. Yours was not saved.")
        context = context_of(request, seen_item(request, item)) | {"told": told}
        return render(request, "rectification/items/item.html", context, status=409)
    messages.success(request, _("Noted."))
    return redirect("item", item)
