"""One draft as the tree and the paper show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from xuncha.findings.queries.review import Outline, is_unsure

if TYPE_CHECKING:
    from xuncha.web.findings.review.opened import Opened


# Status, its mark, its class in the tree.
MARKS: Mapping[str, tuple[str, str]] = {
    "unseen": ("not_started", ""),
    "unsure": ("unsure", "is-unsure"),
    "accepted": ("check", "is-checked"),
    "edited": ("pen", "is-checked"),
    "dropped": ("cross", "is-dropped"),
    "heading": ("", "is-heading"),
}


@dataclass(slots=True)
class Row:
    """A line of the tree. ``places`` are its stretches of the text; ``said`` the class they bear there, empty: none.

    ``kind`` is group, item, passage (left out at reading) or requirement; ``end`` the words at the line's end;
    ``sign`` its marker.
    """

    pk: int
    version: int
    kind: str
    status: str
    label: str
    what: str
    end: str
    depth: int
    start: int | None
    places: list[tuple[int, int]]
    sign: str = ""
    opened: Opened | None = None

    @property
    def heading(self) -> str:
        """The words with their marker as papers write it, where it is a heading: 一、 （一） 1."""
        if self.kind != "group" or not self.sign:
            return self.what
        if self.sign[-1] in "）)、.．":
            return self.sign + self.what
        return f"{self.sign}.{self.what}" if self.sign.isdecimal() else f"{self.sign}、{self.what}"

    @property
    def mark(self) -> str:
        return MARKS[self.status][0]

    @property
    def classes(self) -> str:
        names = ["tree-row", MARKS[self.status][1], "is-here" if self.opened is not None else ""]
        return " ".join(name for name in names if name)

    @property
    def word(self) -> str:
        """The status in words, for whoever does not see the mark."""
        return status_words()[self.status]

    @property
    def said(self) -> str:
        """The class of its words in the paper; a passage that will not enter bears none."""
        if self.kind == "group":
            return ""
        names = {"unsure": "said-found said-unsure", "dropped": "said-dropped", "unseen": "said-found said-unseen"}
        return names.get(self.status, "said-found")


def status_words() -> dict[str, str]:
    return {
        "unseen": _("Not looked at"),
        "unsure": _("Unsure"),
        "accepted": _("Accepted"),
        "edited": pgettext("of a draft", "Changed"),
        "dropped": _("Dropped"),
        "heading": _("Heading"),
    }


def category_name(category: Any) -> str:
    """A category in the reader's language."""
    if category is None:
        return ""
    return str(category.name_en or category.name if get_language() == "en" else category.name)


def row_of(draft: Any, outline: Outline) -> Row:
    """The line of a draft."""
    entry = outline.by_key.get(draft.pk)
    if draft.level == "group":
        kind, status = "group", "dropped" if draft.state == "dropped" else "heading"
    else:
        kind = "requirement" if draft.level == "requirement" else "item" if draft.label else "passage"
        status = _status(draft)
    pieces = [(draft.start, draft.end), *((p.get("start"), p.get("end")) for p in [*draft.evidence, *draft.duties])]
    return Row(
        pk=draft.pk,
        version=draft.version,
        kind=kind,
        status=status,
        label=draft.label,
        what=draft.statement,
        end=_end(draft, kind),
        depth=max(outline.depth(entry) - 1, 0) if entry is not None else 0,
        start=draft.start,
        sign=draft.path[-1] if draft.path else "",
        places=[(start, end) for start, end in pieces if start is not None and end is not None and end > start],
    )


def _status(draft: Any) -> str:
    if draft.state == "dropped":
        return "dropped"
    if draft.state == "accepted":
        return "edited" if draft.is_edited else "accepted"
    return "unsure" if is_unsure(draft) else "unseen"


def _end(draft: Any, kind: str) -> str:
    if kind == "passage":
        return _("Left out at reading, not entered")
    if kind == "requirement":
        return draft.due or ""
    if kind == "group":
        return ""
    words = [category_name(draft.category) or _("No category")]
    if draft.state == "unseen" and not draft.evidence and is_unsure(draft):
        words.append(_("No concrete fact"))
    if draft.is_edited and draft.state == "accepted":
        words.append(pgettext("of a draft", "Changed"))
    return " · ".join(words)
