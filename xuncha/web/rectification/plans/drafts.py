"""Drafts of a plan in words: what each party said, whose word is waited for, and the marks beside what they are on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from xuncha.rectification.queries import plan_drafts as queries
from xuncha.rectification.workflow import Verdict
from xuncha.web.language import in_language


def party_name(party: Any) -> str:
    """A party's name in the language of the page."""
    return in_language(party["name"], party["name_en"])


def lines(drafts: Sequence[Any]) -> list[dict[str, Any]]:
    """The drafts, the latest first, each with the opinions on it and who has not spoken."""
    return [_line(draft) for draft in drafts]


def _line(draft: Any) -> dict[str, Any]:
    names = {party["key"]: party_name(party) for party in draft.parties}
    waiting = [] if draft.outcome else [party_name(party) for party in queries.turns(draft)]
    return {
        "draft": draft,
        "rule": rule_words(draft.in_order, draft.majority),
        "opinions": [
            {
                "opinion": opinion,
                "party": names.get(opinion.party, ""),
                "is_return": opinion.verdict == Verdict.RETURN,
                "marks": len(opinion.marks.all()),
            }
            for opinion in draft.opinions.all()
        ],
        "waiting": _(", ").join(waiting),
    }


def rule_words(in_order: bool, majority: bool) -> str:
    """How a review goes, in a few words."""
    way = _("one after the other") if in_order else _("all at once")
    need = _("more than half agree") if majority else _("all agree")
    return _("%(way)s, %(need)s") % {"way": way, "need": need}


def marks_by_place(drafts: Sequence[Any]) -> dict[str, list[dict[str, str]]]:
    """The marks on the latest draft by place, each with the party that made it."""
    found: dict[str, list[dict[str, str]]] = {}
    for draft in list(drafts)[:1]:
        names = {party["key"]: party_name(party) for party in draft.parties}
        for opinion in draft.opinions.all():
            for mark in opinion.marks.all():
                told = {"party": names.get(opinion.party, ""), "quote": mark.quote, "words": mark.words}
                found.setdefault(mark.place, []).append(told)
    return found
