"""What a program is told when something was refused: ``application/problem+json`` (RFC 9457) with a stable code.

``code`` and the data beside it are for programs; no sentences here: wording is the affair of whoever shows it.
"""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any, Final

from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from xuncha.security.busy import RETRY_AFTER, is_busy
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted, Refused
from xuncha.security.record import record_refusal
from xuncha.security.sealing import Unreadable

logger = logging.getLogger(__name__)

TYPE: Final = "application/problem+json"


class Problem(Schema):
    """A refusal. ``faults`` maps fields to code and limit; ``current`` is what the thing is now (409)."""

    status: int
    title: str
    code: str
    faults: dict[str, Any] | None = None
    state: str | None = None
    current: dict[str, Any] | None = None


class NotFound(Exception):
    """There is no such thing, or not for this account: the two look the same."""


def problem(status: int, code: str, **data: Any) -> HttpResponse:
    """The answer for a refusal."""
    body = {"type": "about:blank", "status": status, "title": HTTPStatus(status).phrase, "code": code, **data}
    return HttpResponse(json.dumps(body, ensure_ascii=False, default=str), status=status, content_type=TYPE)


def add_handlers(api: NinjaAPI) -> None:
    """Let every error of the interface speak as a problem."""

    @api.exception_handler(AuthenticationError)
    def unauthenticated(request: HttpRequest, error: Any) -> HttpResponse:
        answer = problem(401, "not_authenticated")
        answer["WWW-Authenticate"] = "Bearer"
        return answer

    @api.exception_handler(Unreadable)
    def unreadable(request: HttpRequest, error: Any) -> HttpResponse:
        logger.error("a sealed value cannot be opened: %s", error)
        return problem(500, "unreadable")

    @api.exception_handler(ValidationError)
    def malformed(request: HttpRequest, error: Any) -> HttpResponse:
        faults = {".".join(str(part) for part in fault["loc"][1:]): [fault["type"], 0] for fault in error.errors}
        return problem(422, "malformed", faults=faults)

    @api.exception_handler(NotFound)
    @api.exception_handler(Http404)
    def not_found(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(404, "not_found")

    @api.exception_handler(HttpError)
    def http_error(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(error.status_code, "bad_request" if error.status_code == 400 else "refused")

    @api.exception_handler(DataError)
    @api.exception_handler(OverflowError)
    def beyond_the_database(request: HttpRequest, error: Any) -> HttpResponse:
        # A number beyond all keys, a sign that no text may hold.
        return problem(400, "bad_request")

    @api.exception_handler(OperationalError)
    def busy(request: HttpRequest, error: Any) -> HttpResponse:
        if not is_busy(error):
            return broken(request, error)
        logger.warning("%s %s: the database was busy", request.method, request.path)
        answer = problem(503, "busy")
        answer["Retry-After"] = str(RETRY_AFTER)
        return answer

    @api.exception_handler(Exception)
    def broken(request: HttpRequest, error: Any) -> HttpResponse:
        logger.error("%s %s", request.method, request.path, exc_info=error)
        return problem(500, "internal_error")

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        return _refusal(request, error)


def _refusal(request: HttpRequest, error: Refused) -> HttpResponse:
    if isinstance(error, NotPermitted):
        actor: Any = getattr(request, "auth", None)
        if actor is not None:
            record_refusal(actor, str(error.data.get("act", "")), place=f"{request.method} {request.path}")
        return problem(403, error.code)
    if isinstance(error, Conflict):
        current = error.data.get("current")
        version = getattr(current, "version", None)
        return problem(409, error.code, current=None if current is None else {"id": current.pk, "version": version})
    if isinstance(error, IllegalTransition):
        return problem(409, error.code, state=str(error.data.get("state", "")))
    if isinstance(error, Invalid):
        return problem(422, error.code, faults=error.data.get("faults", {}))
    return problem(400, error.code)
