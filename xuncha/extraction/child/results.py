"""What the child lays down: a file that the parent opens only if it is one, whole or while it is still written."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from concurrent.futures import Future, wait
from pathlib import Path
from typing import IO, Any, Final

from xuncha.extraction.child.errors import failed
from xuncha.extraction.child.limits import MAX_RESULT_BYTES

# Neither a link nor a pipe that nobody writes to.
_FLAGS: Final = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
_PORTION: Final = 1 << 20
_PAUSE: Final = 0.05


def opened(result: Path, name: str) -> IO[bytes]:
    """The result file, if it is one: the child may be in the hands of the file it read."""
    try:
        number = os.open(result, _FLAGS)
    except OSError:
        raise failed("crashed", name) from None
    entry = os.fstat(number)
    if not stat.S_ISREG(entry.st_mode) or entry.st_size > MAX_RESULT_BYTES:
        os.close(number)
        raise failed("crashed", name)
    return os.fdopen(number, "rb")


def following(result: Path, answer: Future[dict[str, Any]], name: str) -> Iterator[bytes]:
    """The lines of a result while it is written, until ``answer`` is there; a line cut short is not given out."""
    while not os.path.lexists(result):
        if answer.done() and not os.path.lexists(result):
            _end(answer, is_whole=False, name=name)
            return
        wait([answer], _PAUSE)
    size, rest = 0, b""
    with opened(result, name) as file:
        while True:
            # Asked first: what was written before the answer is read then.
            is_over = answer.done()
            portion = file.read(_PORTION)
            size += len(portion)
            if size > MAX_RESULT_BYTES:
                raise failed("crashed", name)
            *lines, rest = (rest + portion).split(b"\n")
            yield from lines
            if not portion:
                if is_over:
                    _end(answer, is_whole=not rest, name=name)
                    return
                wait([answer], _PAUSE)


def _end(answer: Future[dict[str, Any]], *, is_whole: bool, name: str) -> None:
    """A child that says it has done its work has laid down all of it."""
    if not is_whole and answer.result().get("done") is True:
        raise failed("crashed", name)
