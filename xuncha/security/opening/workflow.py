"""States of a request to open a sealed value, and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import pgettext_lazy

from xuncha.security.errors import IllegalTransition


class OpeningState(models.TextChoices):
    """Where a request stands. That an approval is over or used up follows from its date and its openings."""

    ASKED = "asked", pgettext_lazy("opening", "Asked for")
    APPROVED = "approved", pgettext_lazy("opening", "Approved")
    REFUSED = "refused", pgettext_lazy("opening", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("opening", "Withdrawn")


OPENING_MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    "approve_opening": {OpeningState.ASKED: OpeningState.APPROVED},
    "refuse_opening": {OpeningState.ASKED: OpeningState.REFUSED},
    # By whoever asked; an approval that is not needed any more is given back.
    "withdraw_opening": {
        OpeningState.ASKED: OpeningState.WITHDRAWN,
        OpeningState.APPROVED: OpeningState.WITHDRAWN,
    },
    "open_sealed": {OpeningState.APPROVED: OpeningState.APPROVED},
}


def moved(act: str, state: str) -> str:
    """The state after the act. Errors: `IllegalTransition` with the state it is in."""
    after = OPENING_MOVES[act].get(state)
    if after is None:
        raise IllegalTransition("illegal_transition", act=act, state=str(state))
    return after
