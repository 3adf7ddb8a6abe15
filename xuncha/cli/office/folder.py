"""The data folder: made private, known as ours, and used by one server at a time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# What shows that a folder is an installation of this program.
OURS: Final = ("secret.key", "xuncha.sqlite3", "files", "serve.lock")
LOCK: Final = "serve.lock"


class Unusable(Exception):
    """The installation cannot be used as it is; ``words`` is the sentence for people, with what to do."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


def prepare(folder: Path) -> None:
    """Make the folder for its owner alone. Errors: `Unusable` where it holds other things or cannot be written."""
    from xuncha.cli.wording import say

    # All that this process and its children make is the owner's alone.
    os.umask(0o077)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        names = {entry.name for entry in folder.iterdir()}
    except OSError as error:
        raise Unusable(say("home_not_made", path=folder, reason=error.strerror or str(error))) from error
    seen = {name for name in names if not name.startswith(".") and name != "lost+found"}
    if seen and not seen & set(OURS):
        raise Unusable(say("home_not_ours", path=folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Unusable(say("home_not_made", path=folder, reason=say("no_right_to_write")))
    if hasattr(os, "getuid") and folder.stat().st_uid == os.getuid():
        folder.chmod(0o700)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; the system lets it go when the process ends, however it ends.

    Errors: `Unusable` while another server or migration holds it.
    """
    from xuncha.cli.wording import say

    path = folder / LOCK
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _lock(handle):
            held_by = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "?"
            raise Unusable(say("home_in_use", path=folder, process=held_by))
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode("ascii"), 0)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        import fcntl
    except ImportError:  # a system without such locks: nothing is promised there
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
