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
    from xuncha.extraction import extract

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


TASKS: Final[dict[str, Callable[..., None]]] = {"read": read, "unpack": unpack}
