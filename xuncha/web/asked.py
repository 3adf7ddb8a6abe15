"""A request as the pages get it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class Asked(HttpRequest):
    """A request of a signed-in person, with what htmx says of itself: as the middleware leaves it."""

    user: Any
    htmx: Any
