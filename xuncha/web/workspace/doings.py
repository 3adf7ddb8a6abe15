"""What was done to the ledger, in words: one line a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from xuncha.findings.queries.desk import Doing
from xuncha.web.rounds.picture import address

# The act of the trail, as a sentence without the actor; what is not named here was changed.
_WORDS: Final[Mapping[str, Any]] = {
    "enter_paper": ngettext_lazy("entered %(count)s finding", "entered %(count)s findings", "count"),
    "import_ledger": ngettext_lazy(
        "took over %(count)s finding of an old ledger", "took over %(count)s findings of an old ledger", "count"
    ),
    "apply_rows": ngettext_lazy(
        "took over %(count)s finding of an old ledger", "took over %(count)s findings of an old ledger", "count"
    ),
    "issue_feedback": ngettext_lazy("fed back %(count)s finding", "fed back %(count)s findings", "count"),
    "put_into_feedback": ngettext_lazy(
        "put %(count)s finding into feedback", "put %(count)s findings into feedback", "count"
    ),
    "split_finding": ngettext_lazy("split a finding, %(count)s entry", "split a finding, %(count)s entries", "count"),
    "merge_findings": ngettext_lazy("merged findings, %(count)s entry", "merged findings, %(count)s entries", "count"),
    "withdraw_finding": ngettext_lazy("withdrew %(count)s finding", "withdrew %(count)s findings", "count"),
    "restore_finding": ngettext_lazy("restored %(count)s finding", "restored %(count)s findings", "count"),
    "address_finding": ngettext_lazy("readdressed %(count)s finding", "readdressed %(count)s findings", "count"),
    "attribute_finding": ngettext_lazy(
        "noted where %(count)s finding was seen", "noted where %(count)s findings were seen", "count"
    ),
    "recode_findings": ngettext_lazy(
        "moved %(count)s finding to another category", "moved %(count)s findings to another category", "count"
    ),
    "undo": ngettext_lazy("took back changes to %(count)s finding", "took back changes to %(count)s findings", "count"),
}
_CHANGED: Final = ngettext_lazy("changed %(count)s finding", "changed %(count)s findings", "count")


@dataclass(frozen=True, slots=True)
class Line:
    """Who did what and when; ``number`` and ``url`` of the finding where it was one."""

    who: str
    what: str
    at: datetime
    number: str
    url: str


def lines(doings: list[Doing]) -> list[Line]:
    """The doings as lines of the desk."""
    return [_line(doing) for doing in doings]


def _line(doing: Doing) -> Line:
    words = _WORDS.get(doing.act, _CHANGED) % {"count": doing.number}
    if doing.is_bounded:
        words = _("%(words)s and more") % {"words": words}
    finding = doing.finding
    return Line(
        doing.actor,
        words,
        doing.at,
        finding.number if finding is not None else "",
        address("finding", finding.pk) if finding is not None else "",
    )
