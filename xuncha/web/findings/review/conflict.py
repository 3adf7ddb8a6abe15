"""Somebody else changed the draft meanwhile: both versions side by side, and the choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from xuncha.findings.queries import review
from xuncha.web.asked import Asked
from xuncha.web.findings.review.opened import ConflictView, stated_labels
from xuncha.web.findings.review.rows import status_words

# Fields of the request that say where the page stands, not what was typed.
_OF_THE_PAGE = frozenset({"csrfmiddlewaretoken", "version", "since", "seen", "order", "next", "here"})


def conflict_of(request: Asked, draft: Any, version: int, wanted: str) -> ConflictView:
    """What the person saw, what it is now, and what was wanted; each line (label, seen, now, mine)."""
    seen = review.as_seen(draft, version)
    now = {name: getattr(draft, name) for name in _FIELDS}
    mine = _typed(request)
    lines = []
    for name, label in _labels().items():
        before = _words(name, seen) if seen is not None else ""
        theirs, typed = _words(name, now), mine.get(name, "")
        if theirs != before or (typed and typed != theirs):
            lines.append((label, before, theirs, typed))
    return ConflictView(
        who=draft.changed_by.get_full_name() if draft.changed_by_id else "",
        when=draft.changed_at,
        lines=lines,
        again=[
            (name, value)
            for name, values in request.POST.lists()
            if name not in _OF_THE_PAGE
            for value in values
            if isinstance(value, str)
        ],
        url=request.path,
        wanted=wanted,
    )


_FIELDS = ("statement", "evidence", "measures", "duties", "state", "due", "stated", "units", "category_id")


def _labels() -> Mapping[str, str]:
    return {
        "statement": _("Statement"),
        "evidence": _("Facts"),
        "measures": _("Measures as stated"),
        "duties": _("Duties"),
        "state": _("State"),
        "due": _("Time limit"),
        **{name: label for name, label in stated_labels().items() if name != "due"},
        "category_id": _("Category"),
        "units": _("Addressees"),
    }


def _words(name: str, fields: Mapping[str, Any]) -> str:
    if name in ("evidence", "measures", "duties"):
        return "\n".join(piece["text"] for piece in fields.get(name) or ())
    if name == "state":
        return status_words().get(fields.get("state", ""), "")
    if name == "category_id":
        found = review.categories_of([fields["category_id"]]) if fields.get("category_id") else []
        return found[0].name if found else ""
    if name == "units":
        names = review.unit_names(fields.get("units") or ())
        return "、".join(names.values()) if fields.get("units") else ""
    if name in ("statement", "due"):
        return str(fields.get(name) or "")
    return str((fields.get("stated") or {}).get(name, ""))


def _typed(request: Asked) -> dict[str, str]:
    post = request.POST
    typed = {name: post.get(name, "").strip() for name in post if name in ("statement", "due", *stated_labels())}
    for name in ("evidence", "measures", "duties"):
        if name in post:
            typed[name] = "\n".join(text.strip() for text in post.getlist(name) if text.strip())
    return typed
