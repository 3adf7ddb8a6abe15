"""Whatever an action tells the trail has a word there in both languages: act, kind of object, and every field's name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import translation

from xuncha.security.retention.kinds import kinds
from xuncha.security.retention.trails import TrailKind
from xuncha.vocabulary.loading import load
from xuncha.web.trail import wording

STAGES = ("archive", "findings", "organisation", "rectification", "rounds", "rulebook", "security")
# What a writer of the trail calls what it is about to tell.
NAMES = frozenset({"before", "after", "told"})
TOLD_FIELDS = frozenset({"TOLD", "FIELDS", "ROUND_FIELDS", "TERM_FIELDS"})
# Sentences about passwords, and the reader of the trail: they tell it nothing by these names.
NOT_TOLD = frozenset({"security/passwords.py", "security/reading.py"})
WRITERS = ("record", "record_many", "write", "record_download", "record_export")


def _keys(node: ast.expr | None) -> Iterator[str]:
    """The names of fields in a dict as it is written, also where it is joined or chosen."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value
            elif key is None:
                yield from _keys(value)
    elif isinstance(node, ast.BinOp):
        yield from (*_keys(node.left), *_keys(node.right))
    elif isinstance(node, ast.IfExp):
        yield from (*_keys(node.body), *_keys(node.orelse))


def _told(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("before", "after", "what"):
            yield from _keys(node.value)
        elif isinstance(node, ast.Tuple) and len(node.elts) == 3:
            # A change: an object, how it was, how it is.
            for part in node.elts[1:]:
                yield from _keys(part)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {target.id.strip("_") for target in targets if isinstance(target, ast.Name)}
            if names & NAMES:
                yield from _keys(node.value)
            if names & TOLD_FIELDS and isinstance(node.value, ast.Tuple):
                parts = (part for part in node.value.elts if isinstance(part, ast.Constant))
                yield from (part.value for part in parts if isinstance(part.value, str))
        elif isinstance(node, ast.FunctionDef) and node.name in ("_told", "_values", "_changes"):
            for part in ast.walk(node):
                if isinstance(part, ast.Return):
                    yield from _keys(part.value)


def _written(root: Path) -> dict[str, set[str]]:
    """Every name of a field that a module which writes the trail tells of, and where."""
    found: dict[str, set[str]] = {}
    for stage in STAGES:
        for path in sorted((root / "xuncha" / stage).rglob("*.py")):
            text = path.read_text("utf-8")
            if str(path).endswith(tuple(NOT_TOLD)) or {"migrations", "queries"} & set(path.parts):
                continue
            if "trail" not in text and "record_" not in text:
                continue
            for name in _told(ast.parse(text)):
                found.setdefault(name, set()).add(path.name)
    return found


def test_every_field_that_an_action_tells_of_has_a_word(root: Path) -> None:
    written = _written(root)
    # The walk finds what it is meant to find.
    assert {"recipients", "given_on", "mapping", "due_dates", "locks"} <= written.keys()
    assert {name: places for name, places in written.items() if wording.field(name) == name} == {}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_act_that_is_written_has_a_word(root: Path, language: str) -> None:
    acts = set()
    for stage in STAGES:
        for path in (root / "xuncha" / stage).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITERS:
                    asked = {word.arg: word.value for word in node.keywords}.get("act")
                    if isinstance(asked, ast.Constant):
                        acts.add(asked.value)
    assert len(acts) > 80
    with translation.override(language):
        assert {act for act in acts if wording.act(act) == act} == set()


def test_every_kind_of_object_has_a_word() -> None:
    known = {name for kind in kinds().values() if isinstance(kind, TrailKind) for name in kind.objects}
    told_of = known | load("retention")["kept_for_ever"].keys()
    # Of this stage all models belong to the kind, those that hang on another too.
    told_of -= {model._meta.label_lower for model in apps.get_app_config("rectification").get_models()}
    assert {name for name in told_of if wording.kind(name) == name} == set()
