"""Whether the database refused because others were at it: the same thing, tried again in a moment, would pass."""

from __future__ import annotations

from typing import Final

from django.db import OperationalError

RETRY_AFTER: Final = 5
"""Seconds after which to try again."""
# PostgreSQL: lock not available, deadlock, serialization failure, too many connections.
_STATES: Final = frozenset({"55P03", "40P01", "40001", "53300"})


def is_busy(error: BaseException | None) -> bool:
    """SQLite waited for its pen until the time was over, or PostgreSQL for a lock; nothing was written."""
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    name = str(getattr(cause, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or getattr(cause, "sqlstate", None) in _STATES:
        return True
    return "database is locked" in str(error) or "database table is locked" in str(error)
