"""A request of somebody signed in, as the middlewares leave it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class Asking(HttpRequest):
    """``user`` is a `User`: nobody else comes past the sign-in. ``htmx`` is true where a fragment is asked for."""

    user: Any
    htmx: Any
