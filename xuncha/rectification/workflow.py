"""What a unit can answer to a finding, what the office can say to it, and the moves between. The tables are the
specification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClaimState(models.TextChoices):
    """认领情况: how a finding stands with a unit. Without an answer there is no row, and it is pending."""

    CLAIMED = "claimed", _("Claimed")
    OBJECTED = "claimed_with_objection", _("Claimed with objection")
    NONE_FOUND = "self_checked_none", _("Self-checked, none found")
    NOT_OURS = "not_ours", _("Not ours")
    ASSIGNED = "assigned", _("Assigned by ruling")


class Review(models.TextChoices):
    """What the office said to the answer."""

    WAITING = "waiting", _("To be looked at")
    ACCEPTED = "accepted", pgettext_lazy("claim", "Accepted")
    QUESTIONED = "questioned", _("Asked again")
    RULED = "ruled", _("Ruled")


class Act(models.TextChoices):
    """A step in the exchange between unit and office over one finding."""

    ANSWER = "answer", pgettext_lazy("claim", "Answered")
    ACCEPT = "accept", pgettext_lazy("claim", "Accepted")
    QUESTION = "question", _("Asked again")
    ASSIGN = "assign", _("Ruled: assigned")
    UPHOLD = "uphold", _("Ruled: the answer stands")


PENDING: Final = ""
"""Where there is no answer yet."""

# Act, what was said to the answer before, what is said after.
CLAIM_MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    Act.ANSWER: {
        PENDING: Review.WAITING,
        # Until the office has looked, the unit may think better of it.
        Review.WAITING: Review.WAITING,
        Review.QUESTIONED: Review.WAITING,
    },
    Act.ACCEPT: {Review.WAITING: Review.ACCEPTED},
    Act.QUESTION: {Review.WAITING: Review.QUESTIONED},
    # Who kept silent can be assigned too.
    Act.ASSIGN: {PENDING: Review.RULED, Review.WAITING: Review.RULED, Review.QUESTIONED: Review.RULED},
    Act.UPHOLD: {Review.WAITING: Review.RULED, Review.QUESTIONED: Review.RULED},
}

# What a unit can answer.
ANSWERS: Final = (ClaimState.CLAIMED, ClaimState.OBJECTED, ClaimState.NONE_FOUND, ClaimState.NOT_OURS)
# Answers that need reasons: the objection, how it was checked, why it is not theirs.
WITH_REASONS: Final = frozenset({ClaimState.OBJECTED, ClaimState.NONE_FOUND, ClaimState.NOT_OURS})
# Answers that take the finding on, with the unit's own manifestations.
TAKEN_ON: Final = frozenset({ClaimState.CLAIMED, ClaimState.OBJECTED})
# What the office says with reasons.
OFFICE_WITH_REASONS: Final = frozenset({Act.QUESTION, Act.ASSIGN, Act.UPHOLD})


def may_move(act: str, review: str, state: str) -> bool:
    """Whether the act is possible; nobody is assigned what was claimed without objection."""
    return review in CLAIM_MOVES[act] and not (act == Act.ASSIGN and state == ClaimState.CLAIMED)
