"""Files that are kept: given out whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from xuncha.archive.errors import Unopenable
from xuncha.archive.models import StoredFile
from xuncha.archive.places import path_of
from xuncha.security.keys import keyring
from xuncha.security.sealing import Unreadable
from xuncha.security.streams import PIECE, Unsealed, unsealed

PLAIN: Final = "xuncha-plain-"
"""How the folders of plain copies begin; the number of the process that made one follows."""


def open_file(stored: StoredFile) -> IO[bytes]:
    """The plain bytes of a kept file, as a stream to read once from its beginning.

    All of it is read and checked before the first byte is given out. Errors: `Unopenable`.
    """
    file = _laid_open(stored)
    try:
        key = _key(stored)
        _check(file, key, stored)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file if key is None else io.BufferedReader(Unsealed(file, key), PIECE)


def check_file(stored: StoredFile) -> None:
    """Read a kept file to its end and compare its digest. Errors: `Unopenable`."""
    with _laid_open(stored) as file:
        _check(file, _key(stored), stored)


@contextlib.contextmanager
def as_plain_file(stored: StoredFile) -> Iterator[Path]:
    """A plain copy for a reader that needs a path: in a folder that only this process's owner can enter, gone after.

    Errors: `Unopenable`, before the copy is shown to anybody.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"{PLAIN}{os.getpid()}-"))
    try:
        copy = folder / "plain"
        with (
            _laid_open(stored) as file,
            os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out,
        ):
            _check(file, _key(stored), stored, out)
        yield copy
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _laid_open(stored: StoredFile) -> IO[bytes]:
    """The file as it lies on disk."""
    if stored.refused:
        raise Unopenable(stored.refused)
    try:
        return path_of(stored).open("rb")
    except OSError as error:
        raise Unopenable("file_lost") from error


def _key(stored: StoredFile) -> bytes | None:
    try:
        return None if stored.wrapped is None else keyring().unwrap(bytes(stored.wrapped))
    except Unreadable as error:
        raise Unopenable("file_key_lost") from error


def _check(file: IO[bytes], key: bytes | None, stored: StoredFile, out: IO[bytes] | None = None) -> None:
    """Read all of it; ``out`` is given what was read."""
    digest = hashlib.sha256()
    try:
        for piece in iter(lambda: file.read(PIECE), b"") if key is None else unsealed(file, key):
            digest.update(piece)
            if out is not None:
                out.write(piece)
    except Unreadable as error:
        raise Unopenable("file_damaged") from error
    if digest.hexdigest() != stored.sha256:
        raise Unopenable("file_damaged")


__all__ = ["PLAIN", "Unopenable", "as_plain_file", "check_file", "open_file", "path_of"]
