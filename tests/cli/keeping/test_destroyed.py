"""What was destroyed by rule is no loss to the doctor; an older backup that holds it says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.keeping.test_doctor import looked
from tests.cli.keeping.test_round_trip import Kept
from tests.security.destroying import PAPERS


@pytest.mark.long
def test_destroyed_files_are_no_loss_and_an_older_backup_tells_of_them(root: Path, tmp_path: Path) -> None:
    home, keys = tmp_path / "home", tmp_path / "keys"
    home.mkdir(mode=0o700)
    kept = Kept(home, tmp_path, XUNCHA_KEYS=str(keys))

    def step(*words: str) -> None:
        told = {"XUNCHA_HOME": str(home), "XUNCHA_KEYS": str(keys), "PYTHONPATH": str(root)}
        command = [sys.executable, "-m", "tests.security.destroying", *words]
        subprocess.run(command, cwd=root, env={**os.environ, **told}, timeout=120, check=True, umask=0o077)

    step("prepare")
    done = kept.backup("--no-keys")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"] == PAPERS
    step("carry_out")
    code, found = looked(home, "--full", XUNCHA_KEYS=str(keys))
    assert code == 0, found
    assert found["files_ok"] == found["destroyed_ok"] == "ok"

    later = tmp_path / "later.xuncha"
    done = kept.run(
        "backup", "-o", later, "--no-keys", "--passphrase-file", kept.words, "--format", "json", "--lang", "en"
    )  # fmt: skip
    assert (json.loads(done.stdout)["files"], json.loads(done.stdout)["missing"]) == (0, [])

    done = kept.restore(tmp_path / "older")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["destroyed_since"]) == 1 and "destructions after this backup" in done.stderr
    code, found = looked(tmp_path / "older", XUNCHA_KEYS=str(keys))
    assert code == 1 and found["destroyed_came_back"] == "fault"
    done = kept.restore(tmp_path / "newer", archive=later)
    assert json.loads(done.stdout)["destroyed_since"] == []
