"""Taking files in and letting them go. The right to do so is asked by the action that refers to the file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.db import models, transaction

from xuncha.archive.errors import Unopenable
from xuncha.archive.models import StoredFile
from xuncha.archive.places import files, incoming, path_of, place_of
from xuncha.archive.queries import PLAIN, check_file, open_file
from xuncha.documents.limits import MAX_FILE_BYTES
from xuncha.security.errors import Invalid
from xuncha.security.keys import keyring
from xuncha.security.models import User
from xuncha.security.sealing import new_key
from xuncha.security.streams import new_salt, sealed

_PIECE: Final = 1024 * 1024
DESTROYED: Final = "destroyed"
LEFT_AFTER: Final = 3600
"""Seconds after which what lies among the incoming was left by a process that stopped."""


def take_in(pieces: Iterable[bytes] | IO[bytes], *, actor: User, limit: int = MAX_FILE_BYTES) -> StoredFile:
    """Keep a file that comes in pieces; the same bytes are kept once. Memory holds one piece at a time.

    On disk it is sealed with a key of its own from the first byte on. Errors: `Invalid` (``file_empty``,
    ``file_too_large`` with ``limit``, ``disk_full``, the code under which the same bytes were refused before); then
    nothing is left behind.
    """
    waiting = incoming()
    waiting.mkdir(parents=True, exist_ok=True)
    part = waiting / f"{secrets.token_hex(16)}.part"
    try:
        try:
            kept = _write(part, _pieces(pieces), limit)
        except OSError as error:
            raise Invalid("disk_full", faults={}) from error
        stored = StoredFile.objects.filter(sha256=kept.sha256).first()
        if stored is not None and stored.refused not in ("", DESTROYED):
            raise Invalid(stored.refused, faults={})
        if stored is not None and _is_whole(stored):
            return stored
        _move_in(part, kept.place)
    finally:
        part.unlink(missing_ok=True)
    if stored is None:
        stored, made = StoredFile.objects.get_or_create(
            sha256=kept.sha256,
            defaults={"size": kept.size, "place": kept.place, "wrapped": kept.wrapped, "taken_in_by": actor},
        )
        if not made:
            # Somebody was quicker with the same bytes.
            (files() / kept.place).unlink(missing_ok=True)
    else:
        # What was kept is lost or damaged: now it is whole again.
        _replace(stored, kept)
    return stored


def release(stored: StoredFile) -> bool:
    """Let a file go that nothing refers to any more, and its key with it; whether it went.

    Its bytes go when the transaction stands.
    """
    path = path_of(stored)
    try:
        with transaction.atomic():
            stored.delete()
    except models.ProtectedError:
        return False
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return True


def refuse(stored: StoredFile, code: str) -> None:
    """拒收: destroy the bytes of a file that may not be here, and its key; it is not taken in again under any name."""
    path = path_of(stored)
    StoredFile.objects.filter(pk=stored.pk).update(refused=code, wrapped=None)
    stored.refused, stored.wrapped = code, None
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def destroy(stored: StoredFile, *, asked_of: type[models.Model]) -> bool:
    """销毁: the bytes of a file whose term is over, and its key; whether it went.

    Inside the caller's transaction. The caller knows that no row of ``asked_of`` needs it any more; where any other
    model refers to it, it stays. The row stays with size and digest; the bytes go when the transaction stands, and
    `sweep_destroyed` makes up for a server that stopped between the two.
    """
    path = path_of(stored)
    for relation in StoredFile._meta.related_objects:
        model: type[models.Model] = relation.related_model
        if model is not asked_of and model._base_manager.filter(**{relation.field.name: stored}).exists():
            return False
    mine = StoredFile.objects.filter(pk=stored.pk, refused="")
    if not mine.update(refused=DESTROYED, wrapped=None):
        return False
    stored.refused, stored.wrapped = DESTROYED, None
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return True


def sweep_destroyed() -> int:
    """Remove the bytes of files that were refused or destroyed, where they still lie there; how many those were."""
    count = 0
    for stored in StoredFile.objects.exclude(refused="").order_by("pk").iterator(chunk_size=500):
        path = path_of(stored)
        if path.exists():
            path.unlink(missing_ok=True)
            count += 1
    return count


def seal_plain_files(said: Callable[[int], None] | None = None) -> tuple[int, int]:
    """封存旧文件: seal what an older version kept plain; how many were, and how many are lost or damaged.

    Each is whole at every moment, so that it may stop anywhere and be called again. ``said`` hears the count.
    """
    done = 0
    failed: set[int] = set()
    plain = StoredFile.objects.filter(wrapped=None, refused="").order_by("pk")
    while (stored := plain.exclude(pk__in=failed).first()) is not None:
        incoming().mkdir(parents=True, exist_ok=True)
        part = incoming() / f"{secrets.token_hex(16)}.part"
        try:
            with open_file(stored) as words:
                kept = _write(part, _pieces(words), limit=stored.size)
            _move_in(part, kept.place)
        except (Unopenable, Invalid):
            failed.add(stored.pk)
            continue
        finally:
            part.unlink(missing_ok=True)
        _replace(stored, kept)
        done += 1
        if said is not None:
            said(done)
    return done, len(failed)


def sweep(older_than: float = LEFT_AFTER) -> int:
    """Remove what a stopped process left: files among the incoming, plain copies; how many those were."""
    count = 0
    for part in incoming().glob("*"):
        with contextlib.suppress(OSError):
            if time.time() - part.stat().st_mtime >= older_than:
                part.unlink()
                count += 1
    for folder in Path(tempfile.gettempdir()).glob(f"{PLAIN}*"):
        with contextlib.suppress(OSError):
            if not _runs(folder.name.removeprefix(PLAIN).partition("-")[0]):
                shutil.rmtree(folder)
                count += 1
    return count


def _runs(number: str) -> bool:
    """Whether a process of this number runs, as far as can be told."""
    if not number.isdigit() or os.name != "posix":
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _pieces(source: Iterable[bytes] | IO[bytes]) -> Iterator[bytes]:
    read = getattr(source, "read", None)
    if read is None:
        yield from source
        return
    while piece := read(_PIECE):
        yield piece


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is to stand in the row of a file."""

    sha256: str
    size: int
    place: str
    wrapped: bytes


def _write(part: Path, pieces: Iterable[bytes], limit: int) -> _Kept:
    """Seal what comes into a new file. Errors: `Invalid`, `OSError`."""
    digest, size = hashlib.sha256(), 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for piece in pieces:
            size += len(piece)
            if size > limit:
                raise Invalid("file_too_large", limit=limit, faults={})
            digest.update(piece)
            yield piece

    key, salt = new_key(), new_salt()
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in sealed(counted(), key, salt, settings.SEALING):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise Invalid("file_empty", faults={})
    sha256 = digest.hexdigest()
    return _Kept(sha256, size, place_of(sha256, salt), keyring().wrap(key))


def _move_in(part: Path, place: str) -> None:
    target = files() / place
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(part, target)
    _sync(target.parent)


def _replace(stored: StoredFile, kept: _Kept) -> None:
    """Another copy of the same bytes takes the place of the one that was; that one goes when the transaction stands."""
    was = path_of(stored)
    mine = StoredFile.objects.filter(pk=stored.pk, place=stored.place)
    if mine.update(place=kept.place, wrapped=kept.wrapped, size=kept.size, refused=""):
        transaction.on_commit(lambda: was.unlink(missing_ok=True))
    else:
        (files() / kept.place).unlink(missing_ok=True)
    stored.refresh_from_db()


def _is_whole(stored: StoredFile) -> bool:
    try:
        check_file(stored)
    except Unopenable:
        return False
    return True


def _sync(folder: Path) -> None:
    """The new name is on the disk too, where the system can be asked for that."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
