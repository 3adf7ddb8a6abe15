"""Which files a command works on, and under what name each result is stored."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read; ``stored`` is the path of its result below the output folder, without ending."""

    path: Path
    stored: str


def gather(paths: Sequence[Path], *, apart: Path | None = None) -> list[Input]:
    """The files meant, folders searched in depth, in stable order; what lies in ``apart`` (the output) is left out.

    Hidden and temporary files in folders are passed over. A path that does not exist stays, to be reported.
    """
    found: dict[Path, str] = {}
    outside = None if apart is None else apart.resolve()
    for path in paths:
        if path.is_dir():
            for file in _files_below(path, outside):
                found.setdefault(file, file.relative_to(path).as_posix())
        else:
            found.setdefault(path, path.name)
    return [Input(path, stored) for path, stored in zip(found, _stored(list(found.items())), strict=True)]


def _files_below(folder: Path, apart: Path | None) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and (apart is None or (here / name).resolve() != apart)
        )
        for name in sorted(names):
            if not is_passing(name):
                yield here / name


def is_passing(name: str) -> bool:
    """Whether a file is no one's document: hidden, or left by an office program that has another file open."""
    return name.startswith((".", "~$", "~WRL")) or name in ("Thumbs.db", "desktop.ini")


def _stored(files: list[tuple[Path, str]]) -> Iterator[str]:
    """The stem; with its ending where two share the stem; with the folder or a number where they still collide."""
    stems = Counter(_plain(_stem(name)) for _, name in files)
    names = Counter(_plain(name) for _, name in files)
    used: set[str] = set()
    for path, name in files:
        wished = _stem(name)
        if stems[_plain(wished)] > 1:
            wished = name
            if names[_plain(name)] > 1:
                folder = path.absolute().parent.name
                wished = f"{folder}/{name}" if folder else name
        chosen, number = wished, 1
        while _plain(chosen) in used:
            number += 1
            chosen = f"{wished}.{number}"
        used.add(_plain(chosen))
        yield chosen


def _stem(name: str) -> str:
    folder, _, last = name.rpartition("/")
    stem = Path(last).stem
    return f"{folder}/{stem}" if folder else stem


def _plain(name: str) -> str:
    # Some file systems do not tell capital letters apart.
    return name.casefold()
