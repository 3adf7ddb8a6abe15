"""The static files as they are served outside of tests: collected, renamed by content, complete."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path


def test_every_file_that_a_style_sheet_or_module_names_is_there(root: Path, tmp_path: Path) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("XUNCHA_")}
    done = subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0"],
        env=kept
        | {
            "XUNCHA_HOME": str(tmp_path),
            "XUNCHA_SECRET_KEY": "for tests only",
            "DJANGO_SETTINGS_MODULE": "xuncha.config.settings",
            "PYTHONPATH": str(root),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    renamed = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    modules = [name for name in renamed if name.startswith("xuncha/js/")]
    assert "xuncha/js/xuncha.js" in modules
    plain = re.compile(r"""(?:from|import)\s*\(?["']\.[^"']*?(?<!\.[0-9a-f]{12})\.js["']""")
    faults = {
        name: found for name in modules if (found := plain.findall((tmp_path / "static" / renamed[name]).read_text()))
    }
    assert faults == {}, 'imports that do not bear the new names: write them as import … from "./name.js";'
