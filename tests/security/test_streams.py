"""What is sealed piece by piece opens whole and in order, or not at all."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuncha.security.sealing import ALGORITHMS, Unreadable, new_key
from xuncha.security.streams import OVERHEAD, PIECE, SealedReader, SealingWriter

KEY = new_key()


def sealed(words: bytes, stream: bytes = b"letters", algorithm: str = "aes-256-gcm") -> bytes:
    out = io.BytesIO()
    writer = SealingWriter(out, KEY, stream, algorithm)
    for start in range(0, len(words), 1000):
        writer.write(words[start : start + 1000])
    writer.end()
    return out.getvalue()


def opened(stream: bytes, name: bytes = b"letters", key: bytes = KEY) -> bytes:
    return SealedReader(io.BytesIO(stream), key, name).readall()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_it_opens_as_it_was(size: int, algorithm: str) -> None:
    words = bytes(i % 251 for i in range(size))
    stream = sealed(words, algorithm=algorithm)
    assert opened(stream) == words
    assert len(stream) == size + OVERHEAD * max(1, -(-size // PIECE))


def test_it_opens_under_its_own_key_and_name_only() -> None:
    stream = sealed(b"x" * 100)
    for name, key in ((b"others", KEY), (b"letters", new_key())):
        with pytest.raises(Unreadable):
            opened(stream, name, key)


def test_pieces_cannot_be_cut_off_swapped_repeated_or_added() -> None:
    stream, whole = sealed(b"a" * (3 * PIECE)), PIECE + OVERHEAD
    one, two, three = stream[:whole], stream[whole : 2 * whole], stream[2 * whole :]
    for other in (
        one,
        one + two,
        two + one + three,
        one + two + two + three,
        one + three,
        stream + b"x",
        stream + three,
        b"",
    ):
        with pytest.raises(Unreadable):
            opened(other)


@given(st.integers(0, 10**9), st.integers(1, 255))
def test_any_changed_byte_is_seen(place: int, change: int) -> None:
    stream = bytearray(sealed(b"words" * 40))
    stream[place % len(stream)] ^= change
    with pytest.raises(Unreadable):
        opened(bytes(stream))
