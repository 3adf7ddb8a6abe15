"""Sealed streams: authenticated encryption of what is too large to be held in memory, piece by piece.

Layout: ``XNS1``, one byte for the algorithm, a salt of 16 bytes; then pieces of 64 KiB, each followed by its tag of 16
bytes; the last one is shorter or as long, and there is always one. Every stream has a key of its own, drawn by HKDF
from the object's key and the salt. The nonce of a piece is its number and whether it is the last, so that a piece
that was changed, moved, left out or added is refused, and so is a stream that was cut. Source: the STREAM
construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption, CRYPTO 2015).
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from xuncha.security.sealing import ALGORITHMS, KEY_BYTES, Unreadable

PIECE: Final = 64 * 1024
SALT_BYTES: Final = 16
TAG_BYTES: Final = 16
_MAGIC: Final = b"XNS1"
_HEAD_BYTES: Final = len(_MAGIC) + 1 + SALT_BYTES
_AES: Final = ALGORITHMS["aes-256-gcm"]


def new_salt() -> bytes:
    """A salt for one stream; never used twice with one key."""
    return os.urandom(SALT_BYTES)


def sealed(pieces: Iterable[bytes], key: bytes, salt: bytes, algorithm: str = "aes-256-gcm") -> Iterator[bytes]:
    """The sealed stream of what comes in pieces of any size; memory holds one piece at a time."""
    head = _MAGIC + ALGORITHMS[algorithm] + salt
    seal, _ = _ciphers(head, key)
    yield head
    number, waiting = 0, bytearray()
    for piece in pieces:
        waiting += piece
        # One byte more than a piece: only then it is certain not to be the last.
        while len(waiting) > PIECE:
            yield seal(_nonce(number, is_last=False), bytes(waiting[:PIECE]))
            del waiting[:PIECE]
            number += 1
    yield seal(_nonce(number, is_last=True), bytes(waiting))


def unsealed(file: IO[bytes], key: bytes) -> Iterator[bytes]:
    """The pieces as they were. Errors: `Unreadable` at the first that does not hold; what came before it did hold."""
    head = file.read(_HEAD_BYTES)
    if len(head) != _HEAD_BYTES or not head.startswith(_MAGIC) or head[4:5] not in ALGORITHMS.values():
        raise Unreadable("stream")
    _, unseal = _ciphers(head, key)
    number, piece = 0, _whole(file)
    while True:
        after = _whole(file)
        try:
            yield unseal(_nonce(number, is_last=not after), piece)
        except (InvalidTag, ValueError) as error:
            raise Unreadable("stream") from error
        if not after:
            return
        number, piece = number + 1, after


class Unsealed(io.RawIOBase):
    """A sealed stream as a file to read from its beginning. Errors on reading: `Unreadable`."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._file = file
        self._pieces = unsealed(file, key)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def _whole(file: IO[bytes]) -> bytes:
    """The next sealed piece; shorter only at the end."""
    found = bytearray()
    while len(found) < PIECE + TAG_BYTES and (part := file.read(PIECE + TAG_BYTES - len(found))):
        found += part
    return bytes(found)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")


_Cipher = Callable[[bytes, bytes], bytes]


def _ciphers(head: bytes, key: bytes) -> tuple[_Cipher, _Cipher]:
    """What seals and what unseals a piece of the stream with this head."""
    salt = head[-SALT_BYTES:]
    own = HKDF(hashes.SHA256(), KEY_BYTES, salt, b"xuncha sealed stream" + head[4:5]).derive(key)
    if head[4:5] == _AES:
        aes = AESGCM(own)
        return (lambda nonce, piece: aes.encrypt(nonce, piece, head)), (
            lambda nonce, piece: aes.decrypt(nonce, piece, head)
        )
    sm4 = algorithms.SM4(own[:16])

    def seal(nonce: bytes, piece: bytes) -> bytes:
        encryptor = Cipher(sm4, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(head)
        return encryptor.update(piece) + encryptor.finalize() + encryptor.tag

    def unseal(nonce: bytes, piece: bytes) -> bytes:
        if len(piece) < TAG_BYTES:
            raise ValueError("shorter than its tag")
        decryptor = Cipher(sm4, modes.GCM(nonce, piece[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(head)
        return decryptor.update(piece[:-TAG_BYTES]) + decryptor.finalize()

    return seal, unseal
