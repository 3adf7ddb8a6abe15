"""A desk left alone is signed out; one that is worked at is not."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

RENEW_SECONDS = 60


class IdleMiddleware:
    """Renews the session at most once a minute, so that reading pages does not mean writing rows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            if now - request.session.get("seen", 0) >= RENEW_SECONDS:
                request.session["seen"] = now
        return self.get_response(request)
