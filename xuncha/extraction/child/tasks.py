"""What the child can be asked: each task reads one file and writes one result file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

_SURROGATE = re.compile("[\ud800-\udfff]")


def read(path: Path, out: Path) -> None:
    """A paper: its extraction, canonical text and blocks, as one JSON object."""
    from xuncha.documents import read as read_document
    from xuncha.documents.active import check_active
    from xuncha.extraction import extract

    check_active(path)
    document = read_document(path)
    found = extract(document).as_json()
    found["text"] = document.text
    found["format"] = document.format
    found["page_starts"] = [list(start) for start in document.page_starts]
    found["blocks"] = [
        {
            "kind": block.kind,
            "start": block.start,
            "end": block.end,
            "page": block.page,
            "level": block.level,
            "paragraph": block.paragraph,
            "cell": None
            if block.cell is None
            else {
                "table": block.cell.table,
                "row": block.cell.row,
                "column": block.cell.column,
                "rows": block.cell.rows,
                "columns": block.cell.columns,
            },
        }
        for block in document.blocks
    ]
    write_lines(out, [found])


def unpack(path: Path, out: Path, *, folder: str) -> None:
    """A zip archive: its papers into ``folder``; a line for each, its name in the archive and in the folder."""
    from xuncha.documents.archive_files import unpack as unpack_archive

    write_lines(out, [[name, place.name] for name, place in unpack_archive(path, Path(folder))])


def survey(path: Path, out: Path, *, units: list[str], categories: list[str]) -> None:
    """An old ledger: what it holds, as one JSON object."""
    from xuncha.documents.active import check_active
    from xuncha.extraction.ledger import old

    check_active(path)
    found = old.survey(path, units=_known(units), categories=_known(categories))
    write_lines(out, [found.as_json()])


def rows(
    path: Path,
    out: Path,
    *,
    plan: dict[str, Any],
    units: list[str] | None,
    categories: list[str] | None,
    rounds: list[str] | None,
    unit_wanted: bool,
) -> None:
    """An old ledger by a plan: a line for each finding and for each row left out; known names stand for themselves."""
    from xuncha.extraction.ledger import old

    found = old.rows(
        path,
        old.MappingPlan.of_json(plan),
        known_units=_known(units),
        known_categories=_known(categories),
        known_rounds=_known(rounds),
        unit_wanted=unit_wanted,
    )
    write_lines(out, ([int(isinstance(part, old.LedgerRow)), part.as_json()] for part in found.parts()))


def mark(path: Path, out: Path, *, faults: list[dict[str, Any]], english: bool) -> None:
    """An old ledger with its faults shown, as a workbook."""
    from xuncha.extraction.ledger import old

    old.mark(path, map(old.Fault.of_json, faults), out, english=english)


def _known(names: list[str] | None) -> Any:
    from xuncha.extraction.ledger.old import Known

    return None if names is None else Known({name: name for name in names})


def write_lines(out: Path, values: Iterable[Any]) -> int:
    """A line of JSON for each value; how many there were. What no database or page can hold is replaced, one for one.

    Zero characters and lone surrogates come from damaged files; spans over the text stay right.
    """
    count = 0
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for value in values:
            line = json.dumps(value, ensure_ascii=False)
            if "\\u0000" in line:
                line = json.dumps(_without_zero(value), ensure_ascii=False)
            file.write(_SURROGATE.sub("\ufffd", line) + "\n")
            count += 1
    return count


def _without_zero(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {_without_zero(key): _without_zero(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_zero(entry) for entry in value]
    return value


TASKS: Final[dict[str, Callable[..., None]]] = {
    "read": read,
    "unpack": unpack,
    "survey": survey,
    "rows": rows,
    "mark": mark,
}
