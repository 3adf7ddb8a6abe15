"""Taking in an office's tables: a folder of files in, typed tables and an account of every row out."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import ibis

from xuncha.risk.loading import across, ocds, rows
from xuncha.risk.loading.heads import HeadMapping, MappingFault, plain_head
from xuncha.risk.loading.identities import KeyFault, hider, key_from
from xuncha.risk.loading.raw import Part, Unreadable, digest, parts
from xuncha.risk.loading.results import RULES, Fault, FileReport, Ids, Loaded, Warning
from xuncha.risk.loading.sources import MAPPING, Source, sources
from xuncha.risk.schema import tables

__all__ = [
    "MAPPING",
    "RULES",
    "Fault",
    "FileReport",
    "HeadMapping",
    "Ids",
    "KeyFault",
    "Loaded",
    "MappingFault",
    "Warning",
    "guessed_mapping",
    "key_from",
    "load",
    "sources",
]

_SHARE_OF_MEMORY: Final = 0.5


def connect(memory_bytes: int | None = None) -> ibis.BaseBackend:
    """An own DuckDB in memory that spills to disk; ``memory_bytes``: its limit, by default half of the machine."""
    limit = memory_bytes or int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * _SHARE_OF_MEMORY)
    backend = ibis.duckdb.connect()
    for setting in (
        f"memory_limit = '{limit // 2**20}MiB'",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "enable_progress_bar = false",
    ):
        backend.raw_sql(f"SET {setting}")
    return backend


def load(
    folder: Path,
    *,
    as_of: dt.date,
    ids: Ids = "hmac",
    key: bytes = b"",
    mapping: HeadMapping | None = None,
    earlier: Mapping[str, Mapping[str, float]] | None = None,
    memory_bytes: int | None = None,
    step: Callable[[str], None] = lambda name: None,
) -> Loaded:
    """Take in a folder.

    ``key``: of the HMACs, needed where ``ids`` is ``hmac``. ``earlier``: medians of an earlier import, for V10.
    ``step`` is told the name of each file before it is read. Raises `MappingFault` for a mapping that cannot be used.
    """
    if ids == "hmac" and not key:
        raise ValueError("a key is needed")
    if mapping is None:
        mapping = HeadMapping.load(folder / MAPPING) if (folder / MAPPING).is_file() else HeadMapping()
    loaded = Loaded(connect(memory_bytes), folder, as_of, ids)
    if ids == "hmac":
        loaded.connection.create_function("hide", hider(key), ["VARCHAR", "VARCHAR"], "VARCHAR")
    rows.make_accounts(loaded.connection)
    found, loaded.others = sources(folder)
    whole = hashlib.sha256()
    for source in found:
        step(source.name)
        _take_file(loaded, source, mapping.tables.get(source.table, {}), rows.Door(ids == "hmac"))
        whole.update(f"{source.name}\0{digest(source.path)}\n".encode())
    loaded.version = whole.hexdigest()
    across.settle_keys(loaded)
    across.settle_awards(loaded)
    loaded.warnings += across.warnings(loaded, earlier or {})
    return loaded


def _take_file(loaded: Loaded, source: Source, settled: dict[str, str], door: rows.Door) -> None:
    if source.table == ocds.NAME:
        try:
            ocds.take_file(loaded, source.path, source.name, door)
        except Unreadable as fault:
            report = FileReport(len(loaded.files), "tenders", source.name, refused=(fault.chinese, fault.english))
            loaded.files.append(report)
        return
    table = tables()[source.table]
    try:
        way = functools.partial(rows.direct_way, table, as_of=loaded.as_of, door=door)
        for part in parts(loaded.connection, source.path, table, settled, way):
            name = source.name if not part.sheet else f"{source.name}[{part.sheet}]"
            report = FileReport(len(loaded.files), table.name, name, part.sheet, rows=part.rows)
            loaded.files.append(report)
            missing = list(_required(table.name)) if part.placed is None else part.placed.missing(table)
            if missing or part.placed is None:
                _refuse(loaded, report, part, missing)
                continue
            placed = part.placed
            report.heads = {placed.words[position].strip(): column for position, column in placed.columns.items()}
            report.unused = placed.unused
            report.scaled = {column: scale for column, scale in placed.scales.items() if scale != 1}
            if table.name not in loaded.columns:
                rows.make_table(loaded.connection, table)
                loaded.columns[table.name] = set()
            loaded.columns[table.name] |= set(placed.columns.values())
            rows.take(loaded.connection, part, table, report, loaded.as_of, door)
            loaded.warnings += across.card_warnings(loaded.connection, table, part, report)
    except Unreadable as fault:
        report = FileReport(len(loaded.files), table.name, source.name, refused=(fault.chinese, fault.english))
        loaded.files.append(report)


def _required(table: str) -> list[str]:
    return [column.name for column in tables()[table].columns.values() if column.is_required]


def _refuse(loaded: Loaded, report: FileReport, part: Part, missing: list[str]) -> None:
    """V01: the whole file stays out; its rows count as quarantined."""
    columns = tables()[report.table].columns
    labels = "、".join(f"{name}（{columns[name].label}）" for name in missing)
    report.refused = (f"缺少必需的列：{labels}", f"required columns missing: {', '.join(missing)}")
    if part.placed is not None:
        report.heads = {part.placed.words[at].strip(): column for at, column in part.placed.columns.items()}
        report.unused = part.placed.unused
    report.quarantined = report.rows
    line = part.placed.row + 1 if part.placed is not None else 0
    for name in missing:
        loaded.connection.execute(
            "INSERT INTO quarantine VALUES (?, ?, ?, 'V01', ?, NULL, ?)",
            [report.table, report.name, line, name, report.rows],
        )


def guessed_mapping(loaded: Loaded) -> HeadMapping:
    """The heads as they were understood, to be corrected and kept; what was not used has an empty column."""
    found = HeadMapping()
    for report in loaded.files:
        heads = found.tables.setdefault(report.table, {})
        for head, column in report.heads.items():
            heads.setdefault(plain_head(head), column)
        for head in report.unused:
            heads.setdefault(plain_head(head), "")
    return found
