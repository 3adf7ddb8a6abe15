"""`xuncha keys`: master keys, listed and rotated on the machine."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.office.running import xuncha


def test_keys_are_rotated_and_the_trail_still_holds(home: Path) -> None:
    assert xuncha(home, "user", "add", "one", "--name", "某某").returncode == 0
    rotated = xuncha(home, "keys", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    listed = xuncha(home, "keys", "list", "--format", "json")
    rows = json.loads(listed.stdout)
    assert listed.returncode == 0 and [row["current"] for row in rows] == [False, True]
    assert rows[0]["wraps"] == 0 and rows[1]["wraps"] > 0
    assert xuncha(home, "trail", "verify").returncode == 0
    (home / "keys" / f"{rows[1]['key']}.key").rename(home / "elsewhere")
    assert xuncha(home, "keys", "list").returncode == 1
