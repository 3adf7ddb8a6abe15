"""The whole trail checked beside the work: begun by its reader, told by a row, never two at once."""

from __future__ import annotations

import datetime
import logging
import threading
from typing import Final

from django.db import connections, transaction
from django.utils import timezone

from xuncha.security import anchoring, anchors, chain, trail
from xuncha.security.errors import Conflict
from xuncha.security.models import TrailCheck, TrailHead, User
from xuncha.security.reading import require_reader

logger = logging.getLogger(__name__)

HOLDS: Final = "holds"
STOPPED: Final = "stopped"
SILENT_FOR: Final = datetime.timedelta(minutes=2)
"""A check that says nothing for so long has died with its process."""


def is_under_way(check: TrailCheck) -> bool:
    """Whether it runs: it has not ended and said something lately."""
    return check.ended_at is None and timezone.now() - check.told_at < SILENT_FOR


def last_check() -> TrailCheck | None:
    """The check that was begun last."""
    return TrailCheck.objects.select_related("started_by").first()


@transaction.atomic
def start_check(*, actor: User) -> TrailCheck:
    """核验: check every entry of the trail and every anchor that is kept here; goes on beside and is told by the row.

    Errors: `NotPermitted`; `Conflict` while another runs.
    """
    require_reader(actor, "check_trail")
    head = TrailHead.objects.select_for_update().filter(pk=1).first()
    last = last_check()
    if last is not None and is_under_way(last):
        raise Conflict("check_under_way", current=last)
    check = TrailCheck.objects.create(started_by=actor, until=head.seq if head is not None else 0)
    if head is not None:
        # Without its head the trail takes no entry; the check then says what is wrong with it.
        trail.record(actor=actor, act="check_trail", thing=check, after={"until": check.until})
    transaction.on_commit(lambda: begin(check))
    return check


def begin(check: TrailCheck) -> None:
    """Run a check in a thread of its own."""
    threading.Thread(target=_beside, args=(check,), name=f"trail-check-{check.pk}", daemon=True).start()


def _beside(check: TrailCheck) -> None:
    try:
        run(check)
    finally:
        connections.close_all()


def run(check: TrailCheck) -> TrailCheck:
    """Carry a check to its end and keep what it found."""
    try:
        links = anchors.links(anchoring.kept_lines())
        check.anchors = len(links)
        verdict = chain.verify(links, lambda seq: _tell(check, seq))
        check.checked, check.broken, check.unread = verdict.checked, verdict.broken, verdict.unread
        check.code = verdict.code or HOLDS
    except anchors.FaultyAnchor as fault:
        check.code = f"anchor_{fault.code}"
    except Exception:
        # Whatever tampered data do to the program, the row says that nothing was shown to hold.
        logger.exception("the check of the trail stopped short")
        check.code = STOPPED
    check.told_at = check.ended_at = timezone.now()
    check.save()
    return check


def _tell(check: TrailCheck, seq: int) -> None:
    TrailCheck.objects.filter(pk=check.pk).update(checked=seq, told_at=timezone.now())
