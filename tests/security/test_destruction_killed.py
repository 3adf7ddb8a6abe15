"""A process that destroys is killed at its worst moments: nothing is destroyed untold, and the rest follows."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.security.destroying import PAPERS

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def prepared(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a destruction that is approved."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    home.mkdir()
    done = _run(root, home, "prepare")
    assert done.returncode == 0, done.stderr
    return home


def _run(root: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XUNCHA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xuncha.config.settings"}
    environment |= {"PYTHONPATH": str(root)}
    environment.pop("XUNCHA_DATABASE", None)
    environment.pop("XUNCHA_KEYS", None)
    command = [sys.executable, "-m", "tests.security.destroying", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("moment", ["destroying", "unlinking", "certifying"])
def test_what_is_killed_in_the_middle_goes_on_and_ends_whole(
    root: Path, prepared: Path, tmp_path: Path, moment: str
) -> None:
    home = tmp_path / "home"
    shutil.copytree(prepared, home)
    assert _run(root, home, "carry_out", moment).returncode == -signal.SIGKILL
    between = _look(root, home)
    assert between["count"] == between["listed"] == between["destroyed"]
    assert (between["certificates"], between["told"], between["holds"]) == (0, 0, True)
    ended = _run(root, home, "carry_out", "never")
    assert ended.returncode == 0, ended.stderr
    assert _look(root, home) == {
        "state": "done",
        "count": PAPERS,
        "listed": PAPERS,
        "destroyed": PAPERS,
        "files": 0,
        "certificates": 1,
        "told": 1,
        "holds": True,
    }


def _look(root: Path, home: Path) -> dict[str, Any]:
    done = _run(root, home, "look")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
