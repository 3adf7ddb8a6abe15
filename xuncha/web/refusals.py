"""What a person sees when something was refused, is not there, or broke."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from xuncha.security.busy import RETRY_AFTER, is_busy
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.record import record_refusal
from xuncha.security.sealing import Unreadable

logger = logging.getLogger(__name__)


class RefusalMiddleware:
    """An action that was refused becomes a page that says so, unless its view has words for it. So does a value that no
    database can hold: a number beyond all keys, a sign that is none. A fragment asked for after the session ended is
    answered with 401."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            getattr(request, "htmx", False)
            and isinstance(response, HttpResponseRedirect)
            and not request.user.is_authenticated
        ):
            if response.url.startswith(reverse("sign_in")):
                # The sign-in page inside of a fragment would overwrite what was typed; connection.js says it instead.
                return HttpResponse(status=401)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotPermitted):
            if request.user.is_authenticated:
                act = str(exception.data.get("act", ""))
                record_refusal(request.user, act, place=f"{request.method} {request.path}")
            return forbidden(request, exception)
        if isinstance(exception, Unreadable):
            logger.error("a sealed value cannot be opened: %s", exception)
            return render(request, "errors/unreadable.html", status=500)
        if isinstance(exception, Conflict | IllegalTransition):
            return overtaken(request, exception)
        if isinstance(exception, Invalid | DataError | OverflowError):
            return bad_request(request, exception)
        if is_busy(exception):
            logger.warning("%s %s: the database was busy", request.method, request.path)
            return busy(request)
        return None


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent cannot be used, for example too many fields."""
    return render(request, "errors/400.html", status=400)


def overtaken(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """409: somebody else was quicker; nothing was overwritten."""
    return render(request, "errors/409.html", status=409)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: in sight, but not allowed."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not in sight; the two look the same."""
    return render(request, "errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. Says so without asking the database, which may be what broke."""
    if is_busy(sys.exc_info()[1]):
        # Outside of any view, such as when the session was to be saved.
        return busy(request)
    at = timezone.localtime().strftime("%Y-%m-%d %H:%M:%S")
    return HttpResponse(render_to_string("errors/500.html", {"at": at}), status=500)


def busy(request: HttpRequest) -> HttpResponse:
    """503: the database was held by others until the time was over; the same, tried again, will pass."""
    return HttpResponse(render_to_string("errors/503.html"), status=503, headers={"Retry-After": str(RETRY_AFTER)})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is older than the sign-in; what to do."""
    return render(request, "errors/csrf.html", status=403)
