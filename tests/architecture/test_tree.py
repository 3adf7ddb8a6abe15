"""The tree keeps its word: floors, names, sizes, and tests that mirror the package."""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
from pathlib import Path

import pytest

# What tests/ holds besides the mirror of xuncha/.
OF_THE_WHOLE = {"architecture", "e2e", "frame"}
SAY_NOTHING = {"utils", "util", "common", "helpers", "helper", "core", "misc", "lib", "manager"}
# "About 400 lines": a tenth of grace, then it becomes a package.
LINES = 440


@pytest.fixture(scope="module")
def modules(root: Path) -> list[Path]:
    # Migrations are written by Django: theirs is the form, not ours.
    return sorted(path for path in (root / "xuncha").rglob("*.py") if "migrations" not in path.parts)


def _tracked(root: Path) -> list[Path]:
    """Files of the repository; outside a checkout, those of its folders."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [root / name for name in listed.stdout.split("\0") if name and (root / name).is_file()]
    folders = ("bin", "requirements", "xuncha", "tests", "docs", "benchmarks")
    return [file for folder in folders for file in (root / folder).rglob("*") if file.is_file()]


def test_every_folder_of_the_package_says_what_it_is(root: Path, modules: list[Path]) -> None:
    folders = {module.parent for module in modules}
    silent = [
        str(folder.relative_to(root))
        for folder in folders
        if not (folder / "__init__.py").exists()
        or not ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))
    ]
    assert silent == []


def test_every_module_says_what_it_is(root: Path, modules: list[Path]) -> None:
    silent = [
        str(module.relative_to(root)) for module in modules if not ast.get_docstring(ast.parse(module.read_text()))
    ]
    assert silent == []


def test_no_module_has_outgrown_one_file(root: Path, modules: list[Path]) -> None:
    long = {str(module.relative_to(root)): len(module.read_text().splitlines()) for module in modules}
    assert {name: lines for name, lines in long.items() if lines > LINES} == {}


def test_names_speak_of_the_work(root: Path) -> None:
    parts = {(path, part) for path in _tracked(root) for part in path.relative_to(root).with_suffix("").parts}
    assert [str(path.relative_to(root)) for path, part in parts if part in SAY_NOTHING] == []


def test_the_tests_mirror_the_package(root: Path) -> None:
    floors = {folder.name for folder in (root / "xuncha").iterdir() if (folder / "__init__.py").exists()}
    tested = {folder.name for folder in (root / "tests").iterdir() if any(folder.glob("**/test_*.py"))}
    assert tested - OF_THE_WHOLE == floors


def test_every_folder_of_the_package_has_its_floor(root: Path) -> None:
    """import-linter checks the order; this, that the contract is the exhaustive one."""
    contracts = configparser.ConfigParser()
    contracts.read(root / ".importlinter", encoding="utf-8")
    floors = contracts["importlinter:contract:floors"]
    assert (floors["type"], floors["exhaustive"], floors["containers"].split()) == ("layers", "true", ["xuncha"])
    # A folder that exists is no longer optional: its brackets go.
    optional = set(re.findall(r"\((\w+)\)", floors["layers"]))
    assert [name for name in sorted(optional) if (root / "xuncha" / name).exists()] == []


def test_the_pure_floors_name_no_django(root: Path) -> None:
    pure = [root / "xuncha" / floor for floor in ("vocabulary", "documents", "extraction", "risk")]
    modules = [module for floor in pure for module in floor.rglob("*.py")]
    assert [str(module) for module in modules if re.search(r"^\s*(from|import) django", module.read_text(), re.M)] == []


def test_no_file_names_a_package_index_or_a_folder_of_one_machine(root: Path) -> None:
    index = re.compile(r"https?://\S+/simple\b|--(?:extra-)?index-url|--find-links", re.I)
    home = re.compile(r"/(?:home|root|Users)/\w+/")
    faults = []
    for path in _tracked(root):
        if path.suffix in {".xlsx", ".docx", ".pdf", ".ofd", ".png"} or path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        faults += [
            f"{path.relative_to(root)}: {match[0]}" for match in (index.search(text), home.search(text)) if match
        ]
    assert faults == []
