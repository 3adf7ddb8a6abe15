"""The releases of a file, whatever they are packed in, those of one process merged."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

Release = dict[str, Any]


def _documents(path: Path, bad: list[int]) -> Iterator[tuple[int, Any]]:
    """What stands in a file, with its line or place. A line that is no JSON goes to ``bad``."""
    with path.open(encoding="utf-8-sig") as file:
        if path.suffix.lower() != ".json":
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    yield number, json.loads(line, parse_float=Decimal)
                except (ValueError, RecursionError):
                    bad.append(number)
            return
        try:
            whole = json.load(file, parse_float=Decimal)
        except (ValueError, RecursionError) as fault:
            if isinstance(fault, UnicodeDecodeError):
                raise
            # Lines of JSON under the ending of a document.
            file.seek(0)
            yield from _lines(file, bad)
            return
        yield 1, whole


def _lines(file: IO[str], bad: list[int]) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(file, start=1):
        try:
            if line.strip():
                yield number, json.loads(line, parse_float=Decimal)
        except (ValueError, RecursionError):
            bad.append(number)


def releases(path: Path, bad: list[int]) -> Iterator[tuple[int, Release]]:
    """Every release, whatever it is packed in."""
    for line, document in _documents(path, bad):
        entries = list(_unpacked(document))
        for number, entry in enumerate(entries, start=1):
            where = line if len(entries) == 1 else number
            if isinstance(entry, dict) and isinstance(entry.get("ocid"), str) and entry["ocid"].strip():
                yield where, entry
            else:
                bad.append(where)


def _unpacked(document: Any) -> Iterator[Any]:
    match document:
        case list():
            for each in document:
                yield from _unpacked(each)
        case {"releases": list() as releases} if "tender" not in document and "records" not in document:
            for each in releases:
                if isinstance(each, dict) and "ocid" not in each and "ocid" in document:
                    each = {**each, "ocid": document["ocid"]}
                yield each
        case {"records": list() as records}:
            for record in records:
                compiled = record.get("compiledRelease") if isinstance(record, dict) else None
                if compiled is not None:
                    yield compiled
                else:
                    yield from _unpacked(record)
        case {"compiledRelease": dict() as compiled}:
            yield compiled
        case _:
            yield document


def merged(path: Path, counts: Counter[str], bad: list[int]) -> Iterator[tuple[int, Release]]:
    """Releases, those of one process as one. Only processes with several releases are held in memory."""
    several: dict[str, list[tuple[str, int, Release]]] = {}
    for line, release in releases(path, bad):
        if counts[release["ocid"]] == 1:
            yield line, release
        else:
            several.setdefault(release["ocid"], []).append((str(release.get("date", "")), line, release))
    for versions in several.values():
        whole: Release = {}
        for _, _, release in sorted(versions, key=lambda version: version[:2]):
            whole = _over(whole, release)
        yield min(line for _, line, _ in versions), whole


def _over(earlier: Any, later: Any) -> Any:
    """A later value over an earlier one: objects field by field, lists of objects by id."""
    if isinstance(earlier, dict) and isinstance(later, dict):
        return {
            name: _over(earlier.get(name), later[name]) if name in later else earlier[name]
            for name in {**earlier, **later}
        }
    if (
        isinstance(earlier, list)
        and isinstance(later, list)
        and all(isinstance(e, dict) and "id" in e for e in earlier + later)
    ):
        by_id = {str(each["id"]): each for each in earlier}
        for each in later:
            by_id[str(each["id"])] = _over(by_id.get(str(each["id"])), each)
        return list(by_id.values())
    return earlier if later is None else later
