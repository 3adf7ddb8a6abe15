"""How a recusal goes: raised, decided, ended. The table is the specification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuncha.security.errors import IllegalTransition


class RecusalState(models.TextChoices):
    """Where a recusal stands. Declared: by the person; objected: raised by another."""

    DECLARED = "declared", pgettext_lazy("recusal", "Declared")
    OBJECTED = "objected", _("Objection raised")
    UPHELD = "upheld", _("Upheld")
    REJECTED = "rejected", pgettext_lazy("recusal", "Rejected")
    ENDED = "ended", pgettext_lazy("recusal", "Ended")


# What waits for a decision.
OPEN: Final = frozenset({RecusalState.DECLARED, RecusalState.OBJECTED})
# What hides the unit. One's own declaration does at once, an objection of another only once it was upheld.
KEEPS_OFF: Final = frozenset({RecusalState.DECLARED, RecusalState.UPHELD})

RECUSAL_MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    "uphold": {RecusalState.DECLARED: RecusalState.UPHELD, RecusalState.OBJECTED: RecusalState.UPHELD},
    "reject": {RecusalState.DECLARED: RecusalState.REJECTED, RecusalState.OBJECTED: RecusalState.REJECTED},
    "end": {RecusalState.UPHELD: RecusalState.ENDED},
}


def move(act: str, state: str) -> RecusalState:
    """The state after the act. Errors: `IllegalTransition` where there is no way from here."""
    after = RECUSAL_MOVES[act].get(state)
    if after is None:
        raise IllegalTransition("recusal_is_past_that", act=act, state=state)
    return RecusalState(after)
