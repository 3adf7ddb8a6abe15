"""A request as the pages get it, the numbers and days in it, and the way from it to another page."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.dateparse import parse_date

_YUAN: Final = re.compile(r"(?P<yuan>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.(?P<fen>[0-9]{1,2}))?")
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


def day(words: str) -> datetime.date | None:
    """A day as people type it, with -, / or . between; null for anything else."""
    try:
        return parse_date(words.replace("/", "-").replace(".", "-"))
    except ValueError:
        return None


def fen(words: str) -> int | None:
    """Money in yuan as people type it, with commas and up to two places, in fen; null for anything else."""
    found = _YUAN.fullmatch(unicodedata.normalize("NFKC", words).replace(" ", "").removesuffix("元"))
    if found is None:
        return None
    return int(found["yuan"].replace(",", "")) * 100 + int((found["fen"] or "").ljust(2, "0"))


def redirect_to(request: Asked, url: str) -> HttpResponse:
    """To another page, also out of a dialog."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
