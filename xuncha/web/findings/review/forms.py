"""The edit form of a draft: what stands in it, what was sent, and what cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

STATED = ("leader", "department", "person", "status", "who")
LISTS = ("evidence", "measures", "duties")
CHOSEN = ("nature", "origin", "severity")


@dataclass
class EditForm:
    """Values as shown in the form, and faults by field as sentences."""

    statement: str = ""
    evidence: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    duties: list[str] = field(default_factory=list)
    nature: str = ""
    origin: str = ""
    severity: str = ""
    immediate: bool = False
    due: str = ""
    stated: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, draft: Any) -> EditForm:
        """The form as the draft is now."""
        return cls(
            statement=draft.statement,
            evidence=[piece["text"] for piece in draft.evidence],
            measures=[piece["text"] for piece in draft.measures],
            duties=[piece["text"] for piece in draft.duties],
            nature=draft.nature,
            origin=draft.origin,
            severity=draft.severity,
            immediate=draft.immediate,
            due=draft.due or draft.stated.get("due", ""),
            stated={name: draft.stated.get(name, "") for name in STATED},
        )

    @classmethod
    def sent(cls, post: QueryDict, faults: Mapping[str, tuple[str, int]] | None = None) -> EditForm:
        """The form as it was sent, with what cannot be used in words."""
        return cls(
            statement=post.get("statement", ""),
            evidence=post.getlist("evidence"),
            measures=post.getlist("measures"),
            duties=post.getlist("duties"),
            nature=post.get("nature", ""),
            origin=post.get("origin", ""),
            severity=post.get("severity", ""),
            immediate="immediate" in post,
            due=post.get("due", ""),
            stated={name: post.get(name, "") for name in STATED},
            faults={name: fault_words(name, code, limit) for name, (code, limit) in (faults or {}).items()},
        )


def changes_in(post: QueryDict) -> dict[str, Any]:
    """What `actions.reviewing.edit` takes, of the fields that the form holds; what it does not hold stays."""
    held = set(post.getlist("holds"))
    changes: dict[str, Any] = {"statement": post.get("statement", "")}
    changes.update({name: post.getlist(name) for name in LISTS if name in held})
    if "facets" in held:
        changes.update({name: post.get(name, "") for name in CHOSEN})
        changes["immediate"] = "immediate" in post
    changes.update({name: post.get(name, "") for name in (*STATED, "due") if name in held})
    return changes


def fault_words(name: str, code: str, limit: int) -> str:
    """A fault as a sentence that says what to do."""
    if code == "required":
        return _("Please write what the finding is; to leave it out, drop it.")
    if code == "too_long":
        return _("Please shorten it to %(limit)d characters at most.") % {"limit": limit}
    if code == "line_too_long":
        return _("Please shorten each entry to %(limit)d characters at most.") % {"limit": limit}
    if code == "too_many":
        return _("Please keep to %(limit)d entries at most.") % {"limit": limit}
    if code == "control_signs":
        return _("It holds signs that cannot be shown. Delete them, or paste it again as plain text.")
    return _("Please choose one of the values offered.")
