"""A request of a signed-in person, as the pages of old ledgers get it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class Asking(HttpRequest):
    """Only signed-in people come this far; ``htmx`` says whether a fragment is asked for, and for what."""

    user: Any
    htmx: Any
