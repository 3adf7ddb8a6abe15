"""Sealing of what is too long for memory: piece by piece, each bound to its place in the order and to the last one.

Pieces of `PIECE` bytes, each sealed as in `sealing` under one key of the stream's own; what a piece is sealed for says
which stream, which number, whether it is the last (as in STREAM of Hoang, Reyhanitabar, Rogaway, Vizár 2015). A piece
that was changed, moved, repeated, taken from another stream or cut off does not open; nothing of it is given out.
"""

from __future__ import annotations

import io
from typing import IO, Final

from xuncha.security.sealing import Unreadable, seal, unseal

PIECE: Final = 64 * 1024
"""Bytes of the open text in every piece but the last, which has fewer or as many."""
OVERHEAD: Final = 29
"""Bytes that a sealed piece is longer: sign of the algorithm, nonce, tag."""


def _place(stream: bytes, number: int, last: bool) -> bytes:
    return b"%s/%d/%s" % (stream, number, b"last" if last else b"more")


class SealingWriter(io.RawIOBase):
    """Takes open bytes and writes sealed ones to ``out``, which stays open. Not closed, the stream has no end.

    ``key`` seals this one stream and nothing else; ``stream`` says what it is and is not kept in it.
    """

    def __init__(self, out: IO[bytes], key: bytes, stream: bytes, algorithm: str = "aes-256-gcm") -> None:
        self._out, self._key, self._stream, self._algorithm = out, key, stream, algorithm
        self._waiting = bytearray()
        self._number = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]
        self._waiting += piece
        # One piece is kept back: only at the end is it known which is the last.
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(piece)

    def end(self) -> None:
        """Write the last piece; after it the stream is whole."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._out.write(seal(self._key, piece, _place(self._stream, self._number, last), self._algorithm))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Gives the open bytes of a sealed stream. Errors: `Unreadable` at a piece that does not open or is missing."""

    def __init__(self, source: IO[bytes], key: bytes, stream: bytes) -> None:
        self._source, self._key, self._stream = source, key, stream
        self._number, self._ended = 0, False
        self._next = _exactly(source, PIECE + OVERHEAD)
        self._open: memoryview = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, room: bytearray | memoryview, /) -> int:  # type: ignore[override]
        while not self._open and not self._ended:
            self._open_next()
        size = min(len(room), len(self._open))
        room[:size] = self._open[:size]
        self._open = self._open[size:]
        return size

    def _open_next(self) -> None:
        sealed, self._next = self._next, _exactly(self._source, PIECE + OVERHEAD)
        last = not self._next
        if not sealed:
            raise Unreadable(self._stream.decode("utf-8", "replace"))
        self._open = memoryview(unseal(self._key, sealed, _place(self._stream, self._number, last)))
        self._number += 1
        self._ended = last


def _exactly(source: IO[bytes], size: int) -> bytes:
    """So many bytes, fewer only at the end."""
    parts = []
    while size and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
