"""How often an address may ask without being signed in: often enough for an office, too seldom for a flood.

Every address has a measure of requests that fills up again with time (token bucket). It is kept in memory: nothing is
written for whoever is nobody, and a server that is started anew begins anew. Signing in has finer counts of its own
(`security.throttle`). Whoever is signed in is not counted; a program is where its token is refused.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)

# So many addresses are remembered, those that asked last.
MOST: Final = 10_000
MINUTE: Final = 60.0


class Measures:
    """What is left to each address. ``now`` is a clock in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, who: str, per_minute: int) -> int:
        """Seconds until the address may ask again; 0 where it may."""
        with self._lock:
            left = self._fill(who, per_minute)
        return 0 if left >= 1 else int((1 - left) * MINUTE / per_minute) + 1

    def take(self, who: str, per_minute: int) -> None:
        """Count a request."""
        with self._lock:
            left = max(self._fill(who, per_minute) - 1, 0.0)
            self._left[who] = (left, self._now())
            self._left.move_to_end(who)
            if len(self._left) > MOST:
                self._left.popitem(last=False)
        if left < 1:
            logger.warning("%s asks too often without being signed in", who)

    def _fill(self, who: str, per_minute: int) -> float:
        now = self._now()
        left, at = self._left.get(who, (float(per_minute), now))
        return min(left + (now - at) * per_minute / MINUTE, float(per_minute))


class PublicLimitMiddleware:
    """Refuses with 429 and a plain page that costs nothing. Setting ``PUBLIC_REQUESTS``, 0 for no limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.measures = Measures()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        per_minute = settings.PUBLIC_REQUESTS
        if not per_minute:
            return self.get_response(request)
        who = group_of(request.META.get("REMOTE_ADDR", ""))
        wait = self.measures.wait(who, per_minute)
        has_token = request.headers.get("Authorization", "").startswith("Bearer ")
        # Without the cookie of a session nobody need be looked for in the database.
        is_known = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        if is_known:
            return self.get_response(request)
        if wait:
            return too_often(request, wait)
        if not has_token:
            self.measures.take(who, per_minute)
            return self.get_response(request)
        response = self.get_response(request)
        if response.status_code == 401:
            self.measures.take(who, per_minute)
        return response


def group_of(address: str) -> str:
    """What is counted as one: an address, of IPv6 the network of 64 bits that one household or machine has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    """429: come again in so many seconds."""
    headers = {"Retry-After": str(seconds)}
    if request.path.startswith("/api/"):
        told = {"type": "about:blank", "status": 429, "title": "Too Many Requests", "code": "too_many_requests"}
        return HttpResponse(json.dumps(told), status=429, headers=headers, content_type="application/problem+json")
    return HttpResponse(render_to_string("errors/429.html", {"seconds": seconds}), status=429, headers=headers)
