"""`xuncha serve` as a real process: it starts on what fits, refuses what does not, and stops in good order."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import stat
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from tests.cli.office.running import Browser, is_open, server, xuncha


@pytest.mark.long
def test_a_new_folder_is_served_private_and_within_seconds(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    began = time.monotonic()
    with server(home) as running:
        took = time.monotonic() - began
        assert took < 30, f"{took:.1f} s"
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        loose = [path for path in home.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
        assert loose == []
        assert "xuncha user add" in "".join(running.said)
        assert running.stop() == 0


@pytest.mark.long
def test_one_signs_in_gets_the_static_files_and_it_stops_in_good_order(home: Path) -> None:
    with server(home) as running:
        browser = Browser(running.address)
        desk = browser.sign_in("luheng", "a-long-pass-phrase")
        assert "陆衡" in desk
        styles = re.findall(r'href="(/static/[^"]+\.css)"', desk)
        assert styles and re.search(r"\.[0-9a-f]{12}\.css$", styles[0])
        assert "{" in browser.get(styles[0])

        # A request that is under way when the server is asked to stop is answered whole.
        port = running.port
        asked = socket.create_connection(("127.0.0.1", port), timeout=60)
        asked.sendall(b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nConnection: close\r\n\r\nab")
        time.sleep(0.5)
        stopper = threading.Thread(target=running.stop)
        stopper.start()
        time.sleep(0.5)
        asked.sendall(b"cd")
        answer = b""
        while piece := asked.recv(65536):
            answer += piece
        assert answer.startswith(b"HTTP/1.1 403"), answer[:200]
        stopper.join(60)
        assert running.process.returncode == 0
        assert not is_open(port)
        assert "a-long-pass-phrase" not in "".join(running.said)


@pytest.mark.long
def test_a_second_server_on_the_folder_or_the_port_is_told_why_not(home: Path, tmp_path: Path) -> None:
    with server(home) as running:
        second = xuncha(home, "serve", "--port", "0")
        assert second.returncode == 1 and str(running.process.pid) in second.stderr
        other = xuncha(tmp_path / "other", "serve", "--port", str(running.port), "--lang", "en")
        assert other.returncode == 1 and "--port" in other.stderr and "Traceback" not in other.stderr


@pytest.mark.long
def test_when_the_supervisor_is_killed_the_server_ends_and_a_new_one_starts(home: Path) -> None:
    with server(home) as running:
        port = running.port
        running.process.kill()
        running.process.wait()
        for _ in range(100):
            if not is_open(port):
                break
            time.sleep(0.1)
        assert not is_open(port)
        time.sleep(0.5)
        with server(home) as again:
            assert urllib.request.urlopen(f"{again.address}sign-in/", timeout=30).status == 200


def _change(home: Path, *statements: str) -> None:
    with sqlite3.connect(home / "xuncha.sqlite3") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def _refused(home: Path) -> str:
    ended = xuncha(home, "serve", "--port", "0", "--lang", "en")
    assert ended.returncode == 1, ended
    assert ended.stdout == "" and "Traceback" not in ended.stderr
    return ended.stderr


def test_a_database_of_an_earlier_version_waits_for_migrate(home: Path) -> None:
    _change(home, "DELETE FROM django_migrations WHERE app = 'sessions'", "DROP TABLE django_session")
    assert "xuncha migrate" in _refused(home) and "copy the data folder" in _refused(home)
    done = xuncha(home, "migrate", "--lang", "en")
    assert done.returncode == 0 and "sessions.0001_initial" in done.stderr
    assert "up to date" in xuncha(home, "migrate", "--lang", "en").stderr


def test_a_database_of_a_newer_version_is_not_touched(home: Path) -> None:
    _change(home, "INSERT INTO django_migrations (app, name, applied) VALUES ('findings', '9999_later', '2030-01-01')")
    assert "newer version" in _refused(home)
    assert xuncha(home, "migrate").returncode == 1


def test_a_migration_that_failed_or_was_killed_is_seen_at_the_next_start(home: Path) -> None:
    # The table is in the way: the step fails, and stays marked as failed.
    _change(home, "DELETE FROM django_migrations WHERE app = 'sessions'")
    failed = xuncha(home, "migrate", "--lang", "en")
    assert failed.returncode == 1 and "already exists" in failed.stderr and "Traceback" not in failed.stderr
    assert "did not end" in _refused(home)
    _change(home, "DROP TABLE django_session")
    assert xuncha(home, "migrate").returncode == 0
    assert not (home / "migration-under-way").exists()


def test_a_history_with_a_hole_is_a_half_done_migration(home: Path) -> None:
    _change(home, "DELETE FROM django_migrations WHERE app = 'security' AND name = '0001_initial'")
    assert "did not end" in _refused(home)


def test_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (id)")
    ended = xuncha(tmp_path / "home", "serve", XUNCHA_DATABASE=f"sqlite://{path}", XUNCHA_LANG="en")
    assert ended.returncode == 1 and "another program" in ended.stderr


def test_an_address_of_a_database_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    ended = xuncha(tmp_path / "home", "serve", XUNCHA_DATABASE="mysql://x/y")
    assert ended.returncode == 1 and "XUNCHA_DATABASE" in ended.stderr and "Traceback" not in ended.stderr
    ended = xuncha(tmp_path / "home", "serve", XUNCHA_DATABASE="postgres://x@127.0.0.1:1/y", XUNCHA_LANG="en")
    assert ended.returncode == 1 and "cannot be reached" in ended.stderr and "Traceback" not in ended.stderr


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "private.txt").write_text("x")
    before = stat.S_IMODE((tmp_path / "letters").stat().st_mode)
    ended = xuncha(tmp_path / "letters", "serve", XUNCHA_LANG="en")
    assert ended.returncode == 1 and "XUNCHA_HOME" in ended.stderr
    assert os.listdir(tmp_path / "letters") == ["private.txt"]
    assert stat.S_IMODE((tmp_path / "letters").stat().st_mode) == before


@pytest.mark.long
def test_an_interrupt_from_the_keyboard_is_an_orderly_end(home: Path) -> None:
    with server(home) as running:
        os.killpg(running.process.pid, signal.SIGINT)
        rest, _ = running.process.communicate(timeout=60)
        assert running.process.returncode == 0 and "Traceback" not in rest
