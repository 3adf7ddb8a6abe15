"""What is sealed opens with its key, in its place, unchanged; else it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuncha.security.digests import DIGESTS
from xuncha.security.keys import Keyring
from xuncha.security.sealing import ALGORITHMS, Unreadable, new_key, seal, unseal


@given(st.binary(max_size=300), st.sampled_from(sorted(ALGORITHMS)), st.binary(max_size=20))
def test_what_is_sealed_opens_again(value: bytes, algorithm: str, place: bytes) -> None:
    key = new_key()
    assert unseal(key, seal(key, value, place, algorithm), place) == value


@given(st.sampled_from(sorted(ALGORITHMS)), st.integers(min_value=0), st.integers(1, 255))
def test_any_changed_byte_is_refused(algorithm: str, where: int, change: int) -> None:
    key = new_key()
    sealed = bytearray(seal(key, "秘密".encode(), b"here", algorithm))
    sealed[where % len(sealed)] ^= change
    with pytest.raises(Unreadable):
        unseal(key, bytes(sealed), b"here")


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_another_place_or_another_key_does_not_open_it(algorithm: str) -> None:
    key = new_key()
    sealed = seal(key, b"value", b"table/1", algorithm)
    for other, place in ((key, b"table/2"), (new_key(), b"table/1")):
        with pytest.raises(Unreadable):
            unseal(other, sealed, place)


def test_sm3_gives_the_example_of_its_standard() -> None:
    """GB/T 32905-2016, appendix A.1: the digest of “abc”."""
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert DIGESTS["sm3"](b"abc").hex() == expected


def test_a_new_master_key_wraps_and_the_old_ones_still_open(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "keys")
    key = new_key()
    wrapped = ring.wrap(key)
    ring.add_master()
    assert not ring.is_wrapped_by_current(wrapped)
    assert Keyring(tmp_path / "keys").unwrap(wrapped) == key
    assert ring.is_wrapped_by_current(ring.wrap(key))


def test_without_the_folder_of_keys_nothing_opens(tmp_path: Path) -> None:
    wrapped = Keyring(tmp_path / "keys").wrap(new_key())
    with pytest.raises(Unreadable):
        Keyring(tmp_path / "elsewhere").unwrap(wrapped)


def test_keys_are_for_the_service_alone(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "keys")
    ring.wrap(new_key())
    assert ring.values != ring.anchor.private_bytes_raw()
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "keys").iterdir()} == {"0o600"}
    assert oct((tmp_path / "keys").stat().st_mode & 0o777) == "0o700"
