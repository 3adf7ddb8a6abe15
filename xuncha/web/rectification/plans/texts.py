"""The plan's own texts: first responsible, leading group, principles, guarantees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xuncha.rectification.actions.planning import LONGEST, edit_plan_texts
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries import plans as queries
from xuncha.rectification.queries.plan_drafts import TEXTS
from xuncha.security.errors import Conflict, IllegalTransition, Invalid
from xuncha.web.asked import Asked, number
from xuncha.web.faults import fault_words
from xuncha.web.rectification.plans import wording
from xuncha.web.rectification.plans.fields import conflict_lines, field


@require_http_methods(["GET", "HEAD", "POST"])
def texts(request: Asked, pk: int) -> HttpResponse:
    """A form with the four texts; of two who write at once the second is told what the first wrote."""
    plan = queries.find_plan(request.user, pk)
    if plan is None:
        raise Http404
    POLICY.require(request.user, "write_plan", plan)
    if request.method != "POST":
        return _form(request, plan, {name: getattr(plan, name) for name in TEXTS})
    typed = {name: request.POST.get(name, "") for name in TEXTS}
    try:
        version = number(request.POST.get("version")) or 0
        edit_plan_texts(plan, wanted=typed, actor=request.user, version=version)
    except Invalid as refused:
        return _form(request, plan, typed, faults=refused.data["faults"])
    except Conflict as refused:
        return _form(request, refused.data["current"], typed, is_conflict=True)
    except IllegalTransition as refused:
        return _form(request, plan, typed, told=wording.refused(refused.code))
    messages.success(request, _("Saved."))
    return redirect("plan", pk)


def _form(
    request: Asked,
    plan: Any,
    values: Mapping[str, str],
    *,
    faults: Mapping[str, str] | None = None,
    is_conflict: bool = False,
    told: str = "",
) -> HttpResponse:
    wrong = {name: fault_words(fault) for name, fault in (faults or {}).items()}
    offered = {"first_responsible": queries.secretaries_of(plan.unit_id)}
    context = {
        "plan": plan,
        "fields": [field(name, values[name], wrong, LONGEST[name], offered.get(name, ())) for name in TEXTS],
        "faults": [(f"id_{name}", wording.FIELDS[name], words) for name, words in wrong.items()],
        "conflict": conflict_lines(plan, values, TEXTS) if is_conflict else None,
        "told": told,
    }
    status = 422 if wrong else 409 if is_conflict or told else 200
    return render(request, "rectification/plans/texts.html", context, status=status)
