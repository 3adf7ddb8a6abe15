"""Proposing a destruction; holding records back and lifting that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xuncha.security.errors import IllegalTransition, Invalid, NotPermitted
from xuncha.security.retention import actions, queries
from xuncha.security.retention.kinds import RecordKind
from xuncha.web.asked import Asked, number
from xuncha.web.faults import fault_words
from xuncha.web.retention import wording
from xuncha.web.retention.pages import kind_or_404


def _form(request: Asked, kind: RecordKind, template: str, refused: Invalid | None, **context: Any) -> HttpResponse:
    faults = refused.data["faults"] if refused is not None else {}
    context |= {
        "steps": [(_("Retention"), reverse("retention")), (str(kind.label), "")],
        "kind": kind,
        "reason": request.POST.get("reason", ""),
        "faults": [("field-reason", _("Reason"), fault_words(code)) for code in faults.values()],
        "longest": actions.LONGEST,
    }
    return render(request, template, context, status=422 if refused is not None else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: Asked, code: str) -> HttpResponse:
    """Why it may go, and what that would be."""
    kind = kind_or_404(code)
    if not queries.proposes(request.user):
        raise NotPermitted("not_permitted", act="propose_destruction")
    refused = None
    if request.method == "POST":
        try:
            made = actions.propose_destruction(kind, reason=request.POST.get("reason", ""), actor=request.user)
        except Invalid as fault:
            refused = fault
        except IllegalTransition as fault:
            said = {
                "nothing_due": _("Nothing of this kind is due, or all of it is held back."),
                "open_already": _("A destruction of this kind is open already; it must end first."),
            }
            messages.error(request, said[fault.code])
            return redirect("retention")
        else:
            said_next = _("Proposed. The head of the office decides first, then the security administrator.")
            messages.success(request, said_next)
            return redirect("destruction", made.pk)
    rule = queries.rule_of(kind)
    before = queries.before_of(rule)
    return _form(
        request,
        kind,
        "retention/propose.html",
        refused,
        years=wording.years_word(rule.years),
        event=wording.event_word(kind, rule.event),
        source=rule.source,
        before=before,
        number=f"{queries.due(kind, rule.event, before).count():,}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: Asked, code: str) -> HttpResponse:
    """Why a record, or all of a kind, may not be destroyed for now."""
    kind = kind_or_404(code)
    if not queries.proposes(request.user):
        raise NotPermitted("not_permitted", act="place_hold")
    asked = (request.POST if request.method == "POST" else request.GET).get("key")
    key, name = number(asked), ""
    if asked:
        record = kind.find(key) if key is not None else None
        if record is None or not queries.sees_names(request.user):
            raise Http404
        name = wording.name_word(kind.named([record])[0])
    refused = None
    if request.method == "POST":
        try:
            actions.place_hold(kind, key=key, reason=request.POST.get("reason", ""), actor=request.user)
        except Invalid as fault:
            refused = fault
        except IllegalTransition:
            messages.info(request, _("It is held back already."))
            return _back(request, code)
        else:
            messages.success(request, _("Held back until the head of the office lifts it."))
            return _back(request, code)
    return _form(request, kind, "retention/hold.html", refused, key=key, name=name)


@require_POST
def lift(request: Asked, pk: int) -> HttpResponse:
    """Let a record go its way again."""
    if not queries.confirms(request.user):
        raise NotPermitted("not_permitted", act="lift_hold")
    found = queries.find_hold(pk)
    if found is None:
        raise Http404
    try:
        actions.lift_hold(pk, actor=request.user)
    except IllegalTransition:
        messages.info(request, _("It was lifted already."))
    else:
        messages.success(request, _("Lifted."))
    return _back(request, found.kind)


def _back(request: Asked, code: str) -> HttpResponse:
    """To what is due of the kind; for whoever is not to see what records are called, to the kinds."""
    return redirect("retention_due", code) if queries.sees_names(request.user) else redirect("retention")
