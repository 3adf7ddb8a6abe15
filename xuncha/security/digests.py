"""Digests (摘要) of the trail: SM3 by default, SHA-256 by setting. A name stands beside each digest that is stored."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives import hashes


def _sm3(data: bytes) -> bytes:
    # Not hashlib's: whether it knows SM3 depends on how the host's OpenSSL was built.
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


DIGESTS: Final[dict[str, Callable[[bytes], bytes]]] = {"sm3": _sm3, "sha256": _sha256}
"""Name → function. SM3: GB/T 32905-2016; SHA-256: FIPS 180-4. Both give 32 bytes."""


def keyed(key: bytes, data: bytes) -> bytes:
    """HMAC-SHA-256: tells whether two sealed values are the same to nobody but the holder of the key."""
    return hmac.new(key, data, hashlib.sha256).digest()
