"""An approved destruction carried out: a portion a transaction, so that a server that stops goes on where it was.

Each portion destroys and tells what it destroyed together, or neither. The certificate comes last, when nothing that is
due is left and what lies outside the database is gone too.
"""

from __future__ import annotations

import logging
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from xuncha.security import trail
from xuncha.security.models import Destroyed, Destruction, TrailHead
from xuncha.security.retention import certificates, queries
from xuncha.security.retention.kinds import kind_of
from xuncha.security.retention.workflow import TO_CARRY_OUT, DestructionState, moved

logger = logging.getLogger(__name__)

AT_ONCE: Final = 5
"""Portions that the approval itself waits for; what is more is the job's."""


def carry_out_approved() -> None:
    """A job: bring to their end the destructions that are approved, also such as were cut short."""
    for key in Destruction.objects.filter(state__in=TO_CARRY_OUT).order_by("id").values_list("pk", flat=True):
        try:
            carry_out(key)
        except Exception:
            # One that cannot be finished now keeps no other from its end; this one is tried again.
            logger.exception("the destruction %s stopped; it goes on later", key)
    certificates.copy_to_file()


def carry_out(key: int, *, portions: int | None = None) -> Destruction:
    """Destroy what is left of one destruction and certify it; with ``portions`` at most so many now.

    May run in several processes: each portion holds the destruction. One that is not approved is left as it is.
    """
    _thoroughly()
    done = 0
    while True:
        left = _portion(key)
        done += 1
        if not left:
            break
        if portions is not None and done >= portions:
            return Destruction.objects.get(pk=key)
    found = Destruction.objects.get(pk=key)
    if found.state in TO_CARRY_OUT:
        kind_of(found.kind).sweep()
        certificates.certify(key)
        certificates.copy_to_file()
        _leave_no_log()
        found.refresh_from_db()
    return found


@transaction.atomic
def _portion(key: int) -> bool:
    """Destroy the next ones; whether there may be more."""
    # The head first, as every writer of the trail: no entry is written under a key while it is destroyed.
    TrailHead.objects.select_for_update().get(pk=1)
    found = Destruction.objects.select_for_update().get(pk=key)
    if found.state not in TO_CARRY_OUT:
        return False
    kind = kind_of(found.kind)
    rows = list(queries.due(kind, found.event, found.before).filter(pk__gt=found.cursor).order_by("pk")[: kind.portion])
    if not rows:
        return False
    gone = kind.destroy(rows)
    Destroyed.objects.bulk_create(
        [
            Destroyed(destruction=found, object_id=each.key, name=each.name[:120], digest=each.digest, files=each.files)
            for each in gone
        ]
    )
    first = found.state != DestructionState.UNDER_WAY
    found.state = moved("destroy", found.state)
    found.cursor = rows[-1].pk
    found.count += len(gone)
    found.files += sum(each.files for each in gone)
    found.started_at = timezone.now() if first else found.started_at
    found.version += 1
    found.save()
    # In the name of whoever approved it, as the last of the three.
    trail.record(
        actor=found.approved_by,
        act="destroy",
        thing=found,
        after={"record": found.kind, "count": len(gone), "files": sum(each.files for each in gone)},
    )
    return len(rows) == kind.portion


def _thoroughly() -> None:
    """What is deleted is overwritten. SQLite would leave it in free pages; of PostgreSQL see docs/security.md."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _leave_no_log() -> None:
    """The log beside the database still holds the pages as they were: it is written back and emptied."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
