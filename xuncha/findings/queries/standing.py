"""What hangs on a unit, to be told before it is merged or abolished."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xuncha.findings.models import Addressee, Recipient
from xuncha.findings.permissions import papers_visible_to
from xuncha.findings.workflow import PaperState
from xuncha.organisation.models import Unit
from xuncha.security.models import User
from xuncha.security.policy import reads_the_ledger

BOUND: Final = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Findings addressed to a unit (bounded by `BOUND`), feedback it received, papers of it on their way in."""

    addressed: int
    is_bounded: bool
    feedbacks: int
    papers: int


def standing_of_unit(actor: User, unit: Unit) -> Standing:
    """What stays with the unit whatever becomes of it; nothing for those who do not read the whole ledger."""
    if not reads_the_ledger(actor):
        return Standing(0, False, 0, 0)
    addressed = Addressee.objects.filter(unit=unit)[: BOUND + 1].count()
    over = (PaperState.ENTERED, PaperState.DISCARDED, PaperState.DESTROYED)
    papers = papers_visible_to(actor).filter(unit=unit).exclude(state__in=over).count()
    return Standing(min(addressed, BOUND), addressed > BOUND, Recipient.objects.filter(unit=unit).count(), papers)
