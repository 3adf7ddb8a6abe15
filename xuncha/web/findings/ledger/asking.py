"""A request as the pages of the list get it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Asking(HttpRequest):
    """Of a person signed in, which the middleware makes sure of, perhaps by htmx."""

    user: Any
    htmx: HtmxDetails
