"""A plan is submitted, withdrawn, judged by a party with marks on its passages, and opened for revision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xuncha.rectification.actions import reviewing_plans as actions
from xuncha.rectification.actions.reviewing_plans import Mark
from xuncha.rectification.queries import plan_drafts
from xuncha.rectification.queries import plans as queries
from xuncha.rectification.workflow import Verdict
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.web.asked import Asked, number
from xuncha.web.faults import fault_words
from xuncha.web.rectification.plans import drafts, wording


def _found(request: Asked, pk: int) -> Any:
    plan = queries.find_plan(request.user, pk)
    if plan is None:
        raise Http404
    return plan


@require_POST
def submit(request: Asked, pk: int) -> HttpResponse:
    """The secretary submits the plan."""
    plan = _found(request, pk)
    try:
        done = actions.submit_plan(plan, actor=request.user, version=number(request.POST.get("version")) or 0)
    except Invalid:
        messages.warning(request, _("Something is missing yet; it stands under the lists."))
    except Conflict:
        messages.warning(
            request, _("Somebody of your unit wrote at the plan since you looked. Look again, then submit.")
        )
    except IllegalTransition as refused:
        messages.warning(request, wording.refused(refused.code))
    else:
        messages.success(request, _("Draft %(n)s was submitted to its reviewers.") % {"n": done.draft_no})
    return redirect("plan", pk)


@require_POST
def withdraw(request: Asked, pk: int) -> HttpResponse:
    """The unit takes the plan back while nobody has spoken."""
    plan = _found(request, pk)
    try:
        actions.withdraw_plan(plan, actor=request.user, version=number(request.POST.get("version")) or 0)
    except Conflict:
        messages.warning(request, _("The plan was changed since you looked; look again how it stands."))
    except IllegalTransition as refused:
        messages.warning(request, wording.refused(refused.code))
    else:
        messages.success(request, _("The plan was withdrawn; your unit writes at it again."))
    return redirect("plan", pk)


@require_POST
def revise(request: Asked, pk: int) -> HttpResponse:
    """The office opens an approved plan for revision, with a reason."""
    plan = _found(request, pk)
    version = number(request.POST.get("version")) or 0
    try:
        actions.revise_plan(plan, reason=request.POST.get("reason", ""), actor=request.user, version=version)
    except Invalid as refused:
        messages.warning(request, fault_words(refused.data["faults"]["reason"]))
    except Conflict:
        messages.warning(request, _("The plan was changed since you looked; look again how it stands."))
    except IllegalTransition as refused:
        messages.warning(request, wording.refused(refused.code))
    else:
        messages.success(request, _("The unit can write at its plan again."))
    return redirect("plan", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: Asked, pk: int) -> HttpResponse:
    """The draft with a place for a mark beside each passage, and the verdict of the party one speaks for."""
    plan = _found(request, pk)
    mine = plan_drafts.waiting_for(request.user, plan.round).get(plan.pk, [])
    if request.method != "POST":
        if not mine:
            raise NotPermitted("not_permitted", act="review_plan")
        return _form(request, plan, mine, {})
    typed = {name: said.strip() for name, said in request.POST.items() if isinstance(said, str)}
    party = number(typed.get("party")) or 0
    places = [name.removeprefix("words-") for name, said in typed.items() if name.startswith("words-") and said]
    marks = [Mark(place, typed[f"words-{place}"], typed.get(f"quote-{place}", "")) for place in places]
    try:
        done = actions.review_plan(
            plan,
            party=party,
            verdict=typed.get("verdict", ""),
            words=typed.get("words", ""),
            marks=marks,
            draft_no=number(typed.get("draft_no")) or 0,
            actor=request.user,
        )
    except Invalid as refused:
        return _form(request, plan, mine, typed, faults=refused.data["faults"])
    except Conflict:
        told = _("Another draft lies there now, or somebody spoke for your party meanwhile. What you typed is below.")
        if not mine:
            messages.warning(request, told)
            return redirect("plan", pk)
        return _form(request, plan, mine, typed, told=told)
    except IllegalTransition as refused:
        messages.warning(request, wording.refused(refused.code))
        return redirect("plan", pk)
    words = {"approved": _("The plan is approved."), "returned": _("The plan goes back to the unit.")}
    messages.success(request, words.get(done.state, _("Your opinion is kept; others have still to speak.")))
    return redirect("plan", pk)


def _form(
    request: Asked,
    plan: Any,
    mine: list[int],
    typed: Mapping[str, str],
    *,
    faults: Mapping[str, str] | None = None,
    told: str = "",
) -> HttpResponse:
    known = plan_drafts.drafts_of(plan)
    draft = known[0]
    wrong = {name: fault_words(fault) for name, fault in (faults or {}).items()}

    def mark(place: str) -> dict[str, str]:
        return {
            "place": place,
            "words": typed.get(f"words-{place}", ""),
            "quote": typed.get(f"quote-{place}", ""),
            "wrong": wrong.get(f"marks.{place}", ""),
        }

    context = {
        "plan": plan,
        "draft": draft,
        "line": drafts.lines([draft])[0],
        "parties": [
            (party["key"], drafts.party_name(party), party["key"] == (number(typed.get("party")) or mine[0]))
            for party in draft.parties
            if party["key"] in mine
        ],
        "verdicts": [(code, word, typed.get("verdict") == code) for code, word in Verdict.choices],
        "words": typed.get("words", ""),
        "texts": [
            (wording.FIELDS[name], words, mark(f"text.{name}"))
            for name, words in draft.content["texts"].items()
            if words
        ],
        "items": [
            {
                **item,
                "mark": mark(f"item.{item['key']}"),
                "rows": [(measure, mark(f"measure.{measure['key']}")) for measure in item["measures"]],
            }
            for item in draft.content["items"]
        ],
        "earlier": draft.number - 1,
        "wrong": wrong,
        "faults": [(_anchor(name), _label(name), words) for name, words in wrong.items()],
        "told": told,
    }
    return render(request, "rectification/plans/review.html", context, status=422 if wrong else 409 if told else 200)


def _anchor(name: str) -> str:
    return f"words-{name.removeprefix('marks.')}" if name.startswith("marks.") else f"id_{name}"


def _label(name: str) -> str:
    return {"verdict": _("Verdict"), "words": _("Opinion")}.get(name, _("Mark"))
