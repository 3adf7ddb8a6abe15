"""Stretches of the trail checked side by side, each in a process of its own: a million entries want every core."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xuncha.security.chain import Stretch

Asked = tuple[int, int, dict[int, bytes]]
"""The entry behind which a stretch begins, its last entry, and the links that were signed within it."""


def checked(asked: Sequence[Asked], processes: int) -> Iterator[Stretch]:
    """The stretches, checked, in the order asked for; when one does not hold, those behind it are let go."""
    # Not forked: a connection to the database must not be shared.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(processes, len(asked)), mp_context=context, initializer=_start)
    try:
        yield from pool.map(_check, asked)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start() -> None:
    import django

    django.setup()


def _check(asked: Asked) -> Stretch:
    # A new process reads this module before Django is ready.
    from xuncha.security.chain import check_stretch

    return check_stretch(*asked)
