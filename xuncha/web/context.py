"""What every page needs around its content: the office, the menu, where one is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from xuncha.rulebook import queries as rulebook
from xuncha.security import policy
from xuncha.security.roles import Room
from xuncha.web.rooms import DOORS
from xuncha.web.rounds.chosen import chooser


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of `base.html`. ``menu`` lists (word, address, is current) of what the person may open."""
    if not request.user.is_authenticated:
        return {"office": rulebook.office(), "menu": []}
    rooms = policy.rooms(request.user)
    doors = [(room.label, reverse(name)) for room, name in DOORS.items() if room in rooms]
    return {
        "office": rulebook.office(),
        "keeps_the_ledger": policy.keeps_the_ledger(request.user),
        "reads_the_ledger": policy.reads_the_ledger(request.user),
        "in_teams": policy.inspects(request.user) or policy.reads_the_ledger(request.user),
        "has_ledger": Room.LEDGER in rooms,
        "menu": [
            (_("Desk"), reverse("desk"), request.path == reverse("desk")),
            *((word, path, request.path.startswith(path)) for word, path in doors),
        ],
        **(chooser(request) if Room.LEDGER in rooms else {}),
    }
