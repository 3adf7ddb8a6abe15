"""Documents made of given paragraphs, without a file."""

from __future__ import annotations

from pathlib import Path

from xuncha.documents.layout import arrange
from xuncha.documents.model import Document, Line


def document(*paragraphs: str) -> Document:
    """A document whose paragraphs are the given ones, as a reader of whole paragraphs hands them over."""
    source = "\n".join(paragraphs)
    lines, start = [], 0
    for paragraph in paragraphs:
        lines.append(Line(paragraph, start, kind="paragraph"))
        start += len(paragraph) + 1
    return arrange(Path("样本.txt"), format="txt", sha256="0" * 64, source=source, lines=lines)
