"""`xuncha trail`: the trail checked from its first entry to its last; anchors signed and compared."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from xuncha.cli.office.acting import written_as
from xuncha.cli.office.django import start_on_current
from xuncha.cli.office.folder import Unusable
from xuncha.cli.terminal import legible, tell
from xuncha.cli.wording import say

COLUMNS: Final = (
    "seq", "at", "account", "role", "way", "address", "act", "object_kind", "object_id", "batch", "digest", "link",
)  # fmt: skip


def verify(*, anchor_files: list[Path], format: str) -> int:
    """Check every entry; 0 when all hold, 1 when one does not, which is named.

    The anchors kept in the database and in the file of the data folder are compared too; those that lie elsewhere are
    what proves a tail that was remade.
    """
    try:
        start_on_current()
        from xuncha.security import anchoring, anchors, chain

        lines = _kept(anchoring)
        for file in anchor_files:
            try:
                lines += [line for line in file.read_text("utf-8").splitlines() if line.strip()]
            except (OSError, UnicodeDecodeError) as error:
                raise Unusable(say("anchor_file_unreadable", name=file.name, reason=error)) from error
        lines = list(dict.fromkeys(lines))
        verdict = chain.verify(
            anchors.links(lines), _progress if sys.stderr.isatty() else None, processes=os.cpu_count() or 1
        )
    except Unusable as fault:
        tell(fault.words)
        return 2
    except anchors.FaultyAnchor as fault:
        tell(say(f"anchor_faulty_{fault.code}", line=legible(fault.line[:80])))
        return 2
    if format == "json":
        print(
            json.dumps(
                {
                    "holds": verdict.holds,
                    "checked": verdict.checked,
                    "unread": verdict.unread,
                    "broken": verdict.broken,
                    "code": verdict.code or None,
                    "anchors": len(lines),
                }
            )
        )
    elif verdict.holds:
        print(say("trail_holds", checked=f"{verdict.checked:,}", anchors=len(lines), unread=f"{verdict.unread:,}"))
    else:
        print(say("trail_broken", seq=verdict.broken, why=say(f"trail_{verdict.code}"), checked=f"{verdict.checked:,}"))
    return 0 if verdict.holds else 1


def _kept(anchoring: Any) -> list[str]:
    try:
        return list(anchoring.kept_lines())
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(say("anchor_file_unreadable", name=anchoring.file().name, reason=error)) from error


def export(
    output: Path, *, username: str, password_from_input: bool, since: date | None, until: date | None, force: bool
) -> int:
    """Write the trail, oldest first, in codes and without the office's business; 0 when the file is whole."""
    return written_as(
        username,
        output,
        lambda actor: _write(output, actor, since, until),
        command="trail export",
        password_from_input=password_from_input,
        force=force,
    )


def _write(output: Path, actor: Any, since: date | None, until: date | None) -> int:
    from xuncha.documents.writers.files import replacing
    from xuncha.documents.writers.listing import csv_lines
    from xuncha.security.exporting import export_trail
    from xuncha.security.reading import TrailQuery

    count = 0

    def rows() -> Iterator[list[Any]]:
        nonlocal count
        for part in export_trail(TrailQuery(since=since, until=until), form="csv", actor=actor):
            count += len(part)
            for entry in part:
                account = entry.actor.username if entry.actor else ""
                yield [
                    str(entry.seq), entry.at.isoformat(), account, entry.role, entry.way, entry.address, entry.act,
                    entry.object_kind, str(entry.object_id), str(entry.batch), entry.digest, bytes(entry.link).hex(),
                ]  # fmt: skip

    with replacing(output) as place, place.open("wb") as file:
        for line in csv_lines(COLUMNS, rows()):
            file.write(line.encode("utf-8", "replace"))
    return count


def anchor(*, output: Path | None) -> int:
    """Sign where the trail stands and print the line or add it to a file; the newest again where nothing is new."""
    try:
        start_on_current()
        from xuncha.security import anchors
        from xuncha.security.models import Anchor

        made = anchors.drop_anchor() or Anchor.objects.order_by("-seq").first()
        if made is None:
            raise Unusable(say("trail_is_empty"))
        if output is None:
            print(made.line)
            return 0
        try:
            with output.open("a", encoding="utf-8") as file:
                file.write(made.line + "\n")
        except OSError as error:
            raise Unusable(say("not_written", name=output.name, reason=error.strerror)) from error
        tell(say("anchor_written", name=output.name, seq=made.seq))
    except Unusable as fault:
        tell(fault.words)
        return 2
    return 0


def _progress(seq: int) -> None:
    if seq % 20_000 == 0:
        tell(say("trail_progress", seq=f"{seq:,}"))
