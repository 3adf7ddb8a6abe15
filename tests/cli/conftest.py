"""A data folder that is ready, made once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.office.running import xuncha


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a database of now and one account, head of the office, password ``a-long-pass-phrase``."""
    home = tmp_path_factory.mktemp("office") / "home"
    done = xuncha(home, "migrate")
    assert done.returncode == 0, done.stderr
    words = ("user", "add", "luheng", "--name", "陆衡", "--role", "office_head", "--password-from-input")
    done = xuncha(home, *words, typed="a-long-pass-phrase\n")
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def home(made_home: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(made_home, tmp_path / "home"))
