"""Which files of a folder belong to which table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xuncha.risk.loading import ocds
from xuncha.risk.schema import tables

FORMATS: Final = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".parquet")
MAPPING: Final = "mapping.toml"


@dataclass(frozen=True, slots=True)
class Source:
    """A file and the table whose rows it holds."""

    path: Path
    table: str
    name: str
    """The file's place in the folder."""


def sources(folder: Path) -> tuple[list[Source], list[str]]:
    """The files of a folder by table, and the names of those that belong to none, both in order of name.

    A table is one file or a folder of files named after it, in English or Chinese: ``bids.csv``, ``投标.xlsx``,
    ``bids/2024.csv``. Files of OCDS releases belong to ``ocds``, wherever they stand: they fill five tables.
    """
    by_name = {table.name: table.name for table in tables().values()}
    by_name |= {table.zh: table.name for table in tables().values()}
    found: list[Source] = []
    others: list[str] = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith((".", "~$")) or path.name == MAPPING:
            continue
        table = by_name.get(path.stem.lower() if path.is_file() else path.name.lower())
        if path.is_dir():
            inside = sorted(inner for inner in path.rglob("*") if inner.is_file())
            for inner in inside:
                name = inner.relative_to(folder).as_posix()
                if inner.name.startswith((".", "~$")):
                    continue
                if ocds.is_one(inner):
                    found.append(Source(inner, ocds.NAME, name))
                elif table is not None and inner.suffix.lower() in FORMATS:
                    found.append(Source(inner, table, name))
                else:
                    others.append(name)
        elif ocds.is_one(path):
            found.append(Source(path, ocds.NAME, path.name))
        elif table is not None and path.suffix.lower() in FORMATS:
            found.append(Source(path, table, path.name))
        elif path.is_file():
            others.append(path.name)
    return found, others
