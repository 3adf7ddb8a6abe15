"""kill -9 in the middle of a confirmation leaves all or nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TIMES = 24
SCRIPT = Path(__file__).with_name("killing.py")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks"),
]


def run(home: Path, root: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        "XUNCHA_HOME": str(home),
        "XUNCHA_SECRET_KEY": "for tests only",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(root),
    }
    environment.pop("XUNCHA_DATABASE", None)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def home(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a reviewed paper."""
    folder = tmp_path_factory.mktemp("home")
    run(folder, root, "prepare")
    return folder


def test_a_killed_confirmation_leaves_all_or_nothing(home: Path, root: Path) -> None:
    whole, *after = [json.loads(line) for line in run(home, root, "kill", str(TIMES)).splitlines()]
    assert whole["state"] == "entered" and whole["findings"] > 200
    assert len({whole[n] for n in ("findings", "counted", "searched", "indexed", "sketched", "last_number")}) == 1
    nothing = dict.fromkeys(whole, 0) | {"state": "review"}
    assert len(after) == TIMES
    assert all(found in (whole, nothing) for found in after), [f for f in after if f not in (whole, nothing)]
    assert nothing in after, "no kill came before the end"


def test_a_running_worker_reads_and_stops(home: Path, root: Path) -> None:
    assert run(home, root, "work").strip() == "2"
