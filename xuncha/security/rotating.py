"""Rotation of the master key (轮换): a new one wraps from now on, and what the old ones wrapped is wrapped anew.

Only keys are wrapped anew, never what they seal, so that it takes seconds and may stop at any moment.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from django.db import models, transaction

from xuncha.security import trail
from xuncha.security.fields import WRAPPED_BYTES, sealed_columns
from xuncha.security.keys import keyring
from xuncha.security.sealing import Unreadable

PORTION: Final = 500
ID_LENGTH: Final = 24
"""What is wrapped begins with the id of the master key that wrapped it."""
# What a rotation is an entry of: no object, and it is done at the machine, by nobody's account.
_KEYS: Final = ("security.keys", 0)
Kinds = Sequence[type[models.Model]]


def rotate(kinds: Kinds, *, new: bool = True, said: Callable[[int], None] | None = None) -> tuple[int, int]:
    """Wrap the keys of all ``kinds`` (models with ``wrapped``) and sealed fields by the newest master key; how many.

    The second number counts those that could not be.

    ``new``: make a new master key first; false goes on with a rotation that was cut short. What cannot be unwrapped,
    its master key being lost, is left as it is. ``said`` hears how many keys were looked at.
    """
    ring = keyring()
    name = ring.add_master() if new else ring.current
    looked_at = done = failed = 0
    for model, column, values in _sealed_portions():
        with transaction.atomic():
            for key, kept in values:
                # What was destroyed has no key any more.
                if kept and not ring.is_wrapped_by_current(kept):
                    try:
                        again = ring.wrap(ring.unwrap(kept[:WRAPPED_BYTES])) + kept[WRAPPED_BYTES:]
                    except Unreadable:
                        failed += 1
                        continue
                    done += model._default_manager.filter(pk=key, **{column: kept}).update(**{column: again})
    for rows in _portions(kinds):
        with transaction.atomic():
            for kind, key, wrapped in rows:
                if not ring.is_wrapped_by_current(wrapped):
                    try:
                        again = ring.wrap(ring.unwrap(wrapped))
                    except Unreadable:
                        failed += 1
                        continue
                    # Only while it is as it was read: a key that was destroyed meanwhile does not come back.
                    done += kind._default_manager.filter(pk=key, wrapped=wrapped).update(wrapped=again)
        looked_at += len(rows)
        if said is not None:
            said(looked_at)
    with transaction.atomic():
        told = {"before": None, "after": {"master": name, "wrapped": done, "unreadable": failed}}
        trail.write([(_KEYS, told)], actor=None, act="rotate_keys", batch=uuid.uuid4())
    return done, failed


def in_use(kinds: Kinds) -> Counter[str]:
    """How many keys each master key wraps, by its id; also of such as are not in the folder."""
    ring = keyring()
    count: Counter[str] = Counter(dict.fromkeys(ring.masters(), 0))
    for rows in _portions(kinds):
        count.update(wrapped[:ID_LENGTH].decode("ascii", "replace") for _, _, wrapped in rows)
    for _, _, values in _sealed_portions():
        count.update(kept[:ID_LENGTH].decode("ascii", "replace") for _, kept in values if kept)
    return count


def total(kinds: Kinds) -> int:
    """How many keys there are to look at."""
    return sum(kind._default_manager.filter(wrapped__isnull=False).count() for kind in kinds)


def _portions(kinds: Kinds) -> Iterator[list[tuple[type[models.Model], Any, bytes]]]:
    for kind in kinds:
        last = 0
        while True:
            found = kind._default_manager.filter(wrapped__isnull=False, pk__gt=last).order_by("pk")
            rows = list(found.values_list("pk", "wrapped")[:PORTION])
            if not rows:
                break
            yield [(kind, key, bytes(wrapped)) for key, wrapped in rows]
            last = rows[-1][0]


def _sealed_portions() -> Iterator[tuple[type[models.Model], str, list[tuple[Any, bytes]]]]:
    """The values of sealed fields: model, column, and key and value of its rows."""
    for model, column in sealed_columns():
        last = 0
        while True:
            found = model._default_manager.filter(pk__gt=last).order_by("pk").values_list("pk", column)
            rows = [(key, bytes(kept)) for key, kept in found[:PORTION]]
            if not rows:
                break
            yield model, column, rows
            last = rows[-1][0]
