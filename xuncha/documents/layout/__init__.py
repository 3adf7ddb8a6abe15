"""Lines as a reader hands them over, arranged into the canonical text and its blocks.

Page furniture goes, hard-wrapped lines are joined, stray spaces close up; every canonical character keeps its origin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from xuncha.documents.layout.ending import breaks_off
from xuncha.documents.layout.furniture import SITE, furniture, publication_date
from xuncha.documents.layout.spacing import INVISIBLE, Spacing, needs_space
from xuncha.documents.layout.strips import Strip
from xuncha.documents.layout.wrapping import joined_to_previous, margin_of
from xuncha.documents.model import Block, Document, Dropped, Line, Origins

# Formats whose lines are those of the printed page.
_PRINTED = frozenset(("pdf", "ofd"))
_BREAK = re.compile(r"\r\n|[\n\r]")
_EMPHASIS = re.compile(r"\*\*+|__+(?=\S)|(?<=\S)__+|`+")


def arrange(
    path: Path, *, format: str, sha256: str, source: str, lines: Sequence[Line], warnings: Sequence[str] = ()
) -> Document:
    """The document made of ``lines``, which stand in the order of ``source`` and do not overlap."""
    strips = list(_strips(lines))
    is_printed = format in _PRINTED
    margin = margin_of(strips, is_printed=is_printed)
    reasons = furniture(strips, margin=margin)
    kept, gone = _parted(strips, reasons)
    joins = joined_to_previous(kept, margin, dropped=[strip for strip, _ in gone])
    page = _Canonical(Spacing.of(kept), marks=_EMPHASIS if format == "md" else None)
    for strip, joined in zip(kept, joins, strict=True):
        page.put(strip, joined=joined)
    page.finish()
    dropped = [Dropped(strip.start, strip.start + len(strip.text), reason) for strip, reason in gone]
    origins = Origins(tuple(page.canonical), tuple(page.origin), tuple(page.lengths))
    text = "".join(page.parts)
    return Document(
        path=path,
        format=format,
        sha256=sha256,
        text=text,
        blocks=tuple(page.blocks),
        source=source,
        origins=origins,
        dropped=tuple(_with_the_rest(source, origins, dropped)),
        page_starts=tuple(page.page_starts),
        truncated=breaks_off([text[block.start : block.end] for block in page.blocks[-4:]], page.blocks),
        warnings=tuple(warnings),
    )


def _parted(strips: Sequence[Strip], reasons: dict[int, str]) -> tuple[list[Strip], list[tuple[Strip, str]]]:
    """What is content, and what is not with the reason; the date of publication before a site's fields is content."""
    if not reasons:
        return list(strips), []
    kept: list[Strip] = []
    gone: list[tuple[Strip, str]] = []
    for number, strip in enumerate(strips):
        reason = reasons.get(number)
        if reason is None:
            kept.append(strip)
            continue
        date = publication_date(strip) if reason == SITE else 0
        if date:
            kept.append(replace(strip, text=strip.text[:date], kind="paragraph"))
        rest = strip.text[date:]
        lead = len(rest) - len(rest.lstrip())
        gone.append((replace(strip, text=rest[lead:], start=strip.start + date + lead), reason))
    return kept, gone


def _strips(lines: Iterable[Line]) -> Iterator[Strip]:
    """The lines that hold something, with what stands around them."""
    is_blank_before = False
    for line in lines:
        text = line.text
        if "\n" in text or "\r" in text:
            for piece in _pieces(line):
                strip = Strip.of(piece, is_blank_before=is_blank_before)
                is_blank_before = strip is None
                if strip is not None:
                    yield strip
            continue
        strip = Strip.of(line, is_blank_before=is_blank_before)
        is_blank_before = strip is None
        if strip is not None:
            yield strip


def _pieces(line: Line) -> Iterator[Line]:
    start = 0
    for found in [*_BREAK.finditer(line.text), None]:
        end = found.start() if found else len(line.text)
        yield Line(line.text[start:end], line.start + start, line.page, line.kind, line.level, line.cell)
        start = found.end() if found else end


class _Canonical:
    """The canonical text as it grows."""

    def __init__(self, spacing: Spacing, *, marks: re.Pattern[str] | None) -> None:
        self.parts: list[str] = []
        self.blocks: list[Block] = []
        self.canonical: list[int] = []
        self.origin: list[int] = []
        self.lengths: list[int] = []
        self.page_starts: list[tuple[int, int]] = []
        self._spacing, self._marks = spacing, marks
        self._length = 0
        self._first: Strip | None = None
        self._start = 0

    def put(self, strip: Strip, *, joined: bool) -> None:
        runs = self._spacing.runs(strip.text, marks=self._marks)
        if not runs:
            return
        text = strip.text
        if self._first is not None:
            if not joined:
                self.finish()
                self._add("\n")
            elif needs_space(self.parts[-1][-1], text[runs[0][0]]):
                self._add(" ")
        if self._first is None:
            self._first, self._start = strip, self._length
        if strip.page is not None and (not self.page_starts or self.page_starts[-1][1] != strip.page):
            self.page_starts.append((self._length, strip.page))
        for first, last in runs:
            self.canonical.append(self._length)
            self.origin.append(strip.start + first)
            self.lengths.append(last - first)
            self._add(text[first:last])

    def finish(self) -> None:
        """Close the block that is open."""
        first = self._first
        if first is None:
            return
        kind = "paragraph" if first.kind == "line" else first.kind
        number = len(self.blocks) + 1
        self.blocks.append(Block(kind, self._start, self._length, number, first.page, first.level, first.cell))
        self._first = None

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self._length += len(text)


def _with_the_rest(source: str, origins: Origins, dropped: list[Dropped]) -> list[Dropped]:
    """``dropped`` with all else of the source that is not in the canonical text: marks, invisible signs."""
    spans = sorted(
        [(start, start + length) for start, length in zip(origins.source, origins.length, strict=True)]
        + [(gone.start, gone.end) for gone in dropped]
    )
    end = 0
    found = list(dropped)
    for first, last in [*spans, (len(source), len(source))]:
        rest = source[end:first]
        if rest and not rest.isspace():
            lead = len(rest) - len(rest.lstrip())
            words = rest.strip()
            reason = "invisible" if not words.strip(INVISIBLE) else "markup"
            found.append(Dropped(end + lead, end + lead + len(words), reason))
        end = max(end, last)
    return sorted(found, key=lambda gone: gone.start)
