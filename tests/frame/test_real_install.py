"""The locks install: every Python at hand, uv or plain pip, and the command runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.frame.checkouts import Checkout, machine, real_python

VERSIONS = ("3.11", "3.12", "3.13")


def _pythons() -> dict[str, str]:
    """Interpreters of this machine by version; the one that runs the tests is always there."""
    found = {}
    places = [Path(real_python()), *Path.home().glob(".pyenv/versions/3.1*/bin/python3")]
    places += [Path(name) for version in VERSIONS if (name := shutil.which(f"python{version}"))]
    for place in places:
        asked = "import sys, ensurepip; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run([place, "-I", "-c", asked], capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip() in VERSIONS:
            found.setdefault(done.stdout.strip(), str(place))
    return found


@pytest.fixture
def checkout(tmp_path: Path, root: Path) -> Checkout:
    """A copy of this checkout on a machine without Python."""
    copy = tmp_path / "checkout"
    for folder in ("bin", "requirements", "xuncha"):
        shutil.copytree(root / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    home = tmp_path / "home"
    home.mkdir()
    return Checkout(copy, machine(tmp_path / "programs", python=None), home)


def _reads_a_paper(checkout: Checkout) -> None:
    paper = checkout.home / "反馈.txt"
    paper.write_text(
        "青禾县水务局巡察反馈\n\n一、存在问题\n1.项目管理不严。某水库工程超期两年未验收。\n", encoding="utf-8"
    )
    code, said, errors = checkout.run("extract", paper.name, "--format", "json")
    assert code == 0, errors
    assert '"schema": "xuncha.extraction/1"' in said or '"schema":"xuncha.extraction/1"' in said
    code, _, errors = checkout.run("ledger", paper.name, "-o", "ledger.xlsx")
    assert code == 0 and (checkout.home / "ledger.xlsx").exists(), errors
    assert "首次使用" not in errors


@pytest.mark.long
@pytest.mark.parametrize(("version", "python"), sorted(_pythons().items()), ids=sorted(_pythons()))
def test_the_lock_installs_with_plain_pip(checkout: Checkout, version: str, python: str) -> None:
    (checkout.programs / "python3").symlink_to(python)
    _reads_a_paper(checkout)
    (environment,) = (checkout.root / ".env").glob("run-*")
    assert (environment / "lib" / f"python{version}").is_dir()
    assert (environment / "bin" / "pip").exists(), "pip built it"


@pytest.mark.long
@pytest.mark.parametrize("version", sorted(_pythons()))
def test_the_lock_of_the_tests_suits_every_python(tmp_path: Path, root: Path, version: str) -> None:
    """Resolved only, with hashes: what CI installs for one version is there for the others."""
    pip = [_pythons()[version], "-I", "-m", "pip", "--disable-pip-version-check", "install", "--dry-run", "-q"]
    target = ["--target", str(tmp_path / "nowhere"), "--only-binary", ":all:", "--require-hashes"]
    # Of pyspark there is no wheel but its source, of 430 MB, which suits every Python.
    lock = tmp_path / "test.txt"
    lock.write_text(
        re.sub(r"(?m)^pyspark==.*\n(    --hash.*\n)+", "", (root / "requirements" / "test.txt").read_text())
    )
    done = subprocess.run([*pip, *target, "-r", lock], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
