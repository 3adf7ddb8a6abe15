"""`xuncha user`: accounts made where the data are."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.cli.office.running import xuncha


def _listed(home: Path) -> dict[str, dict[str, object]]:
    done = xuncha(home, "user", "list", "--format", "json")
    assert done.returncode == 0, done.stderr
    return {row["username"]: row for row in json.loads(done.stdout)}


def test_an_account_is_added_with_a_password_shown_once_and_a_role(home: Path) -> None:
    done = xuncha(home, "user", "add", "guqinglan", "--name", "顾青岚", "--role", "office_staff")
    assert done.returncode == 0, done.stderr
    password = done.stdout.split()[-1]
    assert len(password) == 19 and password.count("-") == 3
    row = _listed(home)["guqinglan"]
    assert row == {
        "username": "guqinglan",
        "name": "顾青岚",
        "active": True,
        "roles": [{"role": "office_staff", "unit": None}],
    }
    assert password.encode() not in (home / "xuncha.sqlite3").read_bytes()

    again = xuncha(home, "user", "password", "guqinglan")
    assert again.returncode == 0 and again.stdout.split()[-1] != password
    assert xuncha(home, "user", "grant", "guqinglan", "--role", "office_staff", "--end").returncode == 0
    assert _listed(home)["guqinglan"]["roles"] == []
    assert xuncha(home, "user", "close", "guqinglan").returncode == 0
    assert _listed(home)["guqinglan"]["active"] is False


def test_what_was_done_stands_on_the_trail_and_the_command_line_is_no_person(home: Path) -> None:
    assert "command-line" not in _listed(home)
    with sqlite3.connect(home / "xuncha.sqlite3") as connection:
        acts = connection.execute(
            "SELECT t.act, t.payload FROM security_trailentry t JOIN security_user u ON u.id = t.actor_id "
            "WHERE u.username = 'command-line' ORDER BY t.id"
        ).fetchall()
    assert [act for act, _ in acts] == ["add_account", "grant_role"]
    assert not any(b"pass-phrase" in payload for _, payload in acts)


def test_faults_are_sentences(home: Path) -> None:
    for words, expected in (
        (("add", "luheng", "--name", "又一个"), "已经存在"),
        (("add", "a b", "--name", "某"), "账号只能用"),
        (("add", "new", "--name", "某", "--role", "king"), "office_head"),
        (("add", "new", "--name", "某", "--role", "unit_liaison"), "--unit"),
        (("add", "new", "--name", "某", "--role", "unit_liaison", "--unit", "无此局"), "没有单位"),
        (("password", "nobody"), "没有账号"),
    ):
        done = xuncha(home, "user", *words)
        assert done.returncode == 1 and expected in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert set(_listed(home)) == {"luheng"}
    short = xuncha(home, "user", "password", "luheng", "--password-from-input", typed="short\n")
    assert short.returncode == 1 and "10" in short.stderr


def test_without_data_one_is_told_how_to_begin(tmp_path: Path) -> None:
    done = xuncha(tmp_path / "home", "user", "list")
    assert done.returncode == 1 and "xuncha serve" in done.stderr


def test_a_token_is_shown_once_and_revoked(home: Path) -> None:
    done = xuncha(home, "user", "token", "luheng", "--name", "统计平台")
    assert done.returncode == 0 and done.stdout.startswith("xuncha_"), done.stderr
    assert done.stdout.strip().encode() not in (home / "xuncha.sqlite3").read_bytes()
    assert xuncha(home, "user", "token", "luheng", "--name", "统计平台").returncode == 1
    assert xuncha(home, "user", "token", "luheng", "--name", "统计平台", "--revoke").returncode == 0
