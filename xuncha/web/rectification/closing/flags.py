"""Signs of paper only, both texts or files side by side."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from xuncha.findings import similarity
from xuncha.rectification.queries import flags as queries
from xuncha.web.findings.old_ledgers.checking import pieces

COMPARED = 2000
"""Signs of each text in which shared words are marked."""


def flag_rows(actor: Any, item: Any) -> list[dict[str, Any]]:
    """The flags of an item as its page shows them."""
    return [_row(flag) for flag in queries.flags_of(actor, [item.pk])[item.pk]]


def _row(flag: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "flag": flag,
        "word": flag.get_kind_display(),
        "url": reverse("note_flag", args=[flag.pk]),
        "sides": [],
        "files": [],
        "choices": queries.OUTCOME_CHOICES,
    }
    if flag.other_entry is not None:
        mine, theirs = flag.entry.words[:COMPARED], flag.other_entry.words[:COMPARED]
        shared = similarity.why(mine, theirs)
        row["sides"] = [
            (_("Here"), "", flag.entry.on, pieces(mine, [each.first for each in shared])),
            (
                *_whose(flag.other_entry),
                flag.other_entry.on,
                pieces(theirs, [each.second for each in shared]),
            ),
        ]
    elif flag.entry is not None:
        row["sides"] = [(_("Here"), "", flag.entry.on, [(flag.entry.words[:COMPARED], False)])]
    if flag.evidence is not None:
        row["files"] = [(_("Here"), "", flag.evidence)]
        if flag.other_evidence is not None:
            row["files"].append((*_whose(flag.other_evidence), flag.other_evidence))
    return row


def _whose(thing: Any) -> tuple[str, str]:
    """Of which item a report or a file is."""
    item = thing.measure.rectification
    return f"{item.finding.number} {item.unit.short_name}", reverse("item", args=[item.pk])
