"""Kept files on their way out: to be saved and not to be shown, so that nothing in them is run by a browser."""

from __future__ import annotations

from typing import IO
from urllib.parse import quote

from django.http import FileResponse


def attachment(file: IO[bytes], name: str, size: int, *, plain: str) -> FileResponse:
    """A file to save. ``plain`` is the name without ending for programs that know ASCII alone."""
    response = FileResponse(file, as_attachment=True, content_type="application/octet-stream")
    response["Content-Length"] = size
    simple = f"{plain}.{ending(name)}"
    response["Content-Disposition"] = f"attachment; filename=\"{simple}\"; filename*=UTF-8''{quote(name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def ending(name: str) -> str:
    """The ending of a name, bin where there is none that can be shown everywhere."""
    suffix = name.rpartition(".")[2] if "." in name else "bin"
    return suffix if suffix.isascii() and suffix.isalnum() else "bin"
