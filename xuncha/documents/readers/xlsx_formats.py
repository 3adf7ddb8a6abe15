"""Numbers of a workbook as people see them: number formats and dates.

Source: ISO/IEC 29500-1, 18.8.30 (numFmt, built-in ids) and 18.17.4 (dates and their two bases).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

_DATES: Final = frozenset((*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)))
_TIMES: Final = frozenset((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47))
BUILT_IN: Final[dict[int, str]] = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    **dict.fromkeys(_DATES, "yyyy-mm-dd"), **dict.fromkeys(_TIMES, "h:mm"), 17: "yyyy-mm", 22: "yyyy-mm-dd h:mm",
    27: "yyyy-mm", 36: "yyyy-mm", 50: "yyyy-mm", 52: "yyyy-mm", 57: "yyyy-mm",
}  # fmt: skip
"""What the built-in ids show in the Chinese edition, in the form in which this product writes it."""

_BRACKETS = re.compile(r"\[[^\]]{0,40}\]")
_LITERAL = re.compile(r'"([^"]{0,60})"|\\(.)|_.|\*.')
_PATTERN = re.compile(r"[#0?][#0?,.]*%?|[.][0#?]+%?")


@lru_cache(maxsize=512)
def _kind(code: str) -> tuple[str, str]:
    """What a format shows (``date`` to the day, ``month``, ``time``, ``text`` or ``number``), and its first section."""
    first = _BRACKETS.sub("", code[:300].partition(";")[0])
    bare = _LITERAL.sub("", first).lower()
    if not bare or bare == "general" or "@" in bare:
        return "text", first
    if "general" in bare or "e+" in bare or "e-" in bare:
        return "number", "General"
    if any(letter in bare for letter in "yd年"):
        return ("date" if "d" in bare or "y" not in bare else "month"), first
    if "h" in bare or "s" in bare:
        return "time", first
    if "m" in bare:
        return "date", first
    return "number", first


def shown(value: float, code: str, *, base_1904: bool = False) -> str:
    """A number under a format code; dates as 2025-06-12, whole numbers without a point."""
    if not math.isfinite(value):
        return str(value)
    kind, first = _kind(code)
    if kind in ("date", "month", "time"):
        date = _date(value, base_1904)
        if date is not None:
            return _date_words(date, kind, value)
    if kind != "number" or first == "General":
        return plain_number(value)
    return _formatted(value, first)


def plain_number(value: float) -> str:
    """A number with no more digits than it means: 1.0 is 1, 0.30000000000000004 is 0.3."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.11g}"
    if "e" in text:
        text = format(Decimal(text), "f") if abs(value) > 1e-9 and abs(value) < 1e21 else text
    return text


def _date(value: float, base_1904: bool) -> dt.datetime | None:
    if not 0 <= value < 2_958_466:
        return None
    if base_1904:
        origin = dt.datetime(1904, 1, 1)
    else:
        # The calendar of 1900 has a 29 February that never was.
        origin = dt.datetime(1899, 12, 30) if value >= 60 else dt.datetime(1899, 12, 31)
    try:
        return origin + dt.timedelta(seconds=round(value * 86_400))
    except OverflowError:
        return None


def _date_words(date: dt.datetime, kind: str, value: float) -> str:
    if kind == "time" and value < 1:
        return f"{date:%H:%M}"
    day = date.date().isoformat()
    if kind == "month" and date.day == 1:
        return day[:7]
    return f"{day} {date:%H:%M}" if date.hour or date.minute else day


def _formatted(value: float, code: str) -> str:
    """A number under a pattern such as ``#,##0.00"万元"``."""
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        literals.append(match[1] or match[2] or "")
        return chr(0xE000 + len(literals) - 1)

    masked = _LITERAL.sub(keep, code)
    pattern = _PATTERN.search(masked)
    if pattern is None:
        return plain_number(value)
    body = pattern[0]
    percent = "%" in masked
    whole, _, decimals = body.rstrip("%").partition(".")
    digits = sum(sign in "0?" for sign in decimals)
    most = sum(sign in "0?#" for sign in decimals)
    number = Decimal(repr(value)) * (100 if percent else 1)
    # A comma at the end of the whole part divides by a thousand.
    number /= 1000 ** (len(whole) - len(whole.rstrip(",")))
    text = format(abs(number), f"{',' if ',' in whole.rstrip(',') else ''}.{min(most, 15)}f")
    if most > digits and "." in text:
        kept = len(text) - (most - digits)
        text = text[:kept] + text[kept:].rstrip("0")
        text = text.rstrip(".")
    text = text.rjust(sum(sign == "0" for sign in whole), "0")

    def back(part: str) -> str:
        end = chr(0xE000 + len(literals))
        return "".join(literals[ord(sign) - 0xE000] if "\ue000" <= sign < end else sign for sign in part)

    before, after = back(masked[: pattern.start()]), back(masked[pattern.end() :].replace("%", ""))
    sign = "-" if number < 0 and text.strip("0.,") else ""
    return f"{sign}{before}{text}{'%' if percent else ''}{after}".strip()
