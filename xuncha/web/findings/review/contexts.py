"""What the page of a review and its fragments show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from xuncha.findings.queries import review
from xuncha.web.asked import Asked
from xuncha.web.findings.review.opened import Opened
from xuncha.web.findings.review.rows import Row, row_of

ORDERS: Final = ("paper", "first", "only")


@dataclass
class SectionView:
    """A part of the tree: its head and its lines. ``title`` is what the paper calls it."""

    key: int
    title: str
    rows: list[Row] = field(default_factory=list)
    is_open: bool = False
    end: str = ""
    sure: int = 0

    @property
    def anchor(self) -> str:
        return f"section-{self.key}" if self.key >= 0 else "section-required"


@dataclass
class Standing:
    """How far the review stands, as the head of the page says it."""

    tally: review.Tally
    others: str
    saved_at: Any
    undo: str
    since: int

    @property
    def shares(self) -> list[tuple[str, float]]:
        total = self.tally.total or 1
        return [("k5", self.tally.checked / total), ("amber", self.tally.unsure / total)]

    @property
    def seen(self) -> str:
        """What a page has that shows this; it asks for news by it."""
        return f"{self.since}|{self.others}"


def order_of(request: Asked) -> str:
    asked = request.GET.get("order") or request.POST.get("order") or "paper"
    return asked if asked in ORDERS else "paper"


def section_title(key: int, heading: str) -> str:
    if key == -1:
        return _("Requirements (not findings: become tasks)")
    return heading or _("Without a heading")


def section_end(section: review.Section, others: Sequence[Any], outline: review.Outline) -> str:
    """How far a part stands, and who else is at it."""
    if section.key == -1:
        return _("%(total)d items") % {"total": len(section.entries)}
    words = _("%(total)d items, %(checked)d reviewed") % {
        "total": section.tally.total,
        "checked": section.tally.checked,
    }
    here = [p.user.get_full_name() for p in others if _section_at(p, outline) == section.key]
    return words + "".join(_(", %(name)s is at it") % {"name": name} for name in here)


def _section_at(presence: Any, outline: review.Outline) -> int | None:
    section = outline.section_of(presence.draft_id) if presence.draft_id else None
    return section.key if section is not None else None


def others_words(others: Sequence[Any], outline: review.Outline) -> str:
    """Who else is here: 另有 顾青岚 正在核对第三部分."""
    words = []
    for presence in others:
        section = outline.section_of(presence.draft_id) if presence.draft_id else None
        name = presence.user.get_full_name()
        if section is None:
            words.append(_("%(name)s is reviewing too") % {"name": name})
        else:
            words.append(_("%(name)s is reviewing part %(part)d too") % {"name": name, "part": section.order})
    return _("; ").join(words)


def standing_of(
    paper: Any, actor: Any, outline: review.Outline, others: Sequence[Any], since: int, last: Any
) -> Standing:
    """How far the review stands."""
    return Standing(
        tally=outline.tally,
        others=others_words(others, outline),
        saved_at=last.at if last is not None else None,
        undo=act_words(last, outline) if last is not None else "",
        since=since,
    )


def act_words(step: Any, outline: review.Outline) -> str:
    """A step in words, for the way back: 采纳第15条."""
    keys = [int(key) for key, fields in step.after.items() if fields is not None]
    labels = [outline.by_key[key].label for key in keys if key in outline.by_key and outline.by_key[key].label]
    verbs = {
        "accept": _("Accept"),
        "accept_sure": _("Accept all sure ones"),
        "drop": _("Drop"),
        "edit": _("Edit"),
        "split": pgettext("an act", "Split"),
        "merge": _("Merge with the one before"),
        "reclassify": _("Category"),
        "readdress": _("Addressees"),
        "note_seen_at": _("Private note"),
        "add": _("Add"),
    }
    verb = verbs.get(step.act, step.act)
    if step.act == "accept_sure":
        return ngettext("%(verb)s (%(count)d)", "%(verb)s (%(count)d)", len(keys)) % {"verb": verb, "count": len(keys)}
    return _("%(verb)s no. %(label)s") % {"verb": verb, "label": labels[0]} if labels else verb


def tree_of(
    drafts: Sequence[Any],
    outline: review.Outline,
    others: Sequence[Any],
    *,
    order: str = "paper",
    here: int | None = None,
    opened: Opened | None = None,
    only: set[int] | None = None,
) -> list[SectionView]:
    """The parts of the tree with their lines; ``only`` picks parts by key."""
    rows = {draft.pk: row_of(draft, outline) for draft in drafts}
    if here in rows:
        rows[here].opened = opened
    sections: list[SectionView] = []
    at = outline.section_of(here) if here is not None else None
    unsure = [entry.pk for entry in outline.entries if entry.is_unsure or (order == "only" and entry.pk == here)]
    if order != "paper":
        view = SectionView(0, _("Unsure ones"), [rows[pk] for pk in unsure if pk in rows], is_open=True)
        view.key = -2
        view.end = ngettext("%(count)d item", "%(count)d items", len(unsure)) % {"count": len(unsure)}
        sections.append(view)
        if order == "only":
            return sections
    taken = set(unsure) if order == "first" else set()
    for section in outline.sections:
        if only is not None and section.key not in only:
            continue
        heading = rows[section.key].heading if section.key in rows else ""
        view = SectionView(section.key, section_title(section.key, heading), end=section_end(section, others, outline))
        view.rows = [rows[e.pk] for e in section.entries if e.pk in rows and e.pk not in taken]
        if not section.entries and section.key in rows:
            # A heading under which nothing was read: it may be a finding itself.
            view.rows = [rows[section.key]]
        view.is_open = at is not None and at.key == section.key
        view.sure = section.tally.sure
        sections.append(view)
    return sections


def enter_url(paper: Any) -> str:
    """Where the paper is entered; empty while there is no such page."""
    return _url("enter_paper", paper)


def _url(name: str, paper: Any) -> str:
    try:
        return reverse(name, args=[paper.pk])
    except NoReverseMatch:
        return ""


def became_words(paper: Any) -> tuple[str, str]:
    """What became of a paper that is not under review: sentence, and what to do."""
    when = timezone.localtime(paper.entered_at) if paper.entered_at else None
    who = paper.entered_by.get_full_name() if paper.entered_by_id else ""
    sentences = {
        "waiting": _("It is not read yet."),
        "reading": _("It is being read."),
        "failed": _("It could not be read."),
        "entering": _("It is being entered into the ledger."),
        "discarded": _("It was discarded; nothing of it is in the ledger."),
        "entered": _("It was entered into the ledger."),
        "destroyed": _("It was destroyed by rule."),
    }
    sentence = sentences.get(paper.state, "")
    if paper.state == "entered" and when is not None:
        sentence = _("%(who)s entered it into the ledger on %(day)s at %(time)s.") % {
            "who": who,
            "day": f"{when:%Y-%m-%d}",
            "time": f"{when:%H:%M}",
        }
    advice = {
        "waiting": _("The review opens as soon as it is read; this page tells when you reload it."),
        "reading": _("The review opens as soon as it is read; this page tells when you reload it."),
        "entered": _("What is to be changed now is changed in the ledger."),
    }
    return sentence, advice.get(paper.state, _("What can be done with it stands on its page."))
