"""Who asks, where a proxy stands before the server: its word is believed, nobody else's.

A proxy appends the address it was called from to ``X-Forwarded-For``. Read from the right, what the office's own
proxies wrote ends at the first address that is none of theirs; all before it was sent by that caller and says nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# What only a proxy may say of a request.
_WORDS: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


class ProxyMiddleware:
    """Stands first: from here on ``REMOTE_ADDR`` is the caller's own address. Setting ``PROXIES``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        near = address(request.META.get("REMOTE_ADDR", ""))
        if near is not None and is_among(near, settings.PROXIES):
            told = request.META.get("HTTP_X_FORWARDED_FOR", "")
            request.META["REMOTE_ADDR"] = str(caller(near, told, settings.PROXIES))
        else:
            for name in _WORDS:
                request.META.pop(name, None)
        return self.get_response(request)


def caller(near: Address, told: str, proxies: Sequence[Network]) -> Address:
    """The address of whoever called the first of the proxies; ``near`` is the last of them, ``told`` what it says.

    Words that are no address end the search: what is known to be true is kept.
    """
    found = near
    for words in reversed(told.split(",")):
        named = address(words)
        if named is None:
            break
        found = named
        if not is_among(named, proxies):
            break
    return found


def address(words: str) -> Address | None:
    """An address as written in a header, with or without a port; null for anything else."""
    words = words.strip()
    if words.startswith("["):
        words = words[1:].partition("]")[0]
    elif words.count(":") == 1:
        words = words.partition(":")[0]
    try:
        found = ipaddress.ip_address(words)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def is_among(one: Address, networks: Sequence[Network]) -> bool:
    """Whether an address lies in one of the networks."""
    return any(one.version == network.version and one in network for network in networks)
