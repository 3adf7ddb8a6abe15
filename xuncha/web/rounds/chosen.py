"""The round a person works in: chosen in the masthead, remembered while signed in, the newest one until then."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from xuncha.findings.queries.desk import rounds_for
from xuncha.web.rounds.wording import round_name

_KEY = "round"
# Pages that show one round at a time keep their address when another is chosen.
_STAY = ("/ledger/", "/rectification/board/", "/rectification/figures/")


def rounds_to_choose(request: HttpRequest) -> list[Any]:
    """The rounds the person can choose between, read once a request."""
    known: list[Any] | None = getattr(request, "_rounds_to_choose", None)
    if known is None:
        known = rounds_for(request.user)  # type: ignore[arg-type]
        request._rounds_to_choose = known  # type: ignore[attr-defined]
    return known


def chosen_round(request: HttpRequest) -> Any | None:
    """The round of the page: asked for in the address, else remembered, else the newest; null where there is none."""
    rounds = rounds_to_choose(request)
    by_key = {str(round.pk): round for round in rounds}
    asked = by_key.get(request.GET.get("round", ""))
    if asked is not None:
        if request.session.get(_KEY) != asked.pk:
            request.session[_KEY] = asked.pk
        return asked
    remembered = by_key.get(str(request.session.get(_KEY, "")))
    return remembered or (rounds[0] if rounds else None)


def chooser(request: HttpRequest) -> dict[str, Any]:
    """Context of the chooser in the masthead; empty where there is nothing to choose."""
    current = chosen_round(request)
    if current is None:
        return {}
    stays = request.path in _STAY
    place = request.path if stays else reverse("desk")
    return {
        "round_label": round_name(current),
        "round_choices": [
            (round_name(round), f"{place}?{urlencode({'round': round.pk})}", round.pk == current.pk)
            for round in rounds_to_choose(request)
        ],
    }
