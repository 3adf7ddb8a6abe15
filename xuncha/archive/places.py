"""Where kept files lie: below the data folder, two folders deep, under their own digest."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from xuncha.archive.models import StoredFile


def files() -> Path:
    """The folder of all kept files."""
    return Path(settings.HOME) / "files"


def incoming() -> Path:
    """The folder of what is on its way in; on the same disk, so that moving in is one step."""
    return files() / "incoming"


def place_of(sha256: str) -> str:
    """The place of a file below `files`."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def path_of(stored: StoredFile) -> Path:
    """Where the bytes of a kept file lie."""
    return files() / stored.place
