"""One destruction: what, by which rule, the three words on it, how far it has come; its certificate, to be printed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.security.retention import actions, destroying, queries
from xuncha.security.retention.kinds import kinds
from xuncha.security.retention.workflow import OPEN, TO_CARRY_OUT, DestructionState
from xuncha.security.roles import Room
from xuncha.web.asked import Asked, number
from xuncha.web.faults import fault_words
from xuncha.web.retention import wording
from xuncha.web.rooms import inside

FAULTY, CONTRADICTED = 422, 409
# The first word and the second.
_WORDS = {"confirm": actions.confirm_destruction, "approve": actions.approve_destruction}


def _found_or_404(pk: int) -> Any:
    found = queries.find(pk)
    if found is None:
        raise Http404
    return found


@require_safe
@inside(Room.KEEPING)
def destruction(request: Asked, pk: int) -> HttpResponse:
    """Its page."""
    return _show(request, _found_or_404(pk))


def _told(found: Any) -> dict[str, Any]:
    """What page and certificate say alike."""
    kind = kinds().get(found.kind)
    return {
        "destruction": found,
        "kind": wording.kind_word(found.kind),
        "what": kind.what if kind is not None else "",
        "number": wording.number_word(found.number),
        "years": wording.years_word(found.years),
        "event": wording.event_word(kind, found.event),
    }


def _show(request: Asked, found: Any, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = request.user
    here = reverse("destruction", args=[found.pk])
    context: dict[str, Any] = {
        **_told(found),
        "steps": [(_("Retention"), reverse("retention")), (wording.kind_word(found.kind), "")],
        "tag": wording.tag_of(found),
        "is_open": found.state in OPEN,
        "is_under_way": found.state in TO_CARRY_OUT,
        "may_decide": queries.waiting_for(actor).filter(pk=found.pk).exists(),
        "is_first": found.state == DestructionState.PROPOSED,
        "may_withdraw": found.proposed_by_id == actor.pk
        and found.state in (DestructionState.PROPOSED, DestructionState.CONFIRMED),
        "share": min(found.count / found.expected, 1.0) if found.expected else 0.0,
        "longest": actions.LONGEST,
        **more,
    }
    if queries.sees_names(actor) and found.count:
        page = queries.page_of_destroyed(found, after=number(request.GET.get("after")))
        context |= {
            "things": [(each, wording.name_word(each.name)) for each in page.rows],
            "pager": {"next_url": f"{here}?after={page.after}" if page.after else ""},
        }
    return render(request, "retention/destruction.html", context, status=status)


@require_POST
@inside(Room.KEEPING)
def decide(request: Asked, pk: int) -> HttpResponse:
    """The first word, the second word, no, or withdrawn; whoever comes second is shown what the first one said."""
    found = _found_or_404(pk)
    version, answer = number(request.POST.get("version")) or 0, request.POST.get("answer", "")
    verdict = request.POST.get("verdict", "")
    try:
        if verdict in _WORDS:
            found = _WORDS[verdict](pk, actor=request.user, version=version)
        elif verdict == "withdraw":
            actions.withdraw_destruction(pk, actor=request.user, version=version)
            messages.success(request, _("Withdrawn."))
            return redirect("retention")
        else:
            actions.refuse_destruction(pk, actor=request.user, version=version, answer=answer)
            messages.success(request, _("Refused; nothing is destroyed."))
            return redirect("destruction", pk)
    except Invalid as refused:
        faults = [("field-answer", _("Reason"), fault_words(code)) for code in refused.data["faults"].values()]
        return _show(request, found, status=FAULTY, faults=faults, answer=answer)
    except Conflict as refused:
        told = {"is_other_rule": True} if refused.code == "rule_changed" else {"overtaken": True}
        return _show(request, _found_or_404(pk), status=CONTRADICTED, **told)
    except IllegalTransition:
        return _show(request, _found_or_404(pk), status=CONTRADICTED, overtaken=True)
    if found.state == DestructionState.APPROVED:
        found = destroying.carry_out(pk, portions=destroying.AT_ONCE)
    if found.state == DestructionState.DONE:
        messages.success(request, _("Destroyed and certified."))
        return redirect("destruction_certificate", pk)
    if found.approved_by_id:
        messages.success(request, _("Approved; the rest is destroyed in the background."))
    else:
        messages.success(request, _("Confirmed. The security administrator decides next."))
    return redirect("destruction", pk)


@require_safe
@inside(Room.KEEPING)
def certificate(request: Asked, pk: int) -> HttpResponse:
    """The certificate, to be printed; there is none before the end."""
    found = _found_or_404(pk)
    if found.state != DestructionState.DONE:
        raise Http404
    steps = [(_("Retention"), reverse("retention")), (wording.number_word(found.number), "")]
    return render(request, "retention/certificate.html", {**_told(found), "steps": steps})
