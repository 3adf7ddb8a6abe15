"""What a person may type or set is written down."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
import typer

from xuncha.cli.__main__ import app


def test_every_command_and_option_stands_in_the_guide(root: Path) -> None:
    guide = (root / "docs" / "cli.md").read_text("utf-8")
    commands = typer.main.get_command(app)
    missing = []
    for name, command in commands.commands.items():  # type: ignore[attr-defined]
        missing += [f"xuncha {name}"] if f"xuncha {name}" not in guide else []
        for param in command.params:
            names = [option for option in param.opts if option.startswith("-")]
            if names and not any(f"`{option}" in guide or f" {option}" in guide for option in names):
                missing.append(f"{name} {names}")
    assert not missing


def test_the_readmes_name_the_two_commands(root: Path) -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        text = (root / readme).read_text("utf-8")
        assert "bin/xuncha ledger" in text and "bin/test" in text and "<!--" not in text


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
