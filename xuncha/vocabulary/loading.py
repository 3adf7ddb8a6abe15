"""Reads a vocabulary file and lays an office's own file of the same name over it."""

from __future__ import annotations

import os
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from xuncha.vocabulary.errors import VocabularyError

SHIPPED = Path(__file__).parent
FOLDER_VARIABLE = "XUNCHA_VOCABULARY"
REPLACE = "replace"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KINDS = {bool: "true 或 false", int: "整数", float: "小数", str: "文字", list: "列表", dict: "表"}


def load(name: str, folder: str | Path | None = None) -> dict[str, Any]:
    """The vocabulary file ``name`` (without ending) with the office's additions. Shared: only to be read.

    The office's folder is ``folder``, else the environment's ``XUNCHA_VOCABULARY``, else there is none.
    Its file of the same name adds to the shipped one: tables are joined key by key, entries of a list are
    appended, tables in a list that bear the same ``code`` are joined, any other value takes the place of
    the shipped. Keys that it lists (dotted) under ``replace`` are taken from it alone.
    """
    return _load(name, office_folder(folder))


def office_folder(folder: str | Path | None = None) -> Path | None:
    """The office's own vocabulary folder: the one given, else the environment's, else null."""
    chosen = folder if folder is not None else os.environ.get(FOLDER_VARIABLE) or None
    return None if chosen is None else Path(chosen)


@cache
def _load(name: str, folder: Path | None) -> dict[str, Any]:
    if _NAME.fullmatch(name) is None:
        raise VocabularyError("missing", Path(name), found="没有这个词表", expected="小写字母、数字和下划线组成的名称")
    shipped_file = SHIPPED / f"{name}.toml"
    if folder is not None and not folder.is_dir():
        raise VocabularyError("missing", folder, found="没有这个文件夹", expected=f"{FOLDER_VARIABLE} 所指的现有文件夹")
    own_file = None if folder is None else folder / f"{name}.toml"
    if own_file is None or not own_file.is_file():
        return _read(shipped_file)
    own = _read(own_file)
    replaced = _replaced(own_file, own)
    if not shipped_file.is_file():
        return own
    return _joined(own_file, _read(shipped_file), own, "", replaced)


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        raise VocabularyError("missing", file, found="没有这个文件") from None
    except OSError as error:
        raise VocabularyError("missing", file, found=f"无法打开（{error.strerror}）") from error
    except UnicodeDecodeError as error:
        raise VocabularyError(
            "damaged", file, found=f"第 {error.start} 字节不是 UTF-8", expected="UTF-8 编码的 TOML"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise VocabularyError("damaged", file, found=str(error), expected="合规的 TOML") from error


def _replaced(file: Path, own: dict[str, Any]) -> frozenset[str]:
    keys = own.pop(REPLACE, [])
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise VocabularyError("unexpected", file, key=REPLACE, found=kind_of(keys), expected="由键名组成的列表")
    return frozenset(keys)


def _joined(
    file: Path, shipped: dict[str, Any], own: dict[str, Any], path: str, replaced: frozenset[str]
) -> dict[str, Any]:
    joined = dict(shipped)
    for key, value in own.items():
        place = f"{path}.{key}" if path else key
        if key not in shipped or place in replaced:
            joined[key] = value
            continue
        before = shipped[key]
        numbers = isinstance(before, (int, float)) and isinstance(value, (int, float))
        if type(before) is not type(value) and (not numbers or bool in (type(before), type(value))):
            raise VocabularyError("unexpected", file, key=place, found=f"是{kind_of(value)}", expected=kind_of(before))
        if isinstance(value, dict):
            joined[key] = _joined(file, before, value, place, replaced)
        elif isinstance(value, list):
            joined[key] = _appended(file, before, value, place, replaced)
        else:
            joined[key] = value
    return joined


def _appended(file: Path, shipped: list[Any], own: list[Any], path: str, replaced: frozenset[str]) -> list[Any]:
    """The shipped entries, then the office's; tables with a known ``code`` are joined where they stand."""
    entries = list(shipped)
    places = {entry["code"]: i for i, entry in enumerate(shipped) if isinstance(entry, dict) and "code" in entry}
    for entry in own:
        if shipped and isinstance(entry, dict) is not isinstance(shipped[0], dict):
            raise VocabularyError(
                "unexpected", file, key=path, found=f"列表里有{kind_of(entry)}", expected=kind_of(shipped[0])
            )
        code = entry.get("code") if isinstance(entry, dict) else None
        if code in places:
            entries[places[code]] = _joined(file, entries[places[code]], entry, f"{path}.{code}", replaced)
        elif entry not in entries:
            entries.append(entry)
    return entries


def kind_of(value: object) -> str:
    """What a TOML value is, in words."""
    return _KINDS.get(type(value), type(value).__name__)


def origin_of(name: str, folder: str | Path | None = None) -> Path:
    """The file to name in an error about ``name``: the office's own where there is one, else the shipped."""
    chosen = office_folder(folder)
    own = None if chosen is None else chosen / f"{name}.toml"
    return own if own is not None and own.is_file() else SHIPPED / f"{name}.toml"
