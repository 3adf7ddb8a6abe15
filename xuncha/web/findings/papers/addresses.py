"""Ways from papers and feedback into the ledger."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def ledger(**filters: int) -> str:
    """The ledger narrowed to a paper, a feedback, a unit."""
    try:
        start = reverse("ledger")
    except NoReverseMatch:
        start = "/ledger/"
    return f"{start}?{urlencode(filters)}"
