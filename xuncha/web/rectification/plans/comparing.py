"""Two drafts of a plan side by side: what was added, taken out and changed, word by word."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xuncha.rectification.queries import plan_drafts
from xuncha.rectification.queries import plans as queries
from xuncha.web.asked import Asked, number
from xuncha.web.findings.finding.history import compare
from xuncha.web.rectification.plans import wording


@require_safe
def comparison(request: Asked, pk: int) -> HttpResponse:
    """``from`` and ``to``: numbers of drafts; without ``to`` what the unit has written since, for the unit alone."""
    plan = queries.find_plan(request.user, pk)
    if plan is None:
        raise Http404
    known = {draft.number: draft for draft in plan_drafts.drafts_of(plan)}
    first, second = number(request.GET.get("from")), number(request.GET.get("to"))
    if second is None and not queries.may_write(request.user, plan):
        second = plan.draft_no
    if first is None:
        first = plan.draft_no if second is None else second - 1
    before = known.get(first)
    after = known.get(second) if second is not None else None
    if before is None or (second is not None and after is None):
        raise Http404
    now = after.content if after else plan_drafts.content_of(plan, queries.plan_items(request.user, plan))
    found = plan_drafts.changes(before.content, now)
    context = {
        "plan": plan,
        "first": first,
        "second": second,
        "changes": [_line(each) for each in found],
        "counted": {kind: sum(each.kind == kind for each in found) for kind in ("added", "removed", "changed")},
        "choices": sorted(known),
    }
    return render(request, "rectification/plans/compare.html", context)


def _line(changed: Any) -> dict[str, Any]:
    return {
        "changed": changed,
        "is_item": changed.place.startswith("item."),
        "fields": [(wording.FIELDS[name], _words(name, *values)) for name, values in changed.fields.items()],
    }


def _words(name: str, before: str, after: str) -> Any:
    if name == "kind":
        kinds = {code: str(word) for code, word in queries.KIND_CHOICES}
        before, after = kinds.get(before, before), kinds.get(after, after)
    return compare(before, after)
