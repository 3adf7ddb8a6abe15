"""By what a lead is known again: its number, and the print of the rows on which it rests."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

_SIGNS: Final = 12


def number(code: str, key: str) -> str:
    """The number of a lead: the same indicator and key have the same one in every run. It shows nobody's identity."""
    named = f"{code}\0{key}"
    return f"{code}-{_digest(named)}"


def evidence_print(rows: Iterable[tuple[str, dict[str, Any]]], total: int) -> str:
    """The print of evidence: tables and rows in any order, and how many there are in all; not where they stood."""
    lines = sorted(
        json.dumps([table, row], ensure_ascii=False, sort_keys=True, default=plain_word) for table, row in rows
    )
    return _digest("\n".join([*lines, str(total)]))


def plain_word(value: Any) -> Any:
    """A value for JSON: days and times as ISO has them, whole decimals as whole numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:_SIGNS]
