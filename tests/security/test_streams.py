"""A sealed stream opens whole, or is refused: changed, cut, moved and lengthened ones alike."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xuncha.security.sealing import ALGORITHMS, Unreadable, new_key
from xuncha.security.streams import PIECE, TAG_BYTES, Unsealed, new_salt, sealed, unsealed

algorithms = st.sampled_from(sorted(ALGORITHMS))
# Lengths about the borders of pieces, where mistakes live.
lengths = st.one_of(
    st.integers(0, 40), *(st.integers(border - 2, border + 2) for border in (PIECE, 2 * PIECE, 3 * PIECE))
)
HEAD = 21


def whole(value: bytes, key: bytes, algorithm: str, step: int = 30_000) -> bytes:
    pieces = (value[at : at + step] for at in range(0, len(value), step))
    return b"".join(sealed(pieces, key, new_salt(), algorithm))


def opened(stream: bytes, key: bytes) -> bytes:
    return b"".join(unsealed(io.BytesIO(stream), key))


@settings(max_examples=60, deadline=None)
@given(lengths, st.integers(1, 3 * PIECE), algorithms)
def test_what_went_in_comes_out_in_whatever_pieces_it_came(length: int, step: int, algorithm: str) -> None:
    key, value = new_key(), bytes(range(256)) * (length // 256 + 1)
    value = value[:length]
    stream = whole(value, key, algorithm, step)
    assert opened(stream, key) == value
    with io.BufferedReader(Unsealed(io.BytesIO(stream), key)) as file:
        assert file.read() == value


@settings(max_examples=60, deadline=None)
@given(lengths, st.integers(0), st.integers(1, 255), algorithms)
def test_any_changed_byte_is_refused(length: int, where: int, change: int, algorithm: str) -> None:
    key = new_key()
    stream = bytearray(whole(b"x" * length, key, algorithm))
    stream[where % len(stream)] ^= change
    with pytest.raises(Unreadable):
        opened(bytes(stream), key)


@settings(max_examples=60, deadline=None)
@given(lengths, st.integers(0), algorithms)
def test_wherever_it_is_cut_it_is_refused(length: int, where: int, algorithm: str) -> None:
    key = new_key()
    stream = whole(b"x" * length, key, algorithm)
    with pytest.raises(Unreadable):
        opened(stream[: where % len(stream)], key)


@pytest.mark.parametrize("pieces", [1, 2, 3])
@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_cut_between_two_pieces_it_is_refused(pieces: int, algorithm: str) -> None:
    key = new_key()
    stream = whole(b"x" * (4 * PIECE), key, algorithm)
    with pytest.raises(Unreadable):
        opened(stream[: HEAD + pieces * (PIECE + TAG_BYTES)], key)


def test_pieces_that_change_places_are_refused() -> None:
    key, step = new_key(), PIECE + TAG_BYTES
    stream = whole(bytes(1) * PIECE + bytes([1]) * PIECE + b"end", key, "aes-256-gcm")
    first, second, rest = stream[HEAD : HEAD + step], stream[HEAD + step : HEAD + 2 * step], stream[HEAD + 2 * step :]
    for other in (second + first + rest, first + first + second + rest, first + rest, second + rest):
        with pytest.raises(Unreadable):
            opened(stream[:HEAD] + other, key)


def test_nothing_may_follow_the_end() -> None:
    key = new_key()
    stream = whole(b"paper", key, "aes-256-gcm")
    with pytest.raises(Unreadable):
        opened(stream + b"x", key)
    with pytest.raises(Unreadable):
        opened(stream + stream[HEAD:], key)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Unreadable):
        opened(whole(b"paper", new_key(), "aes-256-gcm"), new_key())
