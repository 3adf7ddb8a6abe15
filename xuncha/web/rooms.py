"""The doors of the rooms: who holds no role that opens one is told so, instead of being shown an empty list.

An object out of sight stays 404, which its own view sees to. Which role opens which room: `security.roles.ROOMS`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpResponseBase

from xuncha.security import policy
from xuncha.security.roles import Room

View = Callable[..., HttpResponseBase]
# The first page of each, in the order of the menu.
DOORS: Final[Mapping[Room, str]] = {
    Room.LEDGER: "ledger",
    Room.PAPERS: "papers",
    Room.FEEDBACK: "feedbacks",
    Room.RECTIFICATION: "claims",
    Room.ROUNDS: "rounds",
    Room.UNITS: "units",
    Room.SCHEMES: "schemes",
    Room.KEEPING: "openings",
    Room.PEOPLE: "people",
    Room.TRAIL: "trail",
}


def inside(room: Room) -> Callable[[View], View]:
    """A view behind the door of a room. Errors of the view: `NotPermitted`."""

    def of(view: View) -> View:
        @functools.wraps(view)
        def entered(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            policy.require_room(request.user, room)
            return view(request, *args, **kwargs)

        return entered

    return of
