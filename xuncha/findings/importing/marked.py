"""A copy of an old ledger with its faults shown, to be corrected and sent again."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath
from typing import IO

from xuncha.archive.queries import as_plain_file
from xuncha.extraction.child import Reader
from xuncha.extraction.ledger import old
from xuncha.findings.models import Paper
from xuncha.findings.queries.old_ledgers import faults_of


def marked_copy(paper: Paper, *, english: bool = False, reader: Reader | None = None) -> IO[bytes]:
    """The file of a paper as xlsx, faulty cells coloured and explained. Errors: `DocumentError`, `Unopenable`.

    Whoever asks closes it; it has no name and goes with that.
    """
    faults = [old.Fault.of_json(fault) for fault in faults_of(paper)]
    own = reader or Reader()
    try:
        with tempfile.TemporaryDirectory(prefix="xuncha-marked-") as folder:
            out = Path(folder) / "marked.xlsx"
            with as_plain_file(paper.file) as plain:
                own.mark(plain, faults, out, name=paper.name, english=english)
            kept = tempfile.TemporaryFile()  # noqa: SIM115 (whoever asks closes it)
            with out.open("rb") as file:
                while piece := file.read(1024 * 1024):
                    kept.write(piece)
            kept.seek(0)
            return kept
    finally:
        if reader is None:
            own.close()


def marked_name(name: str, *, english: bool = False) -> str:
    """What the copy is called."""
    return f"{PurePath(name).stem}{' (marked)' if english else '（核对）'}.xlsx"
