"""What a person may type or set is written down."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer

from xuncha.cli.__main__ import app


def _commands(group: Any, name: str = "xuncha") -> Iterator[tuple[str, Any]]:
    for word, command in group.commands.items():
        yield f"{name} {word}", command
        if hasattr(command, "commands"):
            yield from _commands(command, f"{name} {word}")


def test_every_command_and_option_stands_in_the_guide(root: Path) -> None:
    guide = (root / "docs" / "cli.md").read_text("utf-8")
    missing = []
    for name, command in _commands(typer.main.get_command(app)):
        missing += [name] if name not in guide else []
        for param in command.params:
            names = [option for option in param.opts if option.startswith("-")]
            if names and not any(f"`{option}" in guide or f" {option}" in guide for option in names):
                missing.append(f"{name} {names}")
    assert not missing


def test_every_variable_of_the_environment_stands_in_the_guide(root: Path) -> None:
    guide = (root / "docs" / "cli.md").read_text("utf-8")
    places = [*(root / "xuncha" / "config").glob("*.py"), root / "xuncha" / "archive" / "home.py"]
    read = "".join(path.read_text("utf-8") for path in places)
    named = set(re.findall(r"XUNCHA_[A-Z_]+", read)) - {"XUNCHA_TEST_DATABASE"}
    assert named
    assert [name for name in sorted(named) if f"`{name}`" not in guide] == []


def test_the_readmes_name_the_two_commands(root: Path) -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        text = (root / readme).read_text("utf-8")
        assert "bin/xuncha demo\nbin/test" in text and "<!--" not in text


def test_every_vocabulary_file_is_explained(root: Path) -> None:
    explained = (root / "docs" / "vocabulary.md").read_text("utf-8")
    files = sorted((root / "xuncha" / "vocabulary").glob("*.toml"))
    assert files
    assert [file.name for file in files if f"`{file.name}`" not in explained] == []


@pytest.mark.parametrize("name", ["extraction.schema.json"])
def test_the_published_schema_is_one(root: Path, name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads((root / "docs" / name).read_text("utf-8")))


def test_dependencies_have_upper_bounds(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    named = [
        *project["dependencies"],
        *(entry for extra in project["optional-dependencies"].values() for entry in extra),
    ]
    assert [entry for entry in named if "<" not in entry] == []


def test_what_is_said_of_security_names_tests_that_exist(root: Path) -> None:
    text = (root / "docs" / "security.md").read_text("utf-8")
    named = set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text))
    assert len({file for file, _test in named}) > 15
    assert [file for file, _test in sorted(named) if not (root / file).is_file()] == []
    assert [
        f"{file}::{test}"
        for file, test in sorted(named)
        if test and f"def {test}(" not in (root / file).read_text("utf-8")
    ] == []
    assert "compliant" not in text.lower() and all(f"| V{number} " in text for number in range(1, 18))
