"""Sealing (密封): authenticated encryption of small values, AES-256-GCM by default, SM4-GCM by setting.

What is sealed says by its first byte which of the two it is, so that the setting can change at any time.
"""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
_NONCE, _TAG = 12, 16
_AES, _SM4 = b"\x01", b"\x02"
ALGORITHMS: Final[dict[str, bytes]] = {"aes-256-gcm": _AES, "sm4-gcm": _SM4}


class Unreadable(Exception):
    """What was sealed cannot be opened: another key, another place, or it was changed. ``code`` is stable."""

    code = "unreadable"


def new_key() -> bytes:
    """A key for one object."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, value: bytes, place: bytes, algorithm: str = "aes-256-gcm") -> bytes:
    """Seal a value for one place (table, column, row): carried to another it does not open."""
    nonce = os.urandom(_NONCE)
    sign = ALGORITHMS[algorithm]
    if sign == _AES:
        return sign + nonce + AESGCM(key).encrypt(nonce, value, place)
    encryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(place)
    sealed = encryptor.update(value) + encryptor.finalize()
    return sign + nonce + sealed + encryptor.tag


def unseal(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """The value. Errors: `Unreadable`; a part of it is never given out."""
    sign, nonce, rest = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        if sign == _AES:
            return AESGCM(key).decrypt(nonce, rest, place)
        if sign == _SM4 and len(rest) >= _TAG:
            decryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, rest[-_TAG:])).decryptor()
            decryptor.authenticate_additional_data(place)
            return decryptor.update(rest[:-_TAG]) + decryptor.finalize()
    except (InvalidTag, ValueError) as error:
        raise Unreadable(place.decode("utf-8", "replace")) from error
    raise Unreadable(place.decode("utf-8", "replace"))
