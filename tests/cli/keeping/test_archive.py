"""An archive is whole or refused: its form, without a database."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xuncha.cli.keeping.locks import Closed, Foreign, Head
from xuncha.cli.keeping.packing import Damaged, Member, placed, read_archive, write_archive

WORDS = "a passphrase of some length"
# Quick to open: what is tried here is the form, not how slow a guess is.
HEAD = Head("data", "0" * 32, "1" * 32, passes=1, memory_kib=32, lanes=1)
FILES = {"database.sqlite3": b"d" * 3000, "files/ab/cd/abcd": b"", "files/ab/ce/abce": bytes(range(256)) * 300}
REFUSED = (Foreign, Closed, Damaged)


def written(folder: Path, head: Head = HEAD, files: dict[str, bytes] = FILES) -> bytes:
    members = []
    for number, (name, content) in enumerate(files.items()):
        path = folder / str(number)
        path.write_bytes(content)
        members.append(Member(name, path))
    out = io.BytesIO()
    write_archive(out, head, WORDS, members, lambda counted: {"note": "x"}, scratch=folder, algorithm="aes-256-gcm")
    return out.getvalue()


def read(archive: bytes, words: str = WORDS, part: str = "data") -> tuple[dict[str, Any], dict[str, bytes]]:
    with TemporaryDirectory() as folder:
        manifest = read_archive(io.BytesIO(archive), part, words, Path(folder))
        found = {str(p.relative_to(folder)): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}
        return manifest, found


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(tmp_path_factory.mktemp("archive"))


def test_what_went_in_comes_out(archive: bytes) -> None:
    manifest, found = read(archive)
    assert found == FILES
    assert (manifest["members"], manifest["size"], manifest["note"]) == (3, sum(map(len, FILES.values())), "x")


def test_neither_names_nor_words_stand_in_it_openly(archive: bytes) -> None:
    assert b"database" not in archive and b"manifest" not in archive and b"dddd" not in archive


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 255))
def test_any_changed_byte_is_refused(archive: bytes, place: int, change: int) -> None:
    damaged = bytearray(archive)
    # The head is small beside the rest: every second try is there.
    damaged[place % (len(archive) if place % 2 else 250)] ^= change
    with pytest.raises(REFUSED):
        read(bytes(damaged))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_one_that_was_cut_anywhere_is_refused(archive: bytes, length: int) -> None:
    with pytest.raises(REFUSED):
        read(archive[: length % len(archive)])


def test_one_with_something_behind_its_end_is_refused(archive: bytes) -> None:
    for more in (b"x", archive[-100:], archive):
        with pytest.raises(REFUSED):
            read(archive + more)


def test_another_passphrase_or_part_does_not_open_it(archive: bytes) -> None:
    with pytest.raises(Closed):
        read(archive, "another passphrase")
    with pytest.raises(Foreign):
        read(archive, part="keys")
    for foreign in (
        b"",
        b"PK\x03\x04" * 100,
        b"xuncha-backup 1\n[1]\n",
        b"xuncha-backup 1\n{}\n",
        b"xuncha-backup 2\n" + archive[16:],
    ):
        with pytest.raises(Foreign):
            read(foreign)


def test_a_head_that_asks_for_too_much_memory_is_refused() -> None:
    said = b'{"part":"data","id":"0","salt":"%s","passes":3,"memory_kib":99999999,"lanes":4,"check":"00"}\n' % (
        b"1" * 32
    )
    with pytest.raises(Foreign):
        read(b"xuncha-backup 1\n" + said)


@pytest.mark.parametrize("name", ["../escape", "/etc/x", "files/../../x", "keys/values.key", "other", "files/.hidden"])
def test_members_that_belong_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    archive = written(tmp_path, files={name: b"x"})
    with pytest.raises(Damaged):
        read(archive)


def test_keys_go_into_an_archive_of_keys_only(tmp_path: Path) -> None:
    head = Head("keys", "0" * 32, "1" * 32, passes=1, memory_kib=32, lanes=1)
    assert read(written(tmp_path, head, {"keys/values.key": b"k"}), part="keys")[1] == {"keys/values.key": b"k"}
    with pytest.raises(Damaged):
        read(written(tmp_path, head, {"database.sqlite3": b"k"}), part="keys")


def test_a_file_bears_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "a"
    with pytest.raises(RuntimeError), placed(target, force=False) as file:
        file.write(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with placed(target, force=False) as file:
        file.write(b"whole")
    assert target.read_bytes() == b"whole" and target.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError), placed(target, force=False):
        pass
    with placed(target, force=True) as file:
        file.write(b"anew")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"anew"]
