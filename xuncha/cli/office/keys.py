"""`xuncha keys`: master keys listed, and a new one put in the place of the old."""

from __future__ import annotations

import json

from xuncha.cli.office.django import start_on_current
from xuncha.cli.office.folder import Unusable
from xuncha.cli.terminal import steps, tell
from xuncha.cli.wording import say


def rotate(*, resume: bool) -> int:
    """A new master key, and all keys wrapped by it; 0 when all are, 1 when some cannot be opened."""
    try:
        start_on_current()
    except Unusable as fault:
        tell(fault.words)
        return 2
    from xuncha.archive.actions import seal_plain_files
    from xuncha.archive.models import StoredFile
    from xuncha.security import rotating
    from xuncha.security.models import ObjectKey, SecondFactor

    sealed, lost = seal_plain_files()
    if sealed:
        tell(say("files_sealed", count=sealed))
    kinds = (ObjectKey, SecondFactor, StoredFile)
    portions = -(-rotating.total(kinds) // rotating.PORTION)
    with steps(portions, say("keys_progress")) as step:
        done, failed = rotating.rotate(kinds, new=not resume, said=lambda _: step())
    tell(say("keys_rotated", count=f"{done:,}"))
    if failed:
        tell(say("keys_unreadable", count=f"{failed:,}"))
    if lost:
        tell(say("files_not_sealed", count=lost))
    return 1 if failed or lost else 0


def show(*, format: str) -> int:
    """Master keys, oldest first, with how many keys each wraps; 1 where one that is needed is not in the folder."""
    try:
        start_on_current()
    except Unusable as fault:
        tell(fault.words)
        return 2
    from xuncha.archive.models import StoredFile
    from xuncha.security import rotating
    from xuncha.security.keys import keyring
    from xuncha.security.models import ObjectKey, SecondFactor

    count = rotating.in_use((ObjectKey, SecondFactor, StoredFile))
    here = set(keyring().masters())
    current = max(here, default="")
    rows = [
        {"key": name, "wraps": number, "current": name == current, "missing": name not in here}
        for name, number in sorted(count.items())
    ]
    if format == "json":
        print(json.dumps(rows))
    else:
        for row in rows:
            word = "key_missing" if row["missing"] else "key_current" if row["current"] else "key_old"
            print(say(word, name=row["key"], count=f"{row['wraps']:,}"))
    return 1 if any(row["missing"] for row in rows) else 0
