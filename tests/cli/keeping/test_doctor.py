"""`xuncha doctor` on a real installation: it sees what is wrong and says what to do."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.office.running import surroundings, token_of, xuncha


def looked(home: Path, *words: str, **more: str) -> tuple[int, dict[str, Any]]:
    done = xuncha(home, "doctor", "--format", "json", "--lang", "en", *words, **more)
    assert "Traceback" not in done.stderr, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(line["do"] or line["state"] == "ok" or line["code"] == "folder_unusable" for line in lines)
    return done.returncode, {line["code"]: line["state"] for line in lines}


def test_a_sound_installation_has_no_fault_and_its_warnings_are_told(home: Path) -> None:
    code, found = looked(home, "--full")
    assert code == 0 and "fault" not in found.values()
    assert {name for name, state in found.items() if state == "warning"} <= {
        "no_https",
        "keys_beside",
        "no_backup",
        "space",
    }
    assert found["trail_ok"] == found["files_ok"] == found["database_ok"] == "ok"


def test_under_https_the_settings_are_sound(home: Path) -> None:
    _, found = looked(home, XUNCHA_HTTPS="1")
    assert "settings_ok" in found and "django" not in found


def test_faults_are_seen_and_the_end_says_so(home: Path) -> None:
    (home / "keys").chmod(0o755)
    with sqlite3.connect(home / "xuncha.sqlite3") as database:
        database.execute("DROP TRIGGER security_trailentry_no_update")
        database.execute(
            "UPDATE security_trailentry SET act = 'x' WHERE seq = (SELECT max(seq) FROM security_trailentry)"
        )
    code, found = looked(home, XUNCHA_DEBUG="1")
    assert code == 1
    assert found["loose"] == found["trail"] == found["debug"] == "fault"


def test_a_clock_set_back_is_seen(home: Path) -> None:
    with sqlite3.connect(home / "xuncha.sqlite3") as database:
        database.execute("DROP TRIGGER security_trailentry_no_update")
        database.execute("UPDATE security_trailentry SET at = '2099-01-01 00:00:00'")
    assert looked(home)[1]["clock"] == "fault"


def test_a_database_that_does_not_fit_is_named_and_not_looked_into(home: Path, tmp_path: Path) -> None:
    with sqlite3.connect(home / "xuncha.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'findings'")
    code, found = looked(home)
    assert code == 1 and found["database"] == "fault" and "trail_ok" not in found
    assert looked(tmp_path / "new")[1]["database"] == "fault"


@pytest.mark.long
def test_a_lost_file_is_a_fault(home: Path, tmp_path: Path) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text("一、问题\n1.账实不符。抽查的8类物资中3类短缺。\n", "utf-8")
    proved = {"XUNCHA_TOKEN": token_of(home, "luheng")}
    done = xuncha(home, "import", paper, "--as", "luheng", "--format", "json", **proved)
    assert done.returncode == 0, done.stderr
    (kept,) = [path for path in (home / "files").rglob("*") if path.is_file() and "incoming" not in path.parts]
    assert looked(home)[1]["files_ok"] == "ok"
    kept.write_bytes(kept.read_bytes()[:-1])
    assert looked(home)[1]["files"] == "fault"


def test_the_check_of_a_deployment_is_clean(tmp_path: Path) -> None:
    more = {"XUNCHA_HTTPS": "1", "DJANGO_SETTINGS_MODULE": "xuncha.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "INFO"],
        env=surroundings(tmp_path / "home", **more), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
