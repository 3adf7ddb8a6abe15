"""Claiming: a unit answers for its findings, many at once; the office sees what was answered, heap by heap."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from xuncha.rectification.actions.claiming import Answer, answer_claims
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import claims as queries
from xuncha.rectification.queries.claims import ClaimFilter
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.policy import reads_the_ledger
from xuncha.security.roles import Room
from xuncha.web.asked import Asked, number
from xuncha.web.faults import fault_words
from xuncha.web.rectification.showing import rooms, row
from xuncha.web.rooms import inside
from xuncha.web.rounds.chosen import chosen_round

OWN_HEAPS: Final = (
    ("open", lazy("To answer")),
    ("waiting", lazy("Answered, being looked at")),
    ("settled", lazy("Settled")),
    ("", lazy("All")),
)
OFFICE_HEAPS: Final = (
    ("waiting", lazy("To be looked at")),
    ("silent", lazy("Not answered")),
    ("questioned", lazy("Asked again")),
    ("accepted", pgettext_lazy("claim", "Accepted")),
    ("ruled", lazy("Ruled")),
    ("", lazy("All")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@inside(Room.RECTIFICATION)
def claims(request: Asked) -> HttpResponse:
    """For a unit its findings to answer for; for readers of the ledger the queue."""
    if request.method == "POST":
        return _answered(request)
    if reads_the_ledger(request.user):
        return _queue(request)
    return _own(request)


def _asked(request: Asked, heaps: Any) -> tuple[ClaimFilter, dict[str, str]]:
    """What the list is narrowed to, and the address's own words for it; the first heap unless another was asked for."""
    round = chosen_round(request)
    codes = [code for code, _word in heaps]
    heap = request.GET.get("heap", codes[0])
    states = dict(queries.ANSWER_CHOICES) | {"assigned": ""}
    narrowed = ClaimFilter(
        round=round.pk if round else None,
        unit=number(request.GET.get("unit")),
        heap=heap if heap in codes else codes[0],
        state=request.GET.get("state", "") if request.GET.get("state", "") in states else "",
    )
    kept = {"heap": narrowed.heap, "unit": str(narrowed.unit or ""), "state": narrowed.state}
    return narrowed, kept


def _tabs(request: Asked, heaps: Any, narrowed: ClaimFilter, kept: dict[str, str]) -> list[dict[str, Any]]:
    counted = queries.counts(request.user, narrowed)
    others = {key: value for key, value in kept.items() if key != "heap" and value}
    return [
        {
            "word": word,
            "count": counted[code or "all"],
            "url": "?" + urlencode({"heap": code, **others}),
            "is_current": code == narrowed.heap,
        }
        for code, word in heaps
    ]


def _own(
    request: Asked,
    *,
    typed: dict[int, Answer] | None = None,
    faults: dict[str, str] | None = None,
    told: str = "",
    changed: set[int] | None = None,
) -> HttpResponse:
    narrowed, kept = _asked(request, OWN_HEAPS)
    if typed is None:
        page = queries.parts(request.user, narrowed, after=number(request.GET.get("after")))
    else:
        page = queries.ClaimPage(queries.some_parts(request.user, list(typed)), None)
    alerts = queries.claim_alerts()
    mine = queries.answerable(request.user, [part.pk for part in page.parts])
    rows = [_own_row(part, alerts, mine, typed or {}, faults or {}, changed or set()) for part in page.parts]
    context = {
        "round": chosen_round(request),
        "rooms": rooms(request, "claims"),
        "tabs": _tabs(request, OWN_HEAPS, narrowed, kept),
        "rows": rows,
        "choices": queries.ANSWER_CHOICES,
        "may_answer": any(each["is_open"] for each in rows),
        "next_url": "?" + urlencode({**kept, "after": page.after}) if page.after else "",
        "told": told,
        "faults": [_fault_line(name, fault, rows) for name, fault in (faults or {}).items()],
    }
    status = 422 if faults else 409 if told else 200
    return render(request, "rectification/claims.html", context, status=status)


def _own_row(
    part: Any, alerts: Any, mine: set[int], typed: dict[int, Answer], faults: dict[str, str], changed: set[int]
) -> dict[str, Any]:
    shown = row(part, alerts)
    claim, answer = shown["claim"], typed.get(part.pk)
    is_open = part.pk in mine and (claim is None or claim.review in ("waiting", "questioned"))
    return {
        **shown,
        "is_open": is_open,
        "is_joint": part.finding.unit_id is None,
        "answer": answer.state if answer else claim.said if claim else "",
        "manifestations": answer.manifestations if answer else claim.manifestations if claim else "",
        "words": answer.words if answer else claim.words if claim else "",
        "version": claim.version if claim else 0,
        "is_changed": part.pk in changed,
        "question": claim.ruling if claim and claim.review == "questioned" else "",
        "wrong": {
            name.partition(".")[2]: fault_words(fault)
            for name, fault in faults.items()
            if name.partition(".")[0] == str(part.pk)
        },
    }


def _fault_line(name: str, fault: str, rows: list[dict[str, Any]]) -> tuple[str, str, Any]:
    key, _point, field = name.partition(".")
    labels = {"state": pgettext("claim", "Answer"), "manifestations": _("Own manifestations"), "words": _("Reasons")}
    which = next((each["finding"].number for each in rows if str(each["part"].pk) == key), "")
    label = f"{which} {labels.get(field, '')}".strip()
    return f"{field}-{key}" if field else "content", label, fault_words(fault)


def _answered(request: Asked) -> HttpResponse:
    """The answers of the page, all or none; what was typed stands in the page again where something is wrong."""
    typed: dict[int, Answer] = {}
    for words in request.POST.getlist("part"):
        key = number(words)
        state = request.POST.get(f"state-{key}", "")
        if key is None or not state:
            continue
        typed[key] = Answer(
            key,
            state,
            request.POST.get(f"manifestations-{key}", ""),
            request.POST.get(f"words-{key}", ""),
            number(request.POST.get(f"version-{key}")) or 0,
        )
    if not typed:
        messages.warning(request, _("Nothing was answered: choose an answer beside at least one finding."))
        return redirect("claims")
    changed = _really_answered(request, typed)
    if not changed:
        messages.info(request, _("Nothing changed."))
        return redirect("claims")
    try:
        done = answer_claims(list(changed.values()), actor=request.user)
    except Invalid as refused:
        return _own(request, typed=typed, faults=refused.data["faults"])
    except Conflict as refused:
        told = _("Somebody of your unit or of the office was quicker. What you typed is below; look, and save again.")
        return _own(request, typed=typed, told=told, changed=set(refused.data["parts"]))
    except IllegalTransition as refused:
        told = {
            "claim_settled": _("One of the findings is settled; its answer cannot be changed any more."),
            "work_stands": _(
                "Measures, requests or letters stand for one of the findings. Take its measures out, or ask the office."
            ),
        }[refused.code]
        return _own(request, typed=typed, told=told)
    words = ngettext("%(n)s finding answered.", "%(n)s findings answered.", len(done)) % {"n": len(done)}
    messages.success(request, words)
    return redirect("claims")


def _really_answered(request: Asked, typed: dict[int, Answer]) -> dict[int, Answer]:
    """Without what stands there already, word for word: a page sent again answers nothing twice."""
    there = {part.pk: queries.claim_of(part) for part in queries.some_parts(request.user, list(typed))}
    changed = {}
    for key, answer in typed.items():
        claim = there.get(key)
        if (
            claim is not None
            and claim.review != "questioned"
            and claim.version == answer.version
            and (claim.said, claim.manifestations, claim.words)
            == (answer.state, answer.manifestations.strip(), answer.words.strip())
        ):
            continue
        changed[key] = answer
    return changed


def _queue(request: Asked) -> HttpResponse:
    narrowed, kept = _asked(request, OFFICE_HEAPS)
    page = queries.parts(request.user, narrowed, after=number(request.GET.get("after")))
    alerts = queries.claim_alerts()
    round = chosen_round(request)
    tabs = _tabs(request, OFFICE_HEAPS, narrowed, kept)
    context = {
        "round": round,
        "rooms": rooms(request, "claims"),
        "tabs": tabs,
        "rows": [row(part, alerts) for part in page.parts],
        "units": queries.units_with_parts(request.user, round),
        "states": queries.ANSWER_CHOICES,
        "narrowed": narrowed,
        "is_narrowed": bool(narrowed.unit or narrowed.state),
        "list": urlencode(kept),
        "seen": queries.last_step(),
        "total": next(tab["count"] for tab in tabs if tab["is_current"]),
        "next_url": "?" + urlencode({**kept, "after": page.after}) if page.after else "",
        "may_decide": POLICY.may(request.user, "rule_claims"),
        "decide_url": reverse("claims_decide"),
    }
    return render(request, "rectification/queue.html", context)
