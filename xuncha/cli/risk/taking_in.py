"""What the commands of early warning have in common: a folder of tables is asked for, checked, and taken in."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from xuncha.archive.home import home
from xuncha.cli.terminal import steps, tell
from xuncha.cli.wording import language, say

if TYPE_CHECKING:
    from xuncha.risk.loading import HeadMapping, Loaded


@dataclass(frozen=True, slots=True)
class Asked:
    """A folder of tables and how to take it in, as typed."""

    folder: Path
    as_of: str | None
    ids: str
    key: Path | None
    mapping: Path | None
    memory_mib: int | None


def packages_are_there() -> bool:
    """Whether Ibis and DuckDB can be imported; says so if not."""
    if all(importlib.util.find_spec(package) for package in ("ibis", "duckdb", "pyarrow")):
        return True
    tell(say("risk_needs_packages"))
    return False


def date_of(words: str | None) -> dt.date:
    """The date that was typed; today where none was."""
    if words is None:
        return dt.date.today()
    try:
        return dt.date.fromisoformat(words.strip())
    except ValueError:
        raise typer.BadParameter(say("risk_date", value=words), param_hint="--as-of") from None


def choice(value: str, choices: tuple[str, ...], option: str) -> str:
    if value not in choices:
        raise typer.BadParameter(say("risk_choice", value=value, choices="、".join(choices)), param_hint=option)
    return value


def take_in(asked: Asked, earlier: Mapping[str, Mapping[str, float]] | None = None) -> Loaded | None:
    """The tables of the folder; null where none can be had, which was said."""
    from xuncha.risk.loading import KeyFault, MappingFault, load, sources
    from xuncha.risk.schema import tables

    ids = choice(asked.ids, ("hmac", "as-is"), "--ids")
    as_of = date_of(asked.as_of)
    if not asked.folder.is_dir():
        raise typer.BadParameter(say("risk_no_folder", name=asked.folder), param_hint="DIR")
    found, _ = sources(asked.folder)
    if not found:
        names = "、".join(f"{table.name}（{table.zh}）" for table in tables().values())
        tell(say("risk_nothing", name=asked.folder, tables=names))
        return None
    try:
        key = _key(asked) if ids == "hmac" else b""
        mapping = _mapping(asked)
        with steps(len(found), say("risk_reading")) as step:
            loaded = load(
                asked.folder,
                as_of=as_of,
                ids="hmac" if ids == "hmac" else "as-is",
                key=key,
                mapping=mapping,
                earlier=earlier,
                memory_bytes=asked.memory_mib * 2**20 if asked.memory_mib else None,
                step=lambda name: step(),
            )
    except (KeyFault, MappingFault) as fault:
        tell(fault.chinese if language() == "zh" else fault.english)
        return None
    if asked.mapping is not None and not asked.mapping.exists():
        _save_mapping(asked.mapping, loaded)
    return loaded


def _key(asked: Asked) -> bytes:
    from xuncha.risk.loading import key_from

    given = os.environ.get("XUNCHA_KEYS", "").strip()
    folder = Path(given).expanduser() if given else home() / "keys"
    path = asked.key or folder / "identities.key"
    key, is_new = key_from(path, may_make=asked.key is None)
    if is_new:
        tell(say("risk_key_made", name=path))
    return key


def _mapping(asked: Asked) -> HeadMapping | None:
    from xuncha.risk.loading import HeadMapping

    return HeadMapping.load(asked.mapping) if asked.mapping is not None and asked.mapping.exists() else None


def _save_mapping(path: Path, loaded: Loaded) -> None:
    from xuncha.documents.writers.files import write_text
    from xuncha.risk.loading import guessed_mapping

    try:
        write_text(path, guessed_mapping(loaded).toml())
    except OSError as fault:
        tell(say("not_written", name=path.name, reason=fault.strerror or str(fault)))
        return
    tell(say("risk_mapping_written", name=path.name))
