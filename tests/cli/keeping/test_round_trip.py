"""`xuncha backup` and `xuncha restore`, as commands on real databases."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.office.running import token_of, xuncha
from tests.findings.reviewed import FEEDBACK
from tests.frame import postgres

WORDS = "archive passphrase one"
KEYS_WORDS = "keys passphrase two"


class Kept:
    """A data folder with a paper in it, and where its archives go."""

    def __init__(self, home: Path, folder: Path, **surroundings: str) -> None:
        self.home, self.folder, self.surroundings = home, folder, surroundings
        self.words, self.keys_words = folder / "words", folder / "keys-words"
        self.words.write_text(WORDS + "\n")
        self.keys_words.write_text(KEYS_WORDS + "\n")
        self.archive, self.keys = folder / "a.xuncha", folder / "a.keys"

    def run(self, *words: object, **surroundings: str) -> Any:
        return xuncha(self.home, *words, **(self.surroundings | surroundings))

    def backup(self, *words: object) -> Any:
        spoken = ("--passphrase-file", self.words, "--keys-passphrase-file", self.keys_words)
        return self.run("backup", "-o", self.archive, *spoken, "--format", "json", "--lang", "en", *words)

    def restore(self, to: Path, *words: object, archive: Path | None = None, **surroundings: str) -> Any:
        spoken = ("--passphrase-file", self.words, "--keys-passphrase-file", self.keys_words)
        return self.run(
            "restore", archive or self.archive, "--to", to, *spoken, "--format", "json", "--lang", "en", *words,
            **surroundings,
        )  # fmt: skip


def with_paper(home: Path, folder: Path, **surroundings: str) -> None:
    paper = folder / "反馈.txt"
    paper.write_text(FEEDBACK, "utf-8")
    proved = {"XUNCHA_TOKEN": token_of(home, "luheng", **surroundings)}
    done = xuncha(home, "import", paper, "--as", "luheng", "--format", "json", **surroundings, **proved)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def papered(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papered")
    home = Path(shutil.copytree(made_home, folder / "home"))
    with_paper(home, folder)
    return home


@pytest.fixture
def kept(papered: Path, tmp_path: Path) -> Kept:
    return Kept(Path(shutil.copytree(papered, tmp_path / "home")), tmp_path)


def kept_files(home: Path) -> dict[str, bytes]:
    folder = home / "files"
    found = (path for path in folder.rglob("*") if path.is_file() and "incoming" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.mark.long
def test_what_was_backed_up_is_there_after_restoring(kept: Kept, tmp_path: Path) -> None:
    done = kept.backup("--keys-to", kept.keys)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["files"] == 1 and said["missing"] == [] and said["anchor"].startswith("xuncha-anchor 1 ")
    # Neither keys nor words of the papers are in the archive, nor is the name of the account.
    inside = kept.archive.read_bytes()
    for secret in [*(path.read_bytes().strip() for path in (kept.home / "keys").glob("*.key")), b"luheng", b"SQLite"]:
        assert secret not in inside and secret not in kept.keys.read_bytes()
    # It is on the trail, and what comes after it is not in the archive.
    assert kept.run("user", "add", "later", "--name", "某某").returncode == 0

    to = tmp_path / "restored"
    done = kept.restore(to, "--keys", kept.keys)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["trail"] == "holds" and told["checked"] == said["trail"]["seq"]
    assert kept_files(to) == kept_files(kept.home) != {}
    assert to.stat().st_mode & 0o777 == 0o700
    accounts = xuncha(to, "user", "list").stdout
    assert "luheng" in accounts and "later" not in accounts
    verified = json.loads(xuncha(to, "trail", "verify", "--format", "json").stdout)
    assert verified["holds"] and verified["checked"] == said["trail"]["seq"] + 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.long
def test_a_backup_under_writing_is_of_one_moment(kept: Kept, tmp_path: Path) -> None:
    over = threading.Event()

    def write() -> None:
        database = sqlite3.connect(kept.home / "xuncha.sqlite3", timeout=20)
        database.execute("CREATE TABLE pairs (a, b)")
        number = 0
        while not over.is_set():
            number += 1
            with database:
                database.execute("INSERT INTO pairs VALUES (?, zeroblob(20000))", (number,))
                database.execute("UPDATE security_grant SET role = role")
            time.sleep(0.001)
        database.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = kept.backup("--no-keys")
    finally:
        over.set()
        writer.join()
    assert done.returncode == 0, done.stderr
    to = tmp_path / "restored"
    done = kept.restore(to, XUNCHA_KEYS=str(kept.home / "keys"))
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(to / "xuncha.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count, last = database.execute("SELECT count(*), max(a) FROM pairs").fetchone()
    assert count == last


@pytest.mark.long
def test_a_damaged_cut_or_foreign_archive_puts_nothing_in_place(kept: Kept, tmp_path: Path) -> None:
    assert kept.backup("--keys-to", kept.keys).returncode == 0
    whole, keys, to = kept.archive.read_bytes(), kept.keys.read_bytes(), tmp_path / "restored"
    damaged, other = tmp_path / "damaged", tmp_path / "other"
    for place in (20, len(whole) // 2, len(whole) - 1):
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        done = kept.restore(to, "--keys", kept.keys, archive=damaged)
        assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    damaged.write_bytes(whole[:-5000])
    assert "damaged or incomplete" in kept.restore(to, "--keys", kept.keys, archive=damaged).stderr
    assert "no backup" in kept.restore(to, "--keys", kept.keys, archive=kept.words).stderr
    other.write_bytes(keys[:-1] + bytes([keys[-1] ^ 1]))
    assert "damaged or incomplete" in kept.restore(to, "--keys", other).stderr
    # Archive and keys are not taken for one another.
    assert kept.restore(to, "--keys", kept.archive).returncode == 2
    # Without the keys it would be a system that can read nothing.
    assert "keys of this archive are missing" in kept.restore(to).stderr
    kept.words.write_text("not the passphrase\n")
    assert "passphrase is wrong" in kept.restore(to, "--keys", kept.keys).stderr
    assert not to.exists() and [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_is_there_is_not_overwritten_and_keys_are_asked_for(kept: Kept, tmp_path: Path) -> None:
    assert kept.backup().returncode == 2
    assert kept.backup("--keys-to", kept.archive).returncode == 1
    kept.archive.write_text("mine")
    done = kept.backup("--no-keys")
    assert done.returncode == 1 and "--force" in done.stderr and kept.archive.read_text() == "mine"
    assert kept.backup("--no-keys", "--force").returncode == 0
    done = kept.restore(kept.home)
    assert done.returncode == 2 and "empty folder" in done.stderr
    kept.keys_words.write_text(WORDS)
    assert "different passphrases" in kept.backup("--keys-to", kept.keys, "--force").stderr
    kept.words.write_text("short")
    assert "at least 12" in kept.backup("--no-keys", "--force").stderr


@pytest.mark.long
def test_a_lost_file_is_named_and_the_rest_is_backed_up(kept: Kept) -> None:
    (lost,) = [path for path in (kept.home / "files").rglob("*") if path.is_file() and "incoming" not in path.parts]
    lost.unlink()
    done = kept.backup("--no-keys")
    assert done.returncode == 1 and lost.name in done.stderr
    assert json.loads(done.stdout)["missing"] == [str(lost.relative_to(kept.home / "files"))]


@pytest.fixture
def on_postgresql(tmp_path: Path) -> Iterator[Kept]:
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.server() as address:
        kept = Kept(tmp_path / "home", tmp_path, XUNCHA_DATABASE=address)
        assert kept.run("migrate").returncode == 0
        words = ("user", "add", "luheng", "--name", "陆衡", "--role", "office_head", "--password-from-input")
        done = xuncha(kept.home, *words, typed="a-long-pass-phrase\n", XUNCHA_DATABASE=address)
        assert done.returncode == 0, done.stderr
        with_paper(kept.home, tmp_path, XUNCHA_DATABASE=address)
        yield kept


@pytest.mark.long
@pytest.mark.xdist_group("postgresql")
def test_postgresql_goes_into_an_empty_database_and_nowhere_else(on_postgresql: Kept, tmp_path: Path) -> None:
    kept = on_postgresql
    done = kept.backup("--keys-to", kept.keys)
    assert done.returncode == 0, done.stderr
    seq = json.loads(done.stdout)["trail"]["seq"]
    to = tmp_path / "restored"
    assert "is not empty" in kept.restore(to, "--keys", kept.keys).stderr
    assert "PostgreSQL database" in kept.restore(to, "--keys", kept.keys, XUNCHA_DATABASE="").stderr
    assert not to.exists()
    with postgres.server() as fresh:
        done = kept.restore(to, "--keys", kept.keys, XUNCHA_DATABASE=fresh)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert (told["trail"], told["checked"]) == ("holds", seq)
        assert kept_files(to) == kept_files(kept.home) != {}
        assert "luheng" in xuncha(to, "user", "list", XUNCHA_DATABASE=fresh).stdout
        verified = json.loads(xuncha(to, "trail", "verify", "--format", "json", XUNCHA_DATABASE=fresh).stdout)
        assert verified["holds"] and verified["checked"] == seq + 1


@pytest.mark.long
@pytest.mark.xdist_group("postgresql")
def test_without_pg_dump_it_says_what_to_install(on_postgresql: Kept) -> None:
    path = on_postgresql.folder / "programs"
    path.mkdir()
    done = xuncha(
        on_postgresql.home, "backup", "-o", on_postgresql.archive, "--no-keys", "--passphrase-file", on_postgresql.words,
        "--lang", "en", PATH=str(path), **on_postgresql.surroundings,
    )  # fmt: skip
    assert done.returncode == 1 and "pg_dump was not found" in done.stderr and "Traceback" not in done.stderr
    assert not on_postgresql.archive.exists()
