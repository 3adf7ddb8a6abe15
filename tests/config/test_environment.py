"""What the environment may say, and the word on what it may not."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from xuncha.archive.home import home
from xuncha.config import environment


def test_the_data_folder_is_the_one_named_else_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XUNCHA_HOME", f" {tmp_path} ")
    assert home() == tmp_path.resolve()
    monkeypatch.setenv("XUNCHA_HOME", "")
    assert home().name == "xuncha"


def test_without_an_address_the_database_is_a_file_in_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("XUNCHA_DATABASE", raising=False)
    assert environment.database(tmp_path)["NAME"] == str(tmp_path / "xuncha.sqlite3")


def test_an_address_names_a_postgresql_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XUNCHA_DATABASE", "postgres://office:p%40ss@db.example:5433/ledger")
    told = environment.database(tmp_path)
    assert told["ENGINE"] == "django.db.backends.postgresql"
    assert [told[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "ledger",
        "office",
        "p@ss",
        "db.example",
        "5433",
    ]


@pytest.mark.parametrize("address", ["mysql://office@host/ledger", "postgres://host", "ledger"])
def test_an_address_of_another_kind_is_refused_with_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str
) -> None:
    monkeypatch.setenv("XUNCHA_DATABASE", address)
    with pytest.raises(ImproperlyConfigured, match=r"XUNCHA_DATABASE: found .* expected postgres://"):
        environment.database(tmp_path)


def test_the_key_is_made_once_and_only_the_owner_reads_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XUNCHA_SECRET_KEY", raising=False)
    first = environment.secret_key(tmp_path / "new")
    assert len(first) >= 50
    assert environment.secret_key(tmp_path / "new") == first
    assert stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode) == 0o600


@pytest.mark.parametrize(("said", "means"), [("1", True), ("YES", True), ("0", False), ("false", False), ("", False)])
def test_a_flag_is_yes_or_no(monkeypatch: pytest.MonkeyPatch, said: str, means: bool) -> None:
    monkeypatch.setenv("XUNCHA_SOME", said)
    assert environment.flag("XUNCHA_SOME") is means


def test_a_flag_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNCHA_SOME", "maybe")
    with pytest.raises(ImproperlyConfigured, match="XUNCHA_SOME: found “maybe”, expected 1 or 0"):
        environment.flag("XUNCHA_SOME")


def test_names_stand_between_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNCHA_SOME", " a.example, ,b.example ")
    assert environment.names("XUNCHA_SOME") == ["a.example", "b.example"]
    monkeypatch.delenv("XUNCHA_SOME")
    assert environment.names("XUNCHA_SOME", "c") == ["c"]
