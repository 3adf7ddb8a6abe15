"""Files taken in, kept once, let go."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xuncha.archive import actions, queries
from xuncha.archive.models import StoredFile
from xuncha.archive.places import files, incoming
from xuncha.security.errors import Invalid
from xuncha.security.models import User


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def left_over() -> list[Path]:
    return list(incoming().glob("*")) if incoming().exists() else []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(pieces=st.lists(st.binary(max_size=40), min_size=1).filter(any))
def test_what_is_taken_in_comes_out_whatever_its_pieces(pieces: list[bytes], staff: User) -> None:
    whole = b"".join(pieces)
    stored = actions.take_in(pieces, actor=staff)
    assert (stored.sha256, stored.size) == (hashlib.sha256(whole).hexdigest(), len(whole))
    with queries.open_file(stored) as file:
        assert file.read() == whole
    assert left_over() == []


def test_the_same_bytes_are_kept_once(staff: User, head: User) -> None:
    first = actions.take_in(io.BytesIO(b"paper"), actor=staff)
    assert actions.take_in([b"pa", b"per"], actor=head) == first
    assert first.taken_in_by == staff
    assert sum(path.is_file() for path in files().rglob("*")) == 1


def test_a_file_that_was_lost_is_whole_again_when_it_comes_again(staff: User) -> None:
    stored = actions.take_in([b"paper"], actor=staff)
    queries.path_of(stored).write_bytes(b"pap")
    again = actions.take_in([b"paper"], actor=staff)
    assert again == stored
    with queries.open_file(again) as file:
        assert file.read() == b"paper"


@pytest.mark.parametrize(
    ("pieces", "code"), [([], "file_empty"), ([b""], "file_empty"), ([b"123", b"4"], "file_too_large")]
)
def test_what_cannot_be_kept_leaves_nothing_behind(pieces: list[bytes], code: str, staff: User) -> None:
    with pytest.raises(Invalid) as refused:
        actions.take_in(pieces, actor=staff, limit=3)
    assert refused.value.code == code
    assert left_over() == [] and StoredFile.objects.count() == 0


def test_a_connection_that_breaks_leaves_nothing_behind(staff: User) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(Invalid):
        actions.take_in(broken(), actor=staff)
    assert left_over() == [] and StoredFile.objects.count() == 0


def test_only_the_owner_of_the_installation_can_read_the_file(staff: User) -> None:
    stored = actions.take_in([b"paper"], actor=staff)
    assert queries.path_of(stored).stat().st_mode & 0o077 == 0


def test_a_file_that_is_let_go_is_gone_when_the_transaction_stands(
    staff: User, django_capture_on_commit_callbacks: Any
) -> None:
    stored = actions.take_in([b"paper"], actor=staff)
    path = queries.path_of(stored)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.release(stored)
        assert path.exists()
    assert not path.exists() and StoredFile.objects.count() == 0


def test_what_a_stopped_process_left_is_swept(staff: User) -> None:
    incoming().mkdir(parents=True)
    old, new = incoming() / "old.part", incoming() / "new.part"
    for part in (old, new):
        part.write_bytes(b"x")
    os.utime(old, (0, 0))
    assert actions.sweep() == 1
    assert (old.exists(), new.exists()) == (False, True)
