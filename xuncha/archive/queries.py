"""Files that are kept."""

from __future__ import annotations

from typing import IO

from xuncha.archive.models import StoredFile
from xuncha.archive.places import path_of


def open_file(stored: StoredFile) -> IO[bytes]:
    """The bytes of a kept file. Errors: `FileNotFoundError` when the data folder lost it."""
    return path_of(stored).open("rb")


__all__ = ["open_file", "path_of"]
