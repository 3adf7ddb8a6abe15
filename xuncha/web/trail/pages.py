"""The list of entries with its filters, which is also the view of one person and of one object; and one entry."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from xuncha.security import reading
from xuncha.security.reading import TrailQuery
from xuncha.web.asked import Asked, number
from xuncha.web.trail import showing, wording
from xuncha.web.trail.proof import proof

FIELDS = ("since", "until", "person", "role", "act", "kind", "key", "way", "address", "batch", "refused")


@require_safe
def trail(request: Asked) -> HttpResponse:
    """Newest first, narrowed by the query string; the list alone for htmx."""
    query = TrailQuery.from_params(request.GET)
    page = reading.page(
        request.user, query, before=number(request.GET.get("before")), after=number(request.GET.get("after"))
    )
    base, people = reverse("trail"), reading.people()
    total, is_more = reading.count(request.user, query)
    kept = query.to_params()
    context: dict[str, Any] = {
        "rows": showing.rows(page.entries),
        "total": f"{total:,}{'+' if is_more else ''}",
        "filters": _filters(query, base, people),
        "query": query,
        "params": kept,
        "faulty": [_name(name) for name in query.faulty],
        "about": _about(query, people),
        "people": [(pk, f"{name}（{account}）") for pk, name, account in people],
        "roles": list(wording.ROLES.items()),
        "acts": sorted(wording.ACTS.items(), key=lambda pair: str(pair[1])),
        "kinds": list(wording.KINDS.items()),
        "ways": list(wording.WAYS.items()),
        "tabs": [
            (_("All"), query.address_of(base, refused=False), not query.refused),
            (_("Refused only"), query.address_of(base, refused=True), query.refused),
        ],
        "pager": {
            "total": "",
            "previous_url": f"{base}?{urlencode({**kept, 'after': page.entries[0].seq})}"
            if page.newer and page.entries
            else "",
            "next_url": f"{base}?{urlencode({**kept, 'before': page.entries[-1].seq})}" if page.older else "",
        },
        "export_url": query.address_of(reverse("trail_export")),
        "proof": proof(),
    }
    return render(request, "trail/trail.html", context)


@require_safe
def trail_entry(request: Asked, seq: int) -> HttpResponse:
    """One entry: all that its reader may see of it, and the others of its act."""
    entry = reading.entry(request.user, seq)
    if entry is None:
        raise Http404
    (row,) = showing.rows([entry])
    of_batch = TrailQuery(batch=entry.batch)
    together, is_more = reading.count(request.user, of_batch)
    return render(
        request,
        "trail/entry.html",
        {
            "row": row,
            "steps": [(_("Trail"), reverse("trail")), (str(entry.seq), "")],
            "digest": entry.digest.upper(),
            "link": bytes(entry.link).hex(),
            "commitment": bytes(entry.commitment).hex(),
            "batch": f"{together:,}{'+' if is_more else ''}" if together > 1 else "",
            "batch_url": of_batch.address_of(reverse("trail")),
        },
    )


def _about(query: TrailQuery, people: list[tuple[int, str, str]]) -> str:
    """Whose or what's trail it is, where it is that of one person or one object."""
    if query.kind and query.key is not None:
        named = next((name for pk, name, _account in people if pk == query.key), "")
        return named if query.kind == showing.ACCOUNT and named else showing.object_word(query.kind, query.key)
    return next((name for pk, name, _account in people if pk == query.person), "") if query.person else ""


def _name(name: str) -> str:
    return {
        "since": _("From day"),
        "until": _("To day"),
        "person": pgettext("trail", "Person"),
        "role": _("Role"),
        "act": pgettext("trail", "Act"),
        "kind": _("Kind of object"),
        "key": _("Number of the object"),
        "way": _("Way in"),
        "address": _("Network address"),
        "batch": _("One act"),
        "refused": _("Refused only"),
    }[name]


def _filters(query: TrailQuery, base: str, people: list[tuple[int, str, str]]) -> list[dict[str, str]]:
    """The filters in force as boxes that can be taken away."""
    accounts = {pk: f"{name}（{account}）" for pk, name, account in people}
    said: dict[str, str] = {
        "since": str(query.since or ""),
        "until": str(query.until or ""),
        "person": accounts.get(query.person, str(query.person)) if query.person is not None else "",
        "role": wording.role(query.role),
        "act": wording.act(query.act),
        "kind": wording.kind(query.kind),
        "key": str(query.key) if query.key is not None else "",
        "way": wording.way(query.way),
        "address": query.address,
        "batch": str(query.batch)[:8] if query.batch else "",
    }
    blank: dict[str, Any] = {"role": "", "act": "", "kind": "", "way": "", "address": ""}
    return [
        {"name": _name(name), "value": words, "remove_url": query.address_of(base, **{name: blank.get(name)})}
        for name, words in said.items()
        if words
    ]
