"""All that asks the database holds on PostgreSQL as it does on SQLite."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.frame import postgres

# Folders of tests that ask the database. Those in a browser show pages, not databases.
STAGES = (
    "security",
    "rulebook",
    "archive",
    "notices",
    "organisation",
    "rounds",
    "findings",
    "rectification",
    "web",
    "api",
)


@pytest.mark.long
@pytest.mark.xdist_group("postgresql")
def test_the_stages_hold_on_postgresql(root: Path) -> None:
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    folders = [f"tests/{stage}" for stage in STAGES if (root / "tests" / stage).is_dir()]
    with postgres.server() as address:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not long and not browser", *folders],
            cwd=root, env={**os.environ, "XUNCHA_DATABASE": address}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=3600, check=False,
        )  # fmt: skip
    counted = re.search(r"(\d+) passed", done.stdout)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert counted is not None and int(counted[1]) > 10
