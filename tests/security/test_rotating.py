"""A new master key takes the place of the old; whatever was sealed opens before, meanwhile and after."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from xuncha.archive import actions, queries
from xuncha.archive.models import StoredFile
from xuncha.security import chain, factors, rotating, trail
from xuncha.security.keys import Keyring, keyring
from xuncha.security.models import ObjectKey, SecondFactor, TrailEntry, User
from xuncha.security.payloads import unwrapped

KINDS = (ObjectKey, StoredFile)


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.HOME, settings.KEYS = tmp_path, tmp_path / "keys"
    unwrapped.cache_clear()


@pytest.fixture
def stored(staff: User) -> StoredFile:
    trail.record(actor=staff, act="try", thing=staff, after={"words": "某某"})
    return actions.take_in([b"paper"], actor=staff)


def whole(stored: StoredFile) -> bool:
    stored.refresh_from_db()
    queries.check_file(stored)
    return chain.verify().holds


def test_after_a_rotation_the_old_key_is_needed_no_more(stored: StoredFile) -> None:
    old = keyring().current
    done, failed = rotating.rotate(KINDS)
    assert (done, failed) == (rotating.total(KINDS) - 1, 0), "all but the key of the entry on the rotation itself"
    assert rotating.in_use(KINDS)[old] == 0
    (keyring().folder / f"{old}.key").unlink()
    keyring()._known.pop(old)
    unwrapped.cache_clear()
    assert whole(stored)
    assert (TrailEntry.objects.get(act="rotate_keys").after or {})["wrapped"] == done


def test_one_that_was_stopped_goes_on_without_another_new_key(
    stored: StoredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "PORTION", 1)

    def stop(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotating.rotate(KINDS, said=stop)
    assert whole(stored)
    masters = list(keyring().masters())
    done, failed = rotating.rotate(KINDS, new=False)
    assert done and not failed and list(keyring().masters()) == masters
    assert rotating.rotate(KINDS, new=False) == (0, 0)
    assert whole(stored)


def test_a_destroyed_key_stays_destroyed(stored: StoredFile, staff: User) -> None:
    ObjectKey.objects.update(wrapped=None)
    rotating.rotate(KINDS)
    assert not ObjectKey.objects.filter(object_id=staff.pk, wrapped__isnull=False).exists()
    assert whole(stored)


def test_what_cannot_be_opened_is_counted_and_left(stored: StoredFile, settings: Any, tmp_path: Path) -> None:
    old = keyring().current
    shutil.rmtree(settings.KEYS)
    settings.KEYS = tmp_path / "other"
    unwrapped.cache_clear()
    done, failed = rotating.rotate(KINDS)
    assert done == 0 and failed == rotating.in_use(KINDS)[old] >= 2


def test_the_newest_master_key_wraps_whatever_the_clock_says(stored: StoredFile) -> None:
    names = [keyring().add_master() for _ in range(3)]
    assert list(keyring().masters())[-3:] == names
    assert Keyring(keyring().folder).current == names[-1]


def test_second_factors_and_unused_recovery_codes_open_the_door_after_a_rotation(
    stored: StoredFile, staff: User
) -> None:
    offer = factors.offer()
    secret = factors.offered(offer)
    codes = factors.add_totp(offer, factors.code_at(secret, time.time() - factors.STEP_SECONDS), actor=staff)
    old = keyring().current
    kinds = (*KINDS, SecondFactor)
    assert rotating.in_use(kinds)[old] > rotating.in_use(KINDS)[old]
    _done, failed = rotating.rotate(kinds)
    assert not failed and rotating.in_use(kinds)[old] == 0
    (keyring().folder / f"{old}.key").unlink()
    keyring()._known.pop(old)
    unwrapped.cache_clear()
    assert factors.secret_of(factors.factors_of(staff).get()) == secret
    assert factors.take_code(staff, factors.code_at(secret, time.time())) == "totp"
    assert factors.take_code(staff, codes[0]) == "recovery_code"
