"""What the child may ask of this machine. The numbers are this product's own setting."""

from __future__ import annotations

import contextlib
import signal
from typing import Final

GIBIBYTE: Final = 1024**3
MEMORY: Final = 2 * GIBIBYTE
"""Address space of the child; the largest papers within the limits of reading need a quarter of it."""
MEMORY_OF_OFFICE: Final = 4 * GIBIBYTE
"""The same while LibreOffice, which maps more than it uses, converts an old format."""
MAX_RESULT_BYTES: Final = 512 * 1024**2
MAX_OPEN_FILES: Final = 256
MARGIN: Final = 5
"""Seconds after the parent's patience at which the child ends by itself; the parent may be gone."""


def bound() -> None:
    """Set the bounds that hold for the whole life of this process."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    for kind, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_AS, MEMORY, MEMORY_OF_OFFICE),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES, MAX_OPEN_FILES),
        (resource.RLIMIT_FSIZE, MAX_RESULT_BYTES, MAX_RESULT_BYTES),
    ):
        highest = resource.getrlimit(kind)[1]
        if highest != resource.RLIM_INFINITY:
            soft, hard = min(soft, highest), min(hard, highest)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (soft, hard))


def allow(seconds: float, *, office: bool = False) -> None:
    """The time that the next file may take, by the clock and of the processor, and its memory."""
    if hasattr(signal, "alarm"):
        signal.alarm(int(seconds) + MARGIN)
    try:
        import resource
    except ImportError:
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(
            resource.RLIMIT_CPU, (int(used + seconds) + MARGIN, resource.getrlimit(resource.RLIMIT_CPU)[1])
        )
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = MEMORY_OF_OFFICE if office else MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
