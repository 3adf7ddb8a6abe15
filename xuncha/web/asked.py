"""A request as the pages get it, and the whole numbers in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest

# What every database can hold as a key.
_LONGEST: Final = 18


class Asked(HttpRequest):
    """A request of a signed-in person, with what htmx says of itself: as the middleware leaves it."""

    user: Any
    htmx: Any


def number(words: str | None) -> int | None:
    """A key or a count as it stands in an address or a form; null for anything else, and for what no row can bear."""
    return int(words) if words and words.isascii() and words.isdigit() and len(words) <= _LONGEST else None


def numbers(words: Iterable[str]) -> list[int]:
    """Those of several that are numbers."""
    return [found for each in words if (found := number(each)) is not None]
