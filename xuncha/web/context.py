"""What every page needs around its content: the office, the menu, where one is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from xuncha.rulebook import queries as rulebook
from xuncha.security import policy
from xuncha.web.rounds.chosen import chooser

# Menu word, address name, path it covers, whether it is for the office only.
MENU = (
    (_("Desk"), "desk", "/", False),
    (_("Ledger"), "ledger", "/ledger/", False),
    (_("Import"), "papers", "/papers/", True),
    (_("Feedback"), "feedbacks", "/feedbacks/", False),
    (_("Rounds"), "rounds", "/rounds/", True),
    (_("Units"), "units", "/units/", True),
    (_("Schemes"), "schemes", "/schemes/", True),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of `base.html`. ``menu`` lists (word, address, is current) of what the person may open."""
    if not request.user.is_authenticated:
        return {"office": rulebook.office(), "menu": []}
    reads = policy.reads_the_ledger(request.user)
    return {
        "office": rulebook.office(),
        "keeps_the_ledger": policy.keeps_the_ledger(request.user),
        "reads_the_ledger": reads,
        "menu": [
            (word, reverse(name), request.path == path if path == "/" else request.path.startswith(path))
            for word, name, path, office_only in MENU
            if (reads or not office_only) and _stands(name)
        ],
        **chooser(request),
    }


def _stands(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True
