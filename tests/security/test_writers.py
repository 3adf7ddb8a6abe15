"""Several processes write the trail at once: none is lost, and the chain holds."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.frame import postgres

WRITERS, EACH = 4, 40
CHECK = """
import django; django.setup()
from django.core.management import call_command
import sys
from xuncha.security import chain
from xuncha.security.models import TrailEntry, User
if sys.argv[1] == "prepare":
    call_command("migrate", verbosity=0)
    User.objects.create_user("writer", name="甲")
else:
    print(chain.verify().holds, TrailEntry.objects.filter(act="write").count())
"""


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_writers_at_once_lose_nothing_and_keep_the_chain(root: Path, tmp_path: Path, database: str) -> None:
    with contextlib.ExitStack() as stack:
        environment = {
            **os.environ,
            "XUNCHA_HOME": str(tmp_path / "home"),
            "DJANGO_SETTINGS_MODULE": "xuncha.config.settings",
            "PYTHONPATH": str(root),
        }
        environment.pop("XUNCHA_DATABASE", None)
        if database == "postgresql":
            if postgres.programs() is None:
                pytest.skip("PostgreSQL is not installed")
            environment["XUNCHA_DATABASE"] = stack.enter_context(postgres.server())
        (tmp_path / "home").mkdir()

        def run(*arguments: str) -> subprocess.Popen[str]:
            command = [sys.executable, *arguments]
            return subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True)

        assert run("-c", CHECK, "prepare").wait(120) == 0
        writers = [run("-m", "tests.security.writers", str(EACH)) for _ in range(WRITERS)]
        assert [writer.wait(120) for writer in writers] == [0] * WRITERS
        assert run("-c", CHECK, "verify").communicate(timeout=120)[0].split() == ["True", str(WRITERS * EACH)]
