"""States of a destruction, and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import pgettext_lazy

from xuncha.security.errors import IllegalTransition


class DestructionState(models.TextChoices):
    """Where a destruction stands. Approved: nothing stops it any more; done: its certificate is out."""

    PROPOSED = "proposed", pgettext_lazy("destruction", "Proposed")
    CONFIRMED = "confirmed", pgettext_lazy("destruction", "Confirmed by the office")
    APPROVED = "approved", pgettext_lazy("destruction", "Approved")
    UNDER_WAY = "under_way", pgettext_lazy("destruction", "Under way")
    DONE = "done", pgettext_lazy("destruction", "Destroyed")
    REFUSED = "refused", pgettext_lazy("destruction", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("destruction", "Withdrawn")


DESTRUCTION_MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    "confirm_destruction": {DestructionState.PROPOSED: DestructionState.CONFIRMED},
    "approve_destruction": {DestructionState.CONFIRMED: DestructionState.APPROVED},
    "refuse_destruction": {
        DestructionState.PROPOSED: DestructionState.REFUSED,
        DestructionState.CONFIRMED: DestructionState.REFUSED,
    },
    "withdraw_destruction": {
        DestructionState.PROPOSED: DestructionState.WITHDRAWN,
        DestructionState.CONFIRMED: DestructionState.WITHDRAWN,
    },
    # A portion at a time; a server that stopped goes on where it was.
    "destroy": {
        DestructionState.APPROVED: DestructionState.UNDER_WAY,
        DestructionState.UNDER_WAY: DestructionState.UNDER_WAY,
    },
    "certify_destruction": {
        DestructionState.APPROVED: DestructionState.DONE,
        DestructionState.UNDER_WAY: DestructionState.DONE,
    },
}

# One of a kind at a time.
OPEN: Final = (
    DestructionState.PROPOSED,
    DestructionState.CONFIRMED,
    DestructionState.APPROVED,
    DestructionState.UNDER_WAY,
)
# What is left to the machine.
TO_CARRY_OUT: Final = (DestructionState.APPROVED, DestructionState.UNDER_WAY)


def moved(act: str, state: str) -> str:
    """The state after the act. Errors: `IllegalTransition` with the state it is in."""
    after = DESTRUCTION_MOVES[act].get(state)
    if after is None:
        raise IllegalTransition("illegal_transition", act=act, state=str(state))
    return after
