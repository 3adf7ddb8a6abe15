"""An office's own indicators, out of a folder: SQL files with a TOML head, and Python files.

A SQL file can only ask the tables that its head names. A Python file is a program and does whatever a program may do:
whoever can write into the folder acts with the rights of whoever runs it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from xuncha.risk.catalogue import shipped
from xuncha.risk.indicator import Indicator
from xuncha.risk.own import python, sql
from xuncha.risk.own.checks import faults_of
from xuncha.risk.running.guard import OwnFault
from xuncha.risk.schema import identities

__all__ = ["Folder", "OwnFault", "read"]

_READERS: Final = {".py": python.read, ".sql": sql.read}


@dataclass(slots=True)
class Folder:
    """What a folder holds: indicators by code, and what is wrong with its files. `programs`: names of Python files."""

    indicators: dict[str, Indicator] = field(default_factory=dict)
    faults: list[OwnFault] = field(default_factory=list)
    programs: list[str] = field(default_factory=list)


def read(folder: Path) -> Folder:
    """Read every .sql and .py file of a folder, in order of name; those that begin with _ or . are passed over.

    Runs the Python files. Raises `OSError`.
    """
    found = Folder()
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        reader = _READERS.get(path.suffix.lower())
        if reader is None or path.name.startswith(("_", ".")) or not path.is_file():
            continue
        if path.suffix.lower() == ".py":
            found.programs.append(path.name)
        try:
            indicator = _kept(reader(path), path)
        except OwnFault as fault:
            found.faults.append(fault)
            continue
        faults = faults_of(indicator, path)
        if indicator.code in shipped() or indicator.code in found.indicators:
            faults.append(
                OwnFault(path.name, f"代码 {indicator.code} 已被占用", f"the code {indicator.code} is taken already")
            )
        found.faults += faults
        if not faults:
            found.indicators[indicator.code] = indicator
    return found


def _kept(indicator: Indicator, path: Path) -> Indicator:
    """The indicator with its file's name and digest; a key that names a person is one, whatever the file says."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    of_person = indicator.of_person or bool(identities() & set(indicator.key))
    return replace(indicator, origin=f"{path.name} {digest}", of_person=of_person)
