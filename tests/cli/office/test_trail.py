"""`xuncha trail`: what was done is checked where the data are."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.office.running import surroundings, token_of, xuncha


def _with_entries(home: Path) -> None:
    for name in ("one", "two", "three"):
        assert xuncha(home, "user", "add", name, "--name", "某某").returncode == 0


def _behind_its_back(home: Path, statement: str) -> None:
    database = sqlite3.connect(home / "xuncha.sqlite3")
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'security%'"):
        database.execute(f"DROP TRIGGER {name}")
    database.execute(statement)
    database.commit()
    database.close()


def test_a_whole_trail_holds_and_a_changed_one_names_its_first_broken_entry(home: Path) -> None:
    _with_entries(home)
    done = xuncha(home, "trail", "verify", "--format", "json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["holds"] and said["checked"] >= 3
    _behind_its_back(home, f"UPDATE security_trailentry SET act = 'x' WHERE seq = {said['checked'] - 1}")
    done = xuncha(home, "trail", "verify", "--lang", "zh")
    assert done.returncode == 1
    assert f"第 {said['checked'] - 1} 条" in done.stdout


_MANY = """
import uuid
import django
django.setup()
from django.db import transaction
from xuncha.security import trail
told = [(("organisation.unit", n % 7 + 1), {"after": {"n": n}}) for n in range(21_000)]
with transaction.atomic():
    trail.write(told, actor=None, act="rename_unit", batch=uuid.uuid4())
"""


@pytest.mark.long
def test_a_long_trail_is_checked_by_several_processes_which_name_the_same_entry(home: Path) -> None:
    surrounded = surroundings(home, DJANGO_SETTINGS_MODULE="xuncha.config.settings")
    subprocess.run([sys.executable, "-c", _MANY], env=surrounded, check=True, timeout=180)
    done = xuncha(home, "trail", "verify", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["checked"] > 21_000
    _behind_its_back(home, "UPDATE security_trailentry SET act = 'x' WHERE seq = 15555")
    done = xuncha(home, "trail", "verify", "--format", "json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["broken"], said["code"]) == (1, 15_555, "link"), done.stderr


def test_an_anchor_kept_elsewhere_shows_an_old_database_put_back(home: Path, tmp_path: Path) -> None:
    _with_entries(home)
    old = (home / "xuncha.sqlite3").read_bytes()
    anchors = tmp_path / "anchors.txt"
    assert xuncha(home, "user", "close", "one").returncode == 0
    assert xuncha(home, "trail", "anchor", "-o", str(anchors)).returncode == 0
    assert xuncha(home, "trail", "verify", "--anchor", str(anchors)).returncode == 0
    for rest in home.glob("xuncha.sqlite3-*"):
        rest.unlink()
    (home / "xuncha.sqlite3").write_bytes(old)
    assert xuncha(home, "trail", "verify").returncode == 0
    done = xuncha(home, "trail", "verify", "--anchor", str(anchors), "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "cut")


def test_what_is_no_anchor_is_refused_with_a_sentence(home: Path, tmp_path: Path) -> None:
    _with_entries(home)
    (tmp_path / "anchors.txt").write_text("nothing\n")
    done = xuncha(home, "trail", "verify", "--anchor", str(tmp_path / "anchors.txt"))
    assert done.returncode == 2 and "nothing" in done.stderr and "Traceback" not in done.stderr


def test_the_file_of_anchors_is_compared_by_itself(home: Path) -> None:
    _with_entries(home)
    old = (home / "xuncha.sqlite3").read_bytes()
    assert xuncha(home, "user", "close", "one").returncode == 0
    assert xuncha(home, "trail", "anchor", "-o", str(home / "anchors.txt")).returncode == 0
    for rest in home.glob("xuncha.sqlite3-*"):
        rest.unlink()
    (home / "xuncha.sqlite3").write_bytes(old)
    done = xuncha(home, "trail", "verify", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "cut")


def test_the_trail_is_written_out_for_its_reader_alone(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "trail.csv"
    words = ("trail", "export", "-o", target, "--as", "luheng")
    refused = xuncha(home, *words, XUNCHA_TOKEN=token_of(home, "luheng"))
    assert refused.returncode == 1 and not target.exists()
    assert xuncha(home, "user", "add", "reader", "--name", "温一鸣").returncode == 0
    database = sqlite3.connect(home / "xuncha.sqlite3")
    database.execute(
        "INSERT INTO security_grant (user_id, role, scope, valid_from)"
        " SELECT id, 'trail_reader', 'office', '2020-01-01' FROM security_user WHERE username = 'reader'"
    )
    database.commit()
    database.close()
    done = xuncha(home, "trail", "export", "-o", target, "--as", "reader", XUNCHA_TOKEN=token_of(home, "reader"))
    assert done.returncode == 0, done.stderr
    lines = target.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("seq,at,account,role") and "export_trail" in lines[-1]
    assert any(",luheng," in line and ",refuse," in line for line in lines)
