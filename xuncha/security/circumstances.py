"""From where something is done: set by the way in (page, program, command), read by the trail. Actions know neither."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Circumstances:
    """``way`` is web, api, command or service; ``address`` the network address, empty where there is none."""

    way: str = "service"
    address: str = ""


_SERVICE: Final = Circumstances()
_now: ContextVar[Circumstances] = ContextVar("circumstances", default=_SERVICE)


def now() -> Circumstances:
    """Those of the work at hand."""
    return _now.get()


def from_now_on(way: str) -> None:
    """All that this thread still does is done this way: a command, which does one thing and ends."""
    _now.set(Circumstances(way))


@contextlib.contextmanager
def under(way: str, address: str = "") -> Iterator[None]:
    """What is done inside is done this way, from this address."""
    token = _now.set(Circumstances(way, address[:45]))
    try:
        yield
    finally:
        _now.reset(token)
