"""From where a page was asked for, for the trail."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from xuncha.security import circumstances


class CircumstancesMiddleware:
    """Sets the way in and the network address of the request, which is the caller's own: `web.proxies`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        way = "api" if request.path.startswith("/api/") else "web"
        with circumstances.under(way, request.META.get("REMOTE_ADDR", "")):
            return self.get_response(request)
