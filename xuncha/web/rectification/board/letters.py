"""Letters to units: the list, one letter with its answers, and writing one."""

from __future__ import annotations

import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from xuncha.rectification.actions.pressing import reply_to_letter, send_letter
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import pressing as queries
from xuncha.rectification.queries.overdue import days_late
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.roles import Room
from xuncha.web.asked import Asked, day, number, numbers
from xuncha.web.faults import fault_words
from xuncha.web.language import in_language
from xuncha.web.rectification.board.pages import item_address
from xuncha.web.rectification.showing import rooms
from xuncha.web.rooms import inside
from xuncha.web.rounds.chosen import chosen_round

HEAPS: Final = (
    ("open", pgettext_lazy("letters", "Not answered")),
    ("answered", pgettext_lazy("letters", "Answered")),
    ("", lazy("All")),
)
# Days that a unit is given to answer where the office types no other: as shipped, of no rule.
DAYS_TO_ANSWER: Final = 7


@require_safe
@inside(Room.RECTIFICATION)
def letters(request: Asked) -> HttpResponse:
    """Letters of the round: of all units for those who read the ledger, for a unit its own."""
    round = chosen_round(request)
    heap = request.GET.get("heap", "")
    page = queries.letters(request.user, round, heap=heap, before=number(request.GET.get("before")))
    counted = queries.letter_counts(request.user, round)
    context = {
        "round": round,
        "rooms": rooms(request, "letters"),
        "tabs": [
            {
                "word": word,
                "count": counted[code or "all"],
                "url": "?" + urlencode({"heap": code}),
                "is_current": code == heap,
            }
            for code, word in HEAPS
        ],
        "rows": [_row(letter) for letter in page.letters],
        "next_url": "?" + urlencode({"heap": heap, "before": page.before}) if page.before else "",
    }
    return render(request, "rectification/letters/letters.html", context)


def _row(letter: Any) -> dict[str, Any]:
    left = (letter.reply_by - timezone.localdate()).days
    is_late = letter.replied_on is None and left < 0
    return {
        "letter": letter,
        "kind": in_language(letter.kind.name, letter.kind.name_en),
        "code": "late" if is_late else "none",
        "word": ngettext("%(n)s day overdue", "%(n)s days overdue", -left) % {"n": -left} if is_late else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: Asked, pk: int) -> HttpResponse:
    """One letter as the unit got it, with what the unit answered; the unit answers here."""
    found = queries.find_letter(request.user, pk)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _letter(request, found)
    POLICY.require(request.user, "reply_to_letter", found)
    words, seen = request.POST.get("words", ""), number(request.POST.get("seen")) or 0
    try:
        reply_to_letter(found, words=words, seen=seen, actor=request.user)
    except Invalid as refused:
        return _letter(request, found, words=words, fault=fault_words(refused.data["faults"]["words"]))
    except Conflict:
        told = _("Somebody of your unit answered meanwhile; it stands above. What you typed is kept below.")
        return _letter(request, queries.find_letter(request.user, pk), words=words, told=told)
    messages.success(request, _("Answered."))
    return redirect("letter", pk)


def _letter(request: Asked, found: Any, *, words: str = "", fault: Any = "", told: str = "") -> HttpResponse:
    replies = list(found.replies.all())
    context = {
        **_row(found),
        "items": [{"item": item, "url": item_address(item)} for item in found.items.all()],
        "replies": replies,
        "seen": len(replies),
        "may_reply": POLICY.may(request.user, "reply_to_letter", found),
        "words": words,
        "fault": fault,
        "faults": [("id_words", _("Answer"), fault)] if fault else [],
        "told": told,
    }
    status = 422 if fault else 409 if told else 200
    return render(request, "rectification/letters/letter.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: Asked) -> HttpResponse:
    """The office writes a letter about items of one unit; from the board its kind and items are chosen already."""
    POLICY.require(request.user, "send_letters")
    asked = request.POST if request.method == "POST" else request.GET
    found = queries.items_for_letter(request.user, numbers(asked.getlist("item"))[:100])
    if not found:
        raise Http404
    known = queries.kinds()
    kind = next((each for each in known if each.code == asked.get("kind")), None)
    if kind is None:
        kind = queries.next_kind(queries.last_letters(request.user, found).values(), known)
    if kind is None:
        raise Http404
    if request.method != "POST":
        by = timezone.localdate() + datetime.timedelta(days=DAYS_TO_ANSWER)
        return _form(request, found, kind, {"demand": "", "reply_by": f"{by:%Y-%m-%d}"}, queries.last_letter())
    values = {name: request.POST.get(name, "").strip() for name in ("demand", "reply_by")}
    seen = number(request.POST.get("seen")) or 0
    try:
        sent = send_letter(
            [item.pk for item in found],
            kind=kind,
            demand=values["demand"],
            reply_by=day(values["reply_by"]),
            seen=seen,
            actor=request.user,
        )
    except Invalid as refused:
        return _form(request, found, kind, values, seen, faults=refused.data["faults"])
    except Conflict:
        told = _("Another letter about this was sent meanwhile, as shown. Send yours only if it is still needed.")
        return _form(request, found, kind, values, queries.last_letter(), told=told)
    except IllegalTransition:
        told = _("One of the items was closed meanwhile; no letter is needed for it any more.")
        return _form(request, found, kind, values, seen, told=told)
    messages.success(request, _("Sent: %(number)s.") % {"number": sent.number})
    return redirect("letter", sent.pk)


def _form(
    request: Asked,
    found: list[Any],
    kind: Any,
    values: dict[str, str],
    seen: int,
    *,
    faults: dict[str, str] | None = None,
    told: str = "",
) -> HttpResponse:
    today = timezone.localdate()
    letters_before = queries.last_letters(request.user, found)
    wrong = {name: fault_words(fault) for name, fault in (faults or {}).items()}
    labels = {"demand": _("Demanded of the unit"), "reply_by": _("To be answered by")}
    context = {
        "kind": kind,
        "kinds": [
            (each.code, in_language(each.name, each.name_en), each.code == kind.code) for each in queries.kinds()
        ],
        "unit": found[0].unit,
        "rows": [
            {
                "item": item,
                "url": item_address(item),
                "days": days_late(item, today),
                "last": letters_before.get(item.pk),
            }
            for item in found
        ],
        "values": values,
        "seen": seen,
        "wrong": wrong,
        "faults": [
            (f"id_{name}", labels.get(name, pgettext("letters", "Items")), words) for name, words in wrong.items()
        ],
        "told": told,
        "back_url": reverse("board"),
    }
    return render(request, "rectification/letters/send.html", context, status=422 if wrong else 409 if told else 200)
