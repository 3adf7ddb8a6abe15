"""Lines as a reader hands them over, arranged into the canonical text and its blocks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xuncha.documents.model import Block, Document, Line, Origins


def arrange(
    path: Path, *, format: str, sha256: str, source: str, lines: Sequence[Line], warnings: Sequence[str] = ()
) -> Document:
    """The document made of ``lines``."""
    blocks: list[Block] = []
    parts: list[str] = []
    canonical: list[int] = []
    origin: list[int] = []
    lengths: list[int] = []
    pages: list[tuple[int, int]] = []
    length = 0
    for line in lines:
        text = line.text.strip()
        if not text:
            continue
        if parts:
            parts.append("\n")
            length += 1
        lead = len(line.text) - len(line.text.lstrip())
        canonical.append(length)
        origin.append(line.start + lead)
        lengths.append(len(text))
        if line.page is not None and (not pages or pages[-1][1] != line.page):
            pages.append((length, line.page))
        kind = "paragraph" if line.kind == "line" else line.kind
        blocks.append(
            Block(kind, length, length + len(text), len(blocks) + 1, page=line.page, level=line.level, cell=line.cell)
        )
        parts.append(text)
        length += len(text)
    return Document(
        path=path,
        format=format,
        sha256=sha256,
        text="".join(parts),
        blocks=tuple(blocks),
        source=source,
        origins=Origins(tuple(canonical), tuple(origin), tuple(lengths)),
        page_starts=tuple(pages),
        warnings=tuple(warnings),
    )
