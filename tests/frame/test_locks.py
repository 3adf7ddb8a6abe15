"""The locks: exact versions with hashes, and no word of where packages come from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

LOCKS = ("run", "risk", "spark", "test")
REQUIREMENT = re.compile(r"([a-z0-9][a-z0-9.-]*)==([0-9A-Za-z.+!]+)( ; [a-z_ <>=!'0-9.()A-Z-]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def _pinned(root: Path, lock: str) -> dict[str, str]:
    lines = (root / "requirements" / f"{lock}.txt").read_text().splitlines()
    return {match[1]: match[2] for line in lines if (match := REQUIREMENT.fullmatch(line))}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_nothing_but_versions_and_hashes(root: Path, lock: str) -> None:
    lines = (root / "requirements" / f"{lock}.txt").read_text().splitlines()
    foreign = [line for line in lines if not REQUIREMENT.fullmatch(line) and not HASH.fullmatch(line)]
    assert foreign == []


def test_the_tests_run_with_the_versions_that_users_run(root: Path) -> None:
    run, risk, spark, test = (_pinned(root, lock).items() for lock in LOCKS)
    assert run <= risk <= spark <= test


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_of_the_project_is_locked_and_bounded(root: Path, lock: str) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    extras = {"run": (), "risk": ("risk",), "spark": ("risk", "spark"), "test": ("risk", "spark", "test")}
    for extra in extras[lock]:
        wanted += project["optional-dependencies"][extra]
    pinned = _pinned(root, lock)
    for requirement in wanted:
        name = re.match(r"[A-Za-z0-9.-]+", requirement)[0].lower()  # type: ignore[index]
        assert name in pinned, f"{name} is not in {lock}.txt: run bin/lock"
        assert "<" in requirement, f"{name} has no upper bound"
