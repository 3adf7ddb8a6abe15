"""The address of the rows behind a number of the board."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse


def rows_address(round: Any, **asked: Any) -> str:
    """The rows of a round with these filters (step, stop, unit, category, late); a list repeats its name."""
    told = {"round": round.pk, **{name: value for name, value in asked.items() if value not in ("", None, [], False)}}
    return f"{reverse('board_rows')}?{urlencode(told, doseq=True)}"
