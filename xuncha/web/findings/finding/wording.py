"""Words of the pages of one finding: fields, acts, values, and what was wrong with what was typed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xuncha.findings.workflow import FindingState, Nature, Origin, Severity

FIELDS: Final[Mapping[str, Any]] = {
    "statement": lazy("Statement"),
    "heading": lazy("Heading in the paper"),
    "facts": lazy("Facts"),
    "category_id": lazy("Category"),
    "category_reasons": lazy("Reason of the category"),
    "codes": lazy("Codes of further schemes"),
    "code_reasons": lazy("Reasons of further codes"),
    "nature": lazy("Nature"),
    "origin": lazy("Origin"),
    "severity": lazy("Severity"),
    "immediate": lazy("To be put right at once"),
    "state": lazy("State"),
    "number": lazy("Number"),
    "round_id": lazy("Round"),
    "unit_id": lazy("Unit"),
    "units": lazy("Addressees"),
    "seen_at": lazy("Seen at"),
    "feedback_id": lazy("Feedback"),
    "successors": lazy("Replaced by"),
    "stated_leader": lazy("Leader"),
    "department": lazy("Section in charge"),
    "person": lazy("Person in charge"),
    "stated_due": lazy("Due date"),
    "due_words": lazy("Due, in the paper's words"),
    "stated_status": lazy("Status"),
    "progress": lazy("Progress"),
    "measures": lazy("Measures"),
    "stated_number": lazy("Number in the old ledger"),
    "remark": lazy("Remark"),
    "reason": lazy("Reason"),
    "parts": lazy("Parts"),
    "findings": lazy("Findings"),
}

ACTS: Final[Mapping[str, Any]] = {
    "enter_paper": pgettext_lazy("history", "Entered"),
    "apply_rows": pgettext_lazy("history", "Entered"),
    "add_finding": pgettext_lazy("history", "Added"),
    "edit_finding": pgettext_lazy("history", "Edited"),
    "edit_findings": pgettext_lazy("history", "Bulk edited"),
    "bulk_edit": pgettext_lazy("history", "Bulk edited"),
    "withdraw_finding": pgettext_lazy("history", "Withdrawn"),
    "restore_finding": pgettext_lazy("history", "Restored"),
    "address_finding": pgettext_lazy("history", "Addressed"),
    "attribute_finding": pgettext_lazy("history", "Noted"),
    "split_finding": pgettext_lazy("history", "Split"),
    "merge_findings": pgettext_lazy("history", "Merged"),
    "add_sealed_note": pgettext_lazy("history", "Sealed note added"),
    "open_sealed": pgettext_lazy("history", "Sealed note opened"),
    "issue_feedback": pgettext_lazy("history", "Fed back"),
    "put_into_feedback": pgettext_lazy("history", "Put into feedback"),
    "undo": pgettext_lazy("history", "Undone"),
}

CHOICES: Final[Mapping[str, Mapping[str, Any]]] = {
    "state": dict(FindingState.choices),
    "nature": dict(Nature.choices),
    "origin": dict(Origin.choices),
    "severity": dict(Severity.choices),
}
_CLAUSE: Final = re.compile(r"[，。；：,;\n]")
LEAST_TITLE, MOST_TITLE = 6, 30


def act(code: str) -> str:
    """What an act is called in a history; one not known here is a change."""
    return str(ACTS.get(code) or pgettext_lazy("history", "Changed"))


def field_word(name: str) -> str:
    """A field's name; of a field not known here, the bare name."""
    return str(FIELDS.get(name, name))


def title_of(statement: str) -> str:
    """The first clause of a statement, by which it is called."""
    ends = [found.start() for found in _CLAUSE.finditer(statement)]
    end = next((end for end in ends if end >= LEAST_TITLE), len(statement))
    return statement[:end] if end <= MOST_TITLE else statement[: MOST_TITLE - 1] + "…"


def said(thing: Any) -> str:
    """The name of a category, scheme or sector in the reader's language, the Chinese where there is no other."""
    if thing is None:
        return ""
    return str(thing.name_en if get_language() == "en" and thing.name_en else thing.name)


def listed(words: Iterable[str]) -> str:
    """Words one after the other, parted as the language does."""
    return pgettext("between the members of a list", ", ").join(words)


def day(value: datetime.date | datetime.datetime | None) -> str:
    """11-26 of this year, 2025-11-26 of another."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value).date()
    return value.strftime("%m-%d" if value.year == timezone.localdate().year else "%Y-%m-%d")


def fault(code: str, limit: int, count: int = 0) -> str:
    """What is wrong with a field, and what to do."""
    sentences = {
        "required": _("Fill this in."),
        "reason_required": _("This was fed back already. Say why it is corrected; the reason goes into the history."),
        "control_signs": _("It holds signs that cannot be shown. Delete them, or paste it again as plain text."),
        "unknown": _("This choice is not there any more. Choose another."),
        "date": _("Write the date as year-month-day, such as 2026-11-26."),
        "date_unlikely": _("The date lies outside 1949 to 2099. Check the year."),
        "too_many": _("At most %(limit)s entries. Put some of them together.") % {"limit": limit},
        "number_frozen": _("The number was fixed when it was fed back. The unit stays as it is."),
        "addressed_to_its_unit": _("A finding of one unit is addressed to that unit."),
        "joint_only": _("Only a joint finding has such a note."),
        "parts_number": _("It takes two findings at least and %(limit)s at most.") % {"limit": limit},
        "one_round": _("They belong to different rounds. Choose findings of one round."),
        "one_state": _("Some are drafts and some were fed back. Choose findings of one kind."),
        "one_addressing": _("They were fed back to different units. One unit may not read what was said of another."),
        "choose": _("You and your colleague both changed this. Choose one."),
    }
    if code == "too_long":
        return ngettext("At most %(limit)s sign. Shorten it.", "At most %(limit)s signs. Shorten it.", limit) % {
            "limit": limit
        }
    return sentences.get(code, _("This cannot be used. Check it."))
