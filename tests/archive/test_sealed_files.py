"""Kept files lie sealed on disk; they are given out whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from xuncha.archive import actions, queries
from xuncha.archive.models import StoredFile
from xuncha.archive.places import files, incoming
from xuncha.security.keys import Keyring, keyring
from xuncha.security.models import User

WORDS = "专项资金拨付不及时，学校负责人王某".encode() * 10_000


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path / "home"
    settings.KEYS = tmp_path / "keys"
    return tmp_path


@pytest.fixture
def stored(staff: User) -> StoredFile:
    return actions.take_in([WORDS], actor=staff)


def on_disk() -> list[Path]:
    return [path for path in files().rglob("*") if path.is_file()]


@pytest.mark.parametrize("algorithm", ["aes-256-gcm", "sm4-gcm"])
def test_neither_words_nor_digest_are_on_the_disk(algorithm: str, staff: User, settings: Any) -> None:
    settings.SEALING = algorithm
    stored = actions.take_in([WORDS], actor=staff)
    (path,) = on_disk()
    assert WORDS[:24] not in path.read_bytes()
    assert stored.sha256 == hashlib.sha256(WORDS).hexdigest() and stored.sha256[:8] not in str(path)
    with queries.open_file(stored) as file:
        assert file.read() == WORDS


def test_the_same_file_has_another_name_in_another_installation(stored: StoredFile, staff: User, settings: Any) -> None:
    first = stored.place
    stored.delete()
    settings.KEYS = settings.HOME / "other-keys"
    assert actions.take_in([WORDS], actor=staff).place != first


@pytest.mark.parametrize("where", [0, 4, 10, 21, 70_000, -1])
def test_a_file_that_was_changed_gives_out_nothing(stored: StoredFile, where: int) -> None:
    path = queries.path_of(stored)
    data = bytearray(path.read_bytes())
    data[where] ^= 1
    path.write_bytes(data)
    for attempt in (lambda: queries.open_file(stored), lambda: queries.as_plain_file(stored).__enter__()):
        with pytest.raises(queries.Unopenable) as refused:
            attempt()
        assert refused.value.code == "file_damaged"


def test_a_file_that_was_cut_gives_out_nothing(stored: StoredFile) -> None:
    path = queries.path_of(stored)
    path.write_bytes(path.read_bytes()[:-70_000])
    with pytest.raises(queries.Unopenable) as refused:
        queries.open_file(stored)
    assert refused.value.code == "file_damaged"


def test_two_files_cannot_be_swapped_even_with_their_keys(stored: StoredFile, staff: User) -> None:
    other = actions.take_in([b"another paper"], actor=staff)
    stored.place, stored.wrapped = other.place, other.wrapped
    with pytest.raises(queries.Unopenable) as refused:
        queries.open_file(stored)
    assert refused.value.code == "file_damaged"


def test_a_missing_file_and_a_missing_key_are_told_apart(stored: StoredFile, settings: Any) -> None:
    shutil.rmtree(settings.KEYS)
    settings.KEYS = settings.HOME / "no-keys"
    with pytest.raises(queries.Unopenable) as refused:
        queries.open_file(stored)
    assert refused.value.code == "file_key_lost"
    queries.path_of(stored).unlink()
    with pytest.raises(queries.Unopenable) as refused:
        queries.open_file(stored)
    assert refused.value.code == "file_lost"


def test_a_plain_copy_is_private_and_goes(stored: StoredFile) -> None:
    with queries.as_plain_file(stored) as path:
        assert path.read_bytes() == WORDS
        assert path.stat().st_mode & 0o077 == path.parent.stat().st_mode & 0o077 == 0
    assert not path.parent.exists()
    with pytest.raises(RuntimeError), queries.as_plain_file(stored) as path:
        raise RuntimeError
    assert not path.parent.exists()


def test_plain_copies_of_a_killed_process_are_swept_and_those_of_a_living_one_stay(home: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    dead = Path(tempfile.mkdtemp(prefix=f"{queries.PLAIN}{int(ended.stdout)}-"))
    mine = Path(tempfile.mkdtemp(prefix=f"{queries.PLAIN}{os.getpid()}-"))
    (dead / "plain").write_bytes(b"paper")
    actions.sweep()
    assert (dead.exists(), mine.exists()) == (False, True)
    mine.rmdir()


def test_of_two_that_take_in_the_same_bytes_at_once_one_copy_stays(
    staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = actions._move_in

    def slow(part: Path, place: str) -> None:
        monkeypatch.setattr(actions, "_move_in", real)
        actions.take_in([WORDS], actor=staff)
        real(part, place)

    monkeypatch.setattr(actions, "_move_in", slow)
    stored = actions.take_in([WORDS], actor=staff)
    assert on_disk() == [queries.path_of(stored)]
    queries.check_file(stored)


def plain_file(words: bytes, user: User) -> StoredFile:
    digest = hashlib.sha256(words).hexdigest()
    place = f"{digest[:2]}/{digest[2:4]}/{digest}"
    (files() / place).parent.mkdir(parents=True)
    (files() / place).write_bytes(words)
    return StoredFile.objects.create(sha256=digest, size=len(words), place=place, taken_in_by=user)


def test_what_an_older_version_kept_plain_opens_and_can_be_sealed(
    staff: User, django_capture_on_commit_callbacks: Any
) -> None:
    old, lost = plain_file(WORDS, staff), plain_file(b"lost", staff)
    queries.path_of(lost).unlink()
    with queries.open_file(old) as file:
        assert file.read() == WORDS
    was = queries.path_of(old)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.seal_plain_files() == (1, 1)
    old.refresh_from_db()
    assert old.wrapped is not None and not was.exists() and not list(incoming().glob("*"))
    with queries.open_file(old) as file:
        assert file.read() == WORDS
    assert actions.seal_plain_files() == (0, 1)


def test_a_new_master_key_still_opens_what_the_old_one_wrapped(stored: StoredFile) -> None:
    Keyring(keyring().folder).add_master()
    queries.check_file(stored)
