"""Addresses of lists."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from xuncha.findings.queries.ledger import LedgerQuery
from xuncha.web.asked import Asked, redirect_to


def ledger_url(query: LedgerQuery, **more: str) -> str:
    """The address of a list; the whole ledger names its empty filter, as the bare address means "where I was"."""
    params = query.to_params() or "round="
    return "?".join((reverse("ledger"), "&".join([params, *(f"{name}={value}" for name, value in more.items())])))


def back_to(request: Asked, query: LedgerQuery) -> HttpResponse:
    """Back to the page that was left (field ``next``), else to the list."""
    target = request.POST.get("next", "")
    if not target or not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = ledger_url(query)
    return redirect_to(request, target)
