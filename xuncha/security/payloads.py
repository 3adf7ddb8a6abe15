"""The readable part of an entry of the trail: sealed with the key of its object, committed to in the open.

Salt and words are sealed together. Once the object's key is destroyed the commitment tells nothing: without the salt
no guess at the words can be tried against it.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any, Final

from django.conf import settings

from xuncha.security.digests import DIGESTS
from xuncha.security.keys import keyring
from xuncha.security.sealing import seal, unseal

SALT_BYTES: Final = 16
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def laid_down(seq: int, told: dict[str, Any], key: bytes, digest: str) -> tuple[bytes, bytes]:
    """Payload and commitment of what an entry tells."""
    words = _JSON.encode(told).encode()
    open_text = os.urandom(SALT_BYTES) + words
    return seal(key, open_text, _place(seq), settings.SEALING), DIGESTS[digest](open_text)


def opened(seq: int, payload: bytes, key: bytes) -> bytes:
    """Salt and words, as they were committed to. Errors: `Unreadable`."""
    return unseal(key, payload, _place(seq))


def told(seq: int, payload: bytes, wrapped: bytes | None) -> dict[str, Any]:
    """What an entry tells; nothing once its object's key was destroyed. Errors: `Unreadable`."""
    if wrapped is None:
        return {}
    found: dict[str, Any] = json.loads(opened(seq, payload, unwrapped(wrapped))[SALT_BYTES:])
    return found


@lru_cache(maxsize=10_000)
def unwrapped(wrapped: bytes) -> bytes:
    """The key of an object. Errors: `Unreadable` where the master key is missing."""
    return keyring().unwrap(wrapped)


def _place(seq: int) -> bytes:
    return b"security_trailentry.payload/%d" % seq
