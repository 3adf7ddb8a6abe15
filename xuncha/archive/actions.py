"""Taking files in and letting them go. The right to do so is asked by the action that refers to the file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

from django.db import models, transaction

from xuncha.archive.models import StoredFile
from xuncha.archive.places import files, incoming, path_of, place_of
from xuncha.documents.limits import MAX_FILE_BYTES
from xuncha.security.errors import Invalid
from xuncha.security.models import User

_PIECE: Final = 1024 * 1024
LEFT_AFTER: Final = 3600
"""Seconds after which what lies among the incoming was left by a process that stopped."""


def take_in(pieces: Iterable[bytes] | IO[bytes], *, actor: User, limit: int = MAX_FILE_BYTES) -> StoredFile:
    """Keep a file that comes in pieces; the same bytes are kept once. Memory holds one piece at a time.

    Errors: `Invalid` (``file_empty``, ``file_too_large`` with ``limit``, ``disk_full``); then nothing is left behind.
    """
    waiting = incoming()
    waiting.mkdir(parents=True, exist_ok=True)
    part = waiting / f"{secrets.token_hex(16)}.part"
    try:
        try:
            sha256, size = _write(part, _pieces(pieces), limit)
        except OSError as error:
            raise Invalid("disk_full", faults={}) from error
        place = place_of(sha256)
        target = files() / place
        target.parent.mkdir(parents=True, exist_ok=True)
        # Even where it is there already: should that one be lost or cut short, it is whole again.
        os.replace(part, target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)
    stored, _ = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": size, "place": place, "taken_in_by": actor}
    )
    return stored


def release(stored: StoredFile) -> bool:
    """Let a file go that nothing refers to any more; whether it went. Its bytes go when the transaction stands."""
    path = path_of(stored)
    try:
        with transaction.atomic():
            stored.delete()
    except models.ProtectedError:
        return False
    transaction.on_commit(lambda: _remove(stored.sha256, path))
    return True


def sweep(older_than: float = LEFT_AFTER) -> int:
    """Remove what a stopped process left among the incoming; how many files that were."""
    count = 0
    for part in incoming().glob("*"):
        with contextlib.suppress(OSError):
            if time.time() - part.stat().st_mtime >= older_than:
                part.unlink()
                count += 1
    return count


def _pieces(source: Iterable[bytes] | IO[bytes]) -> Iterator[bytes]:
    read = getattr(source, "read", None)
    if read is None:
        yield from source
        return
    while piece := read(_PIECE):
        yield piece


def _write(part: Path, pieces: Iterable[bytes], limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in pieces:
            size += len(piece)
            if size > limit:
                raise Invalid("file_too_large", limit=limit, faults={})
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise Invalid("file_empty", faults={})
    return digest.hexdigest(), size


def _sync(folder: Path) -> None:
    """The new name is on the disk too, where the system can be asked for that."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _remove(sha256: str, path: Path) -> None:
    # Between the release and now the same file may have come in again.
    if not StoredFile.objects.filter(sha256=sha256).exists():
        path.unlink(missing_ok=True)
