"""Content that acts: programs, scripts, pages, macros. None of it is needed to read a paper, so none is kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from xuncha.documents.errors import DocumentError
from xuncha.documents.limits import Container, head_of, is_ole, is_pdf, is_zip, read_bytes

HEAD_BYTES: Final = 4096
"""So much of the beginning of a file is enough for `fault_of_head`."""
_PROGRAMS: Final = (
    b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe", b"L\x00\x00\x00\x01\x14\x02\x00", b"#!", b"!<arch>", b"dex\n",
)  # fmt: skip
_PAGES: Final = (b"<html", b"<!doctype html", b"<script", b"<svg", b"<?php", b"<iframe", b"<hta:")
_OTHERS: Final = (
    b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*",
    b"Rar!\x1a", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"\xfd7zXZ", b"ID3", b"OggS", b"RIFF",
)  # fmt: skip
_PDF_ACTS: Final = re.compile(rb"/(?:JavaScript|Launch)\b")
_MACROS: Final = re.compile(r"(?:^|/)(?:vbaproject\.bin|vbadata\.xml)$|(?:^|/)macrosheets/")
_MACROS_OF_OLE: Final = "_VBA_PROJECT".encode("utf-16-le")


def fault_of_head(head: bytes) -> str:
    """Why a file that begins so is not taken in; empty for one that may be a paper.

    ``active_content``, or ``wrong_content``: a picture, a sound, an archive that is no zip.
    """
    if head.startswith(_PROGRAMS) or (head.startswith(b"MZ") and b"\0" in head):
        return "active_content"
    # Byte-order marks, zeros of UTF-16 and white space hide the first tag from nobody but us.
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if plain.startswith(_PAGES) or (plain.startswith(b"<?xml") and any(tag in plain for tag in (b"<svg", b"<html"))):
        return "active_content"
    return "wrong_content" if head.startswith(_OTHERS) else ""


def check_active(path: Path) -> None:
    """Refuse a file with macros or, in a PDF, with scripts.

    Raises `DocumentError` (``active_content``, or what is wrong with the container).
    """
    head = head_of(path)
    found = ""
    if is_zip(head):
        with Container(path, form=path.suffix.lstrip(".").lower() or "zip") as container:
            if any(_MACROS.search(name) for name in container.names()):
                found = "文件带有宏"
    elif is_ole(head):
        if _MACROS_OF_OLE in read_bytes(path):
            found = "文件带有宏"
    elif is_pdf(head) and _PDF_ACTS.search(read_bytes(path)):
        found = "文件带有会自动运行的脚本"
    if found:
        raise DocumentError(
            "active_content",
            path,
            found=found,
            expected="不带宏和脚本的文件",
            advice="请用 Word/WPS 另存为 docx、xlsx 或 pdf 后再试",
        )
