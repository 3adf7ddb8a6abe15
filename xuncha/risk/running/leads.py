"""A lead (疑点): what an indicator found, weighed and put into a sentence. To be verified by a person."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any, Final

from xuncha.risk.indicator import Indicator, Words
from xuncha.risk.marks import evidence_print, number

NOTICE: Final = Words("疑点，需核实", "a lead, to be verified")
SEVERITIES: Final = ("low", "medium", "high")
LOOSE: Final = 0.05
MANY_SKIPPED: Final = 0.10


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row on which a lead rests, with its place in the files."""

    table: str
    file: str
    line: int
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Priority:
    """0 to 100: four terms, each with what it was made of."""

    certainty: int
    size: int
    breadth: int
    recency: int
    inputs: dict[str, Any]

    @property
    def total(self) -> int:
        return self.certainty + self.size + self.breadth + self.recency


@dataclass(slots=True)
class Lead:
    """One lead. `priority` is null where the key names a person."""

    indicator: Indicator
    key: str
    fields: dict[str, Any]
    """Every column the indicator gave; money in fen."""
    severity: str = "low"
    priority: Priority | None = None
    evidence: list[EvidenceRow] = field(default_factory=list)
    evidence_rows: int = 0
    sentence: Words | None = None

    @property
    def number(self) -> str:
        return number(self.indicator.code, self.key)

    @property
    def evidence_print(self) -> str:
        return evidence_print(((row.table, row.row) for row in self.evidence), self.evidence_rows)

    @property
    def organisation(self) -> str | None:
        return self.fields.get("org")

    @property
    def supplier(self) -> str | None:
        return self.fields.get("supplier")

    @property
    def day(self) -> dt.date | None:
        day = self.fields.get("day")
        return day.date() if isinstance(day, dt.datetime) else day


def severity(certainty: float, lift: int, too_loose: bool) -> str:
    """By the nature of the rule: facts that contradict one another, a limit of the law, a statistic. Own setting."""
    level = 2 if certainty >= 1 else 1 if certainty >= 0.8 else 0
    return SEVERITIES[min(2, max(0, level + lift - too_loose))]


def certainty(base: float, *, flagged: float, skipped: float) -> float:
    """The indicator's certainty, 0.2 less where more than 5 % of units were flagged or 10 % of rows skipped."""
    return round(max(0.1, base - 0.2), 2) if flagged > LOOSE or skipped > MANY_SKIPPED else base


def weigh(lead: Lead, *, certain: float, others: int, as_of: dt.date) -> Priority:
    """The four terms. ``others``: distinct other indicators that hit the same organisation or supplier."""
    fen = lead.fields.get("fen")
    yuan = None if fen is None else max(0, fen) / 100
    size = min(1.0, math.log10(1 + yuan) / 7) if yuan is not None else min(1.0, lead.evidence_rows / 50)
    breadth = min(1.0, others / 4)
    recent = _recency(lead.day, as_of)
    inputs = {
        "certainty": certain,
        "yuan": yuan,
        "evidence_rows": lead.evidence_rows,
        "other_indicators": others,
        "day": lead.day.isoformat() if lead.day else None,
    }
    return Priority(_points(40 * certain), _points(25 * size), _points(20 * breadth), _points(15 * recent), inputs)


def _points(value: float) -> int:
    return math.floor(value + 0.5)


def _recency(day: dt.date | None, as_of: dt.date) -> float:
    if day is None:
        return 0.3
    return 1.0 if day >= months_before(as_of, 12) else 0.6 if day >= months_before(as_of, 24) else 0.3


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months ago, the month's last day where there is none."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    last = ((dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))
