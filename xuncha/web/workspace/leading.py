"""Whoever has to do something before anything else is led to its page, from wherever they go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from xuncha.security import passwords

# What can always be done: leave, and read the page in one's own language.
_OPEN: Final = frozenset({"sign_in", "sign_out", "set_language"})
_ENROLLING: Final = frozenset({"second_factor", "add_totp", "add_passkey"})


class LeadingMiddleware:
    """A password that an administrator knows, or that is too old, is changed first; then whoever's role needs a second
    factor adds one. Costs no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if not request.user.is_authenticated or request.resolver_match.url_name in _OPEN:
            return None
        if passwords.must_be_changed(request.user):
            place, ways = "password", frozenset({"password"})
        elif request.session.get("enrol"):
            place, ways = "second_factor", _ENROLLING
        else:
            return None
        if request.resolver_match.url_name in ways:
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": reverse(place)})
        return redirect(place)
