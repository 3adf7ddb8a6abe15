"""`xuncha trail`: the trail checked from its first entry to its last; anchors signed and compared."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from xuncha.cli.office.django import start_on_current
from xuncha.cli.office.folder import Unusable
from xuncha.cli.terminal import legible, tell
from xuncha.cli.wording import say


def verify(*, anchor_files: list[Path], format: str) -> int:
    """Check every entry; 0 when all hold, 1 when one does not, which is named.

    The anchors kept in the database are compared too; those in files are what proves a tail that was remade.
    """
    try:
        start_on_current()
        from xuncha.security import anchors, chain
        from xuncha.security.models import Anchor

        lines = list(Anchor.objects.values_list("line", flat=True))
        for file in anchor_files:
            try:
                lines += [line for line in file.read_text("utf-8").splitlines() if line.strip()]
            except (OSError, UnicodeDecodeError) as error:
                raise Unusable(say("anchor_file_unreadable", name=file.name, reason=error)) from error
        verdict = chain.verify(anchors.links(lines), _progress if sys.stderr.isatty() else None)
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
