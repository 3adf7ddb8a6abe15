"""A file appears whole or not at all: written beside its place, then renamed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


def unfinished(path: Path, *, process: int | None = None) -> Path:
    """Where a process keeps ``path`` until it is whole; known to others, so that they can clear up after a death."""
    name = path.name.encode("utf-8")[:180].decode("utf-8", "ignore")
    return path.with_name(f".{name}.{os.getpid() if process is None else process}.part")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary place for ``path``: takes its name when the block ends well, disappears when it does not."""
    place = unfinished(path)
    try:
        yield place
        os.replace(place, path)
    except BaseException:
        with contextlib.suppress(OSError):
            place.unlink()
        raise


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8, lines ended by a line feed on every system."""
    with replacing(path) as place:
        place.write_bytes(text.encode("utf-8", "surrogatepass"))
