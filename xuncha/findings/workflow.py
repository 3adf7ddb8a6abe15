"""States of the ledger and the moves between them. The tables are the specification.

Facets bear the codes of extraction (`xuncha.extraction.facets`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from xuncha.security.errors import IllegalTransition


class PaperState(models.TextChoices):
    """Where a paper that came in stands."""

    WAITING = "waiting", _("Waiting to be read")
    READING = "reading", _("Being read")
    FAILED = "failed", _("Could not be read")
    REVIEW = "review", _("To be reviewed")
    ENTERING = "entering", _("Being entered")
    ENTERED = "entered", _("Entered")
    DISCARDED = "discarded", _("Discarded")
    DESTROYED = "destroyed", _("Destroyed by rule")


class DraftState(models.TextChoices):
    """What the reviewer has said of one thing that was read out of a paper."""

    UNSEEN = "unseen", _("Not looked at")
    ACCEPTED = "accepted", _("Accepted")
    DROPPED = "dropped", _("Dropped")


class FindingState(models.TextChoices):
    """A finding in the ledger. Issued: fed back to its addressees, number frozen."""

    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Fed back")
    REPLACED = "replaced", _("Replaced")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Nature(models.TextChoices):
    COMMON = "common", _("Common")
    INDIVIDUAL = "individual", _("Individual")


class Origin(models.TextChoices):
    LEGACY = "legacy", _("Legacy")
    EMERGING = "emerging", _("Emerging")


class Severity(models.TextChoices):
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


PAPER_MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    "start_reading": {PaperState.WAITING: PaperState.READING},
    "finish_reading": {PaperState.READING: PaperState.REVIEW},
    "fail_reading": {PaperState.READING: PaperState.FAILED},
    # The server stopped in the middle of the work: it is taken up again.
    "take_up_again": {PaperState.READING: PaperState.WAITING, PaperState.ENTERING: PaperState.REVIEW},
    # From review: it was taken for a paper of another kind.
    "read_again": {
        PaperState.FAILED: PaperState.WAITING,
        PaperState.DISCARDED: PaperState.WAITING,
        PaperState.REVIEW: PaperState.WAITING,
    },
    # Taken back out of what was put aside, to where it was.
    "restore_review": {PaperState.DISCARDED: PaperState.REVIEW},
    "restore_failed": {PaperState.DISCARDED: PaperState.FAILED},
    # An old ledger whose columns are settled: its rows are read with them.
    "check_rows": {PaperState.REVIEW: PaperState.WAITING},
    "start_entering": {PaperState.REVIEW: PaperState.ENTERING},
    "enter": {PaperState.REVIEW: PaperState.ENTERED, PaperState.ENTERING: PaperState.ENTERED},
    # 到期销毁: by `security.retention` alone.
    "destroy": {PaperState.ENTERED: PaperState.DESTROYED, PaperState.DISCARDED: PaperState.DESTROYED},
    "discard": {
        PaperState.WAITING: PaperState.DISCARDED,
        PaperState.FAILED: PaperState.DISCARDED,
        PaperState.REVIEW: PaperState.DISCARDED,
    },
}

FINDING_MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    "issue": {FindingState.DRAFT: FindingState.ISSUED},
    "replace": {FindingState.DRAFT: FindingState.REPLACED, FindingState.ISSUED: FindingState.REPLACED},
    "withdraw": {FindingState.DRAFT: FindingState.WITHDRAWN},
    "restore": {FindingState.WITHDRAWN: FindingState.DRAFT},
}

# States in which a finding can still be edited.
EDITABLE: Final = frozenset({FindingState.DRAFT, FindingState.ISSUED})
# States that lists and counts hold unless asked for others.
CURRENT: Final = frozenset({FindingState.DRAFT, FindingState.ISSUED})


def move(table: Mapping[str, Mapping[str, str]], act: str, state: str) -> str:
    """The state after the act. Errors: `IllegalTransition` with the state it is in."""
    after = table[act].get(state)
    if after is None:
        raise IllegalTransition("illegal_transition", act=act, state=str(state))
    return after
