"""What every page needs around its content: the office, the menu, where one is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuncha.rulebook import queries as rulebook
from xuncha.security import policy
from xuncha.security.reading import reads_the_trail
from xuncha.web.rounds.chosen import chooser

# Menu word, address name, path it covers, and who has it: everybody, who is no administrator, who reads all of the
# ledger, who keeps it.
MENU = (
    (_("Desk"), "desk", "/", "everybody"),
    (_("Ledger"), "ledger", "/ledger/", "business"),
    (_("Import"), "papers", "/papers/", "keepers"),
    (_("Feedback"), "feedbacks", "/feedbacks/", "business"),
    (_("Rounds"), "rounds", "/rounds/", "readers"),
    (_("Units"), "units", "/units/", "readers"),
    (_("Schemes"), "schemes", "/schemes/", "readers"),
    (_("Trail"), "trail", "/trail/", "trail_readers"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of `base.html`. ``menu`` lists (word, address, is current) of what the person may open."""
    if not request.user.is_authenticated:
        return {"office": rulebook.office(), "menu": []}
    keeps, reads = policy.keeps_the_ledger(request.user), policy.reads_the_ledger(request.user)
    has = {
        "everybody": True,
        "business": not policy.administers(request.user),
        "readers": reads,
        "keepers": keeps,
        "trail_readers": reads_the_trail(request.user),
    }
    return {
        "office": rulebook.office(),
        "keeps_the_ledger": keeps,
        "reads_the_ledger": reads,
        "menu": [
            (word, reverse(name), request.path == path if path == "/" else request.path.startswith(path))
            for word, name, path, who in MENU
            if has[who]
        ],
        **chooser(request),
    }
