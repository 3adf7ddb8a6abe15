"""Files as people send them, for the tests of upload and reading."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from docx import Document

from xuncha.findings.actions.uploading import Upload, upload
from xuncha.findings.importing.working import Worker
from xuncha.security.models import User


def docx(text: str) -> bytes:
    """A Word file with a paragraph a line."""
    document = Document()
    for line in text.strip().splitlines():
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(members: dict[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def send(actor: User, files: dict[str, bytes], **fields: object) -> Upload:
    """Upload files by name."""
    return upload([(name, [content]) for name, content in files.items()], actor=actor, **fields)  # type: ignore[arg-type]


@contextmanager
def reading_worker() -> Iterator[Worker]:
    """A worker for calls of `run_once`; its child ends with the test."""
    worker = Worker()
    try:
        yield worker
    finally:
        worker.close()


__all__ = ["docx", "packed", "reading_worker", "send"]
