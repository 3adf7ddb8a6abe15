"""What is kept for how long and what is due; of one kind the records by name, for those who may see names."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xuncha.security.errors import NotPermitted
from xuncha.security.retention import queries
from xuncha.security.retention.kinds import RecordKind, kinds
from xuncha.security.roles import Room
from xuncha.web.asked import Asked, number
from xuncha.web.retention import wording
from xuncha.web.rooms import inside


@require_safe
@inside(Room.KEEPING)
def retention(request: Asked) -> HttpResponse:
    """Every kind with rule, what is due, what is held; below it the destructions, newest first."""
    actor = request.user
    base = reverse("retention")
    page = queries.page_of_destructions(before=number(request.GET.get("before")))
    context = {
        "tab": "retention",
        "kinds": [
            {
                "code": each.kind.code,
                "label": each.kind.label,
                "years": wording.years_word(each.rule.years),
                "event": wording.event_word(each.kind, each.rule.event),
                "source": each.rule.source,
                "due": f"{each.due:,}{'+' if each.is_more else ''}",
                "is_due": bool(each.due),
                "held": each.held,
                "open": each.open,
            }
            for each in queries.standings()
        ],
        "destructions": [
            {
                "destruction": each,
                "kind": wording.kind_word(each.kind),
                "number": wording.number_word(each.number),
                "tag": wording.tag_of(each),
            }
            for each in page.rows
        ],
        "proposes": queries.proposes(actor),
        "confirms": queries.confirms(actor),
        "sees_names": queries.sees_names(actor),
        "pager": {"next_url": f"{base}?before={page.after}" if page.after else ""},
    }
    return render(request, "retention/retention.html", context)


def kind_or_404(code: str) -> RecordKind:
    """The kind of record."""
    kind = kinds().get(code)
    if kind is None:
        raise Http404
    return kind


@require_safe
def due(request: Asked, code: str) -> HttpResponse:
    """The records of a kind that are due, by name, and what is held back."""
    kind = kind_or_404(code)
    actor = request.user
    if not queries.sees_names(actor):
        raise NotPermitted("not_permitted", act="see_due_records")
    page = queries.page_of_due(kind, after=number(request.GET.get("after")))
    rule = queries.rule_of(kind)
    here = reverse("retention_due", args=[code])
    context: dict[str, Any] = {
        "steps": [(_("Retention"), reverse("retention")), (str(kind.label), "")],
        "kind": kind,
        "years": wording.years_word(rule.years),
        "event": wording.event_word(kind, rule.event),
        "before": queries.before_of(rule),
        "rows": [
            {"key": row.pk, "name": wording.name_word(name)}
            for row, name in zip(page.rows, kind.named(page.rows), strict=True)
        ],
        "holds": [(each, wording.name_word(each.name)) for each in queries.holds(kind)],
        "proposes": queries.proposes(actor),
        "confirms": queries.confirms(actor),
        "pager": {"next_url": f"{here}?after={page.after}" if page.after else ""},
    }
    return render(request, "retention/due.html", context)
