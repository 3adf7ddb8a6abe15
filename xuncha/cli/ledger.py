"""`xuncha ledger`: one ledger out of papers and older ledgers, or a ledger as data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from xuncha.cli.inputs import gather
from xuncha.cli.terminal import draw, progress, tell
from xuncha.cli.wording import reason_of, say
from xuncha.cli.work import json_text

if TYPE_CHECKING:
    from xuncha.extraction import Extraction
    from xuncha.extraction.ledger import ColumnMapping, LedgerTables

FORMATS = ("xlsx", "json", "table")
SHEETS = (".xlsx", ".xls", ".csv", ".et")


def ledger(
    *,
    paths: list[Path],
    output: Path | None,
    format: str | None,
    pairs: list[str],
    mapping_file: Path | None,
    force: bool,
) -> int:
    """Read all files into one ledger; gives the exit code: 0, or 1 if a file failed or nothing could be written."""
    chosen = _format(format, output)
    inputs = gather(paths)
    if not inputs:
        raise typer.BadParameter(say("usage_nothing", names="、".join(map(str, paths))), param_hint="FILE")
    if output is not None:
        for item in inputs:
            if item.path.absolute() == output.absolute():
                raise typer.BadParameter(say("usage_input_output", name=output.name), param_hint="-o")
        if refused := _refusal(output, chosen, force):
            tell(refused)
            return 1
    settled = _settled(pairs, mapping_file)
    extractions: list[Extraction] = []
    seen: dict[str, str] = {}
    failed = 0
    with progress(len(inputs)) as step:
        for item in inputs:
            extraction = _extraction(item.path, settled, seen)
            step()
            if isinstance(extraction, str):
                failed += 1
                tell(say("failed", path=item.path, reason=extraction))
            else:
                extractions.append(extraction)
    if mapping_file is not None and not mapping_file.exists() and seen:
        _save(mapping_file, seen)
    if not extractions:
        if output is not None:
            tell(say("nothing_to_write", name=output.name))
        return 1
    return _give(extractions, output, chosen) or (1 if failed else 0)


def _format(format: str | None, output: Path | None) -> str:
    if format is None:
        if output is None:
            return "table"
        return "json" if output.suffix.lower() == ".json" else "xlsx"
    if format not in FORMATS:
        raise typer.BadParameter(say("usage_format", value=format, choices="、".join(FORMATS)), param_hint="--format")
    if format == "xlsx" and output is None:
        raise typer.BadParameter(say("usage_xlsx_output"), param_hint="--format")
    if format == "table" and output is not None:
        raise typer.BadParameter(say("usage_table_output"), param_hint="--format")
    return format


def _refusal(output: Path, format: str, force: bool) -> str | None:
    """Why an existing file stays as it is; null if it may be replaced."""
    if output.is_dir():
        return say("not_written", name=output, reason=say("is_folder"))
    if force or not output.exists() or output.stat().st_size == 0:
        return None
    if format == "xlsx":
        from xuncha.extraction.ledger.writing import is_own_workbook

        return None if is_own_workbook(output) else say("not_own", name=output)
    from xuncha.extraction.model import SCHEMA

    with output.open("rb") as file:
        return None if f'"schema": "{SCHEMA}"'.encode() in file.read(4096) else say("not_own", name=output)


def _settled(pairs: list[str], mapping_file: Path | None) -> ColumnMapping | None:
    if not pairs and mapping_file is None:
        return None
    from xuncha.extraction.ledger import ColumnMapping, MappingError

    try:
        kept = (
            ColumnMapping.load(mapping_file) if mapping_file is not None and mapping_file.exists() else ColumnMapping()
        )
        return kept.merged_with(ColumnMapping.of(pairs))
    except (MappingError, OSError) as error:
        raise typer.BadParameter(str(error), param_hint="--map") from None


def _extraction(path: Path, settled: ColumnMapping | None, seen: dict[str, str]) -> Extraction | str:
    """The content of one file, or the reason why there is none. Columns of ledgers are shown and added to ``seen``."""
    from xuncha.documents import read
    from xuncha.documents.errors import DocumentError
    from xuncha.extraction import extract
    from xuncha.extraction.ledger import read_ledger, recognise

    try:
        document = read(path)
        tables = recognise(document, settled)
        if tables is None:
            if path.suffix.lower() in SHEETS and settled is not None:
                return say("no_ledger")
            return extract(document)
        # The product's own columns need no check.
        if not all(table.is_own for table in tables.tables):
            _show_mapping(path, tables)
        seen.update({head: field or "ignored" for head, field in tables.shown()})
        return read_ledger(document, settled, tables=tables)
    except DocumentError as error:
        return reason_of(error.code, str(error))


def _show_mapping(path: Path, tables: LedgerTables) -> None:
    from xuncha.extraction.ledger.mapping import FIELD_LABELS

    tell(f"{path.name}：{say('mapping_shown')}")
    for head, field in tables.shown():
        told = (
            say("mapping_unread") if field in (None, "ignored") else f"{field}（{FIELD_LABELS.get(str(field), field)}）"
        )
        tell(f"  {head} → {told}")


def _save(mapping_file: Path, seen: dict[str, str]) -> None:
    from xuncha.documents.writers.files import write_text
    from xuncha.extraction.ledger import ColumnMapping

    try:
        write_text(mapping_file, ColumnMapping(seen).toml())
    except OSError as error:
        tell(say("not_written", name=mapping_file.name, reason=error.strerror or str(error)))
        return
    tell(say("mapping_written", name=mapping_file.name))


def _give(extractions: list[Extraction], output: Path | None, format: str) -> int:
    several = len(extractions) > 1
    if output is None:
        for extraction in extractions:
            if format == "table":
                draw(str(extraction.document.path), extraction.as_json())
            else:
                sys.stdout.buffer.write(json_text(extraction.as_json(), one_line=several).encode("utf-8"))
                sys.stdout.buffer.flush()
        return 0
    try:
        if format == "xlsx":
            from xuncha import __version__
            from xuncha.extraction.ledger.writing import write_ledger

            write_ledger(output, extractions, version=__version__)
        else:
            from xuncha.documents.writers.files import write_text

            write_text(output, "".join(json_text(one.as_json(), one_line=several) for one in extractions))
    except OSError as error:
        tell(say("not_written", name=output, reason=error.strerror or str(error)))
        return 1
    items = sum(finding.level == "item" for one in extractions for finding in one.findings)
    demands = sum(len(one.requirements) for one in extractions)
    if format == "xlsx":
        tell(say("written_ledger", name=output, findings=items, requirements=demands))
    else:
        tell(say("written_json", name=output))
    return 0
