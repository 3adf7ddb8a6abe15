"""The part of a unit's desk that says what is due: each line a warning by the office's rules, with what to press."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from xuncha.rectification.queries.owed import Owed, owed_by
from xuncha.rectification.queries.plan_drafts import waiting_for
from xuncha.rectification.queries.plans import returned_plans
from xuncha.rectification.queries.pressing import letters_to_answer
from xuncha.web.language import in_language
from xuncha.web.rectification.showing import due_of_alert


def owing(actor: Any, round: Any | None) -> list[dict[str, Any]]:
    """What the rules warn this person of today, the earliest first."""
    lines = [_line(owed) for owed in owed_by(actor, timezone.localdate(), round)]
    return [*[_letter(letter) for letter in letters_to_answer(actor, round)], *lines]


def _letter(letter: Any) -> dict[str, Any]:
    """A letter of the office that the unit has not answered: before all else."""
    is_late = letter.reply_by < timezone.localdate()
    name = in_language(letter.kind.name, letter.kind.name_en)
    return {
        "what": f"{name} {letter.number}",
        "is_said": False,
        "unit": letter.unit.short_name,
        "url": reverse("letter", args=[letter.pk]),
        "act": pgettext("letters", "Answer"),
        "colour": "red" if is_late else "yellow",
        "due": due_of_alert(letter.reply_by, None),
    }


def plans_waiting(actor: Any, round: Any | None) -> dict[str, Any]:
    """Plans that wait for this person: how many to review, and those of the own unit that came back."""
    if round is None:
        return {}
    return {
        "to_review": len(waiting_for(actor, round)),
        "returned": returned_plans(actor, round),
        "url": reverse("plans"),
    }


def _line(owed: Owed) -> dict[str, Any]:
    if owed.kind == "claims":
        words = ngettext("%(n)s finding waits for an answer", "%(n)s findings wait for an answer", owed.number)
        what, url, act = words % {"n": f"{owed.number:,}"}, reverse("claims"), pgettext("claim", "Answer")
    elif owed.kind == "duty":
        # Whoever is in charge of the unit, and does not act for it, reports nothing.
        url = reverse("duty", args=[owed.pk]) if owed.is_own else reverse("timetable")
        what, act = owed.title, _("Report") if owed.is_own else _("Look")
    else:
        name = in_language(owed.rule.name, owed.rule.name_en) if owed.rule else ""
        what, url, act = name, reverse("timetable"), _("Look")
    return {
        "what": what,
        "is_said": owed.kind == "duty",
        "unit": owed.unit,
        "url": url,
        "act": act,
        "colour": owed.alert.colour,
        "due": due_of_alert(owed.due_on, owed.alert),
    }
