"""Asking, deciding, opening, giving back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.opening import actions, queries
from xuncha.security.opening.kinds import kinds
from xuncha.security.sealing import Unreadable
from xuncha.web.asked import Asked, number
from xuncha.web.faults import fault_words
from xuncha.web.openings import wording
from xuncha.web.openings.pages import found_or_404, show

FAULTY, CONTRADICTED = 422, 409


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Asked, kind: str, key: int) -> HttpResponse:
    """Why it is to be opened. Whoever cannot know of the value finds no such page."""
    sealed = kinds().get(kind)
    if sealed is None or not sealed.in_sight(request.user).filter(pk=key).exists():
        raise Http404
    if not queries.asks_for(request.user, sealed):
        raise NotPermitted("not_permitted", act="ask_to_open")
    own = queries.own_requests(request.user, sealed, [key]).get(key)
    if own is not None:
        return redirect("opening", own.pk)
    reason, faults, status = "", [], 200
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            made = actions.ask_to_open(sealed, key, reason=reason, actor=request.user)
        except Invalid as refused:
            faults = _summary(refused, {"reason": _("Reason")})
            status = FAULTY
        else:
            messages.success(request, _("Asked for. The office's head decides; it then stands on your desk."))
            return redirect("opening", made.pk)
    named, url = sealed.number(key), wording.object_url(sealed, key)
    context = {
        "steps": [(named, url), (_("Ask to open"), "")],
        "kind": sealed.label,
        "number": named,
        "back": url or reverse("openings"),
        "rule": queries.rule_of(sealed),
        "reason": reason,
        "faults": faults,
        "longest": actions.LONGEST,
    }
    return render(request, "openings/ask.html", context, status=status)


def _summary(refused: Invalid, labels: dict[str, str]) -> list[tuple[str, str, Any]]:
    return [(f"field-{name}", labels.get(name, ""), fault_words(code)) for name, code in refused.data["faults"].items()]


@require_POST
def decide(request: Asked, pk: int) -> HttpResponse:
    """Approve or refuse; whoever comes second is shown what the first one said."""
    found = found_or_404(request, pk)
    version, answer = number(request.POST.get("version")) or 0, request.POST.get("answer", "")
    act = actions.approve_opening if request.POST.get("verdict") == "approve" else actions.refuse_opening
    try:
        found = act(pk, actor=request.user, version=version, answer=answer)
    except Invalid as refused:
        return show(request, found, status=FAULTY, faults=_summary(refused, {"answer": _("Reason")}), answer=answer)
    except (Conflict, IllegalTransition):
        return show(request, found_or_404(request, pk), status=CONTRADICTED, overtaken=True)
    approved = found.good_until is not None
    messages.success(request, _("Approved.") if approved else _("Refused; whoever asked sees your reason."))
    return redirect("opening", pk)


@require_POST
def open_value(request: Asked, pk: int) -> HttpResponse:
    """The value, once; it is in this answer and nowhere else, so that going back shows nothing."""
    found = found_or_404(request, pk)
    try:
        found, value = actions.open_sealed(pk, actor=request.user)
    except Unreadable:
        return show(request, found_or_404(request, pk), status=CONTRADICTED, unreadable=True)
    except IllegalTransition:
        return show(request, found_or_404(request, pk), status=CONTRADICTED, is_over=True)
    return show(request, found, value=value)


@require_POST
def withdraw(request: Asked, pk: int) -> HttpResponse:
    """Give up an own request, or an approval that is not needed any more."""
    found_or_404(request, pk)
    try:
        actions.withdraw_opening(pk, actor=request.user)
    except IllegalTransition:
        return show(request, found_or_404(request, pk), status=CONTRADICTED, overtaken=True)
    messages.success(request, _("Withdrawn."))
    return redirect("openings")
