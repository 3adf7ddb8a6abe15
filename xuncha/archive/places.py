"""Where kept files lie: below the data folder, two folders deep, under names that tell nothing of their content."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from xuncha.archive.models import StoredFile
from xuncha.security.digests import keyed
from xuncha.security.keys import keyring


def files() -> Path:
    """The folder of all kept files."""
    return Path(settings.HOME) / "files"


def incoming() -> Path:
    """The folder of what is on its way in; on the same disk, so that moving in is one step."""
    return files() / "incoming"


def place_of(sha256: str, salt: bytes) -> str:
    """The place of a file below `files`: a keyed digest, so that a known document is not found by its own.

    The salt of the stream enters it: the same bytes sealed anew lie in another place, and a file on disk never belongs
    to another key than the one in its row, whatever moment a process stops at.
    """
    name = keyed(keyring().values, b"place of a file/" + bytes.fromhex(sha256) + salt).hex()
    return f"{name[:2]}/{name[2:4]}/{name}"


def path_of(stored: StoredFile) -> Path:
    """Where the sealed bytes of a kept file lie; to read them use `archive.queries`."""
    return files() / stored.place
