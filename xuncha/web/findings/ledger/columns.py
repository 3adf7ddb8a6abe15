"""The columns of the list: for the page, for paper and for what is taken out."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, pgettext_lazy

from xuncha.web.findings.ledger.words import Word, code_name
from xuncha.web.language import name_of
from xuncha.web.rounds.wording import round_name

Value = str | datetime.date | None


@dataclass(frozen=True)
class Column:
    """``text`` gives the value of a finding in words; ``sort`` names the order it can be put in; ``phone`` its place
    in a row on a phone (see `table-phone.css`); ``width`` is for a workbook, a Chinese character counts two."""

    name: str
    heading: Word
    text: Callable[[Any], Value]
    sort: str = ""
    phone: str = ""
    width: int = 14
    is_least: bool = False


def unit_words(finding: Any, most: int = 2) -> str:
    """The units it is addressed to, as far as the reader may know; many are counted."""
    names = [addressee.unit.short_name for addressee in finding.addressees.all()]
    if not names and finding.unit is not None:
        names = [finding.unit.short_name]
    if len(names) > most:
        return ngettext("%(count)s unit", "%(count)s units", len(names)) % {"count": len(names)}
    return _(", ").join(names)


def all_units(finding: Any) -> str:
    """The units it is addressed to, by their full names."""
    names = [addressee.unit.name for addressee in finding.addressees.all()]
    if not names and finding.unit is not None:
        names = [finding.unit.name]
    return _(", ").join(names)


def source_words(finding: Any) -> str:
    """Where it stands: 反馈第4页; empty where a person wrote it."""
    if finding.paper_id is None and finding.feedback_id is None:
        return ""
    if finding.page:
        return _("Feedback p. %(page)s") % {"page": finding.page}
    return _("Paper") if finding.paper_id is not None else _("Feedback")


def day(date: datetime.date | None) -> str:
    """11-26; the year where it is not this one."""
    if date is None:
        return ""
    return f"{date:%m-%d}" if date.year == timezone.localdate().year else f"{date:%Y-%m-%d}"


def _changed(finding: Any) -> str:
    return f"{timezone.localtime(finding.changed_at):%Y-%m-%d %H:%M}"


NUMBER: Final = Column("number", lazy("No."), lambda f: f.number, "number", "number", 22)
STATEMENT: Final = Column("statement", lazy("Finding (as fed back)"), lambda f: f.statement, "", "text", 60)
COLUMNS: Final[tuple[Column, ...]] = (
    NUMBER,
    STATEMENT,
    Column("round", lazy("Round"), lambda f: round_name(f.round), width=16, is_least=True),
    Column("unit", lazy("Unit"), all_units, "unit", "note", 20),
    Column("category", lazy("Category"), lambda f: name_of(f.category) if f.category else "", "category", "note", 14),
    Column("severity", lazy("Severity"), lambda f: code_name("severity", f.severity), "severity", "", 8, True),
    Column("nature", lazy("Nature"), lambda f: code_name("nature", f.nature), width=8, is_least=True),
    Column("origin", lazy("Origin"), lambda f: code_name("origin", f.origin), width=8, is_least=True),
    Column(
        "immediate",
        lazy("At once"),
        lambda f: str(pgettext_lazy("at once", "Yes")) if f.immediate else "",
        width=8,
        is_least=True,
    ),
    Column("leader", lazy("Leader"), lambda f: f.stated_leader, "", "note", 12),
    Column("due", pgettext_lazy("column", "Due"), lambda f: f.stated_due, "due", "time", 12),
    Column("status", lazy("Status as stated"), lambda f: f.stated_status, "", "state", 12),
    Column("state", lazy("State"), lambda f: code_name("state", f.state), "", "", 8),
    Column("source", lazy("Source"), source_words, "", "", 14),
    Column("changed", pgettext_lazy("column", "Changed"), _changed, "changed", "", 17, True),
    Column("changed_by", lazy("Changed by"), lambda f: str(f.changed_by), "", "", 10, True),
)
BY_NAME: Final = {column.name: column for column in COLUMNS}
ALWAYS: Final = ("number", "statement")
USUAL: Final = ("number", "statement", "unit", "category", "leader", "due", "status", "state", "source")
# Who of the office worked at it, and when, is the office's own matter.
OFFICE_ONLY: Final = frozenset({"changed", "changed_by"})


def columns_for(chosen: Sequence[str], *, reads: bool) -> list[Column]:
    """The columns chosen, in the list's own order; without a choice the usual ones."""
    wanted = {*ALWAYS, *(chosen or USUAL)}
    return [c for c in COLUMNS if c.name in wanted and (reads or c.name not in OFFICE_ONLY)]
