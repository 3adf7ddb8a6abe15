"""Addresses that the pages of one finding lead to, each with the list one came from."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


def actor_of(request: HttpRequest) -> Any:
    """Who asks; every page here asks for somebody signed in."""
    return request.user


def list_of(request: HttpRequest) -> str:
    """The query string of the list that a page was opened from."""
    return request.GET.urlencode()


def to(name: str, *args: Any, within: str = "") -> str:
    """An address, with the list kept; empty where this installation has no such page."""
    try:
        address = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    return f"{address}?{within}" if within else address
