"""What the cells of an old ledger mean: dates, states, yes and no, lists of entries; null where they mean nothing."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from xuncha.documents.values.dates import find_dates
from xuncha.extraction import status
from xuncha.extraction.ledger.entries import split_any
from xuncha.extraction.ledger.statement import statement
from xuncha.extraction.ledger.words import facet_of, says, status_kind

LIMITS: Final = {"number": 60, "leader": 60, "department": 100, "person": 100, "status": 40, "due": 100, "group": 300}
"""The longest words, in characters, that these fields of the ledger take; this product's own setting."""
ERRORS: Final = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#####"})
"""What a formula shows that gives no value."""
_COMPACT = re.compile(r"(?P<year>20\d\d|19\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])?")
_MONTH = re.compile(
    r"(?P<year>20\d\d|19\d\d)\s*[-./．年]\s*(?P<month>0?[1-9]|1[0-2])\s*(?:月份?)?\s*(?:底|末|前|底前|末前|之前)?"
)
_DAY = re.compile(r"(?P<month>0?[1-9]|1[0-2])\s*[-./．]\s*(?P<day>0?[1-9]|[12]\d|3[01])")
# Days that Excel counts from 1900: 2000 to 2064.
_SERIAL = re.compile(r"(?:3[6-9]|[45]\d)\d{3}(?:\.\d{1,10})?")
_LONGEST_DATE: Final = 60
_EDGES: Final = "。：:；;，, \n\t"


@lru_cache(maxsize=8192)
def date_of(words: str, year: int | None = None, *, first: bool = False) -> dt.date | None:
    """The day that a cell means; the last day of a month, year or span of time, with ``first`` the first one.

    ``year`` is that of a date without one; such a date gives null where there is none.
    """
    plain = words.strip()
    if not plain or len(plain) > _LONGEST_DATE:
        return None
    whole = _whole(plain, year)
    if whole is not None:
        return whole
    dates = find_dates(plain)
    if dates:
        # 2025年1月至3月: what follows is of the same year.
        dates = find_dates(plain, year=int(dates[0].iso[:4]))
    elif year is not None:
        dates = find_dates(plain, year=year)
    days = [dt.date.fromisoformat(date.end_iso) for date in dates]
    return None if not days else min(days) if first else max(days)


def _whole(plain: str, year: int | None) -> dt.date | None:
    """A cell that is nothing but a date, in forms that a text would not have."""
    if _SERIAL.fullmatch(plain):
        return dt.date(1899, 12, 30) + dt.timedelta(days=int(float(plain)))
    found = _COMPACT.fullmatch(plain) or _MONTH.fullmatch(plain)
    if found is None and year is not None:
        found = _DAY.fullmatch(plain)
    if found is None:
        return None
    parts = found.groupdict()
    of_year, month = int(parts.get("year") or year or 0), int(parts["month"])
    last = calendar.monthrange(of_year, month)[1]
    day = int(parts.get("day") or last)
    return dt.date(of_year, month, day) if day <= last else None


@lru_cache(maxsize=8192)
def status_of(words: str) -> str | None:
    """``done | in_progress | long_term | not_started``; null where the words name no state."""
    return status_kind(words) or status.status_of(words)


@lru_cache(maxsize=1024)
def nature_of(words: str) -> str | None:
    return facet_of(words, ("common", "individual"))


@lru_cache(maxsize=1024)
def origin_of(words: str) -> str | None:
    return facet_of(words, ("legacy", "emerging"))


@lru_cache(maxsize=1024)
def severity_of(words: str) -> str | None:
    """``high | medium | low``; null for other words."""
    return next((code for code in ("high", "medium", "low") if says(code, words)), None)


@lru_cache(maxsize=1024)
def yes_or_no(words: str) -> bool | None:
    """What a cell of yes or no says; null for other words."""
    return True if says("yes", words) else False if says("no", words) else None


@lru_cache(maxsize=4096)
def is_nothing(words: str) -> bool:
    """Whether a cell is filled so as not to be empty: /, —, 无."""
    return len(words) <= 8 and says("nothing", words)


@lru_cache(maxsize=4096)
def is_above(words: str) -> bool:
    """Whether a cell says that it repeats the one above it: 同上."""
    return len(words) <= 4 and says("above", words)


@lru_cache(maxsize=4096)
def needs_no_day(words: str) -> bool:
    """Whether the words of a due date name no day and are no mistake: 立行立改, 长期坚持."""
    return says("no_day", words) or status_kind(words) in ("long_term", "done")


def entries(words: str) -> list[str]:
    """The entries of a cell, numbers taken off."""
    return [entry for start, end in split_any(words) if (entry := words[start:end].rstrip("；;，,、 "))]


@dataclass(frozen=True, slots=True)
class Statement:
    """A finding as a cell tells it: its number there, its words, and facts told behind them."""

    marker: str
    words: str
    facts: tuple[str, ...]


def statement_of(words: str, *, whole: bool) -> Statement:
    """The statement in a cell; with ``whole`` nothing of it is taken for facts."""
    marker, (start, end) = statement(words, whole=whole)
    rest = "" if whole else words[end:].lstrip(_EDGES)
    # Of “关于…的问题” only the frame is left.
    facts = () if len(rest) <= 8 else tuple(entries(rest))
    return Statement(marker, " ".join(words[start:end].split("\n")).strip(), facts)


def separated(words: str) -> list[str]:
    """Names in a cell, parted by the usual signs."""
    return [part for part in (part.strip() for part in _SEPARATORS.split(words)) if part]


_SEPARATORS = re.compile(r"[、，,；;\n\r\t|]+")
