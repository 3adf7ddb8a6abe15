"""Cutting prose into sentences and clauses by offsets, never inside quotation marks or brackets."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from xuncha.extraction.fields import Fields, fields
from xuncha.extraction.model import Span

SENTENCE_ENDS = "。！？!?\n"
CLAUSE_ENDS = SENTENCE_ENDS + "；;"
COMMAS = "，,"
LISTED = "、"

_OPENING = {"“": "”", "‘": "’", "《": "》", "（": "）", "(": ")", "【": "】", "「": "」", "『": "』"}
_CLOSING = {closing: opening for opening, closing in _OPENING.items()}
_BRACKET = re.compile("[" + re.escape("".join(_OPENING) + "".join(_CLOSING)) + '"\n]')
_DELIMITER = re.compile(f"[{re.escape(CLAUSE_ENDS + COMMAS + LISTED)}]")
_EDGES = frozenset(" \t\n\r\u3000，,。；;：:、.．")
# A quotation longer than this is taken for a mark that was never closed.
_LONGEST_QUOTE = 160


class Prose:
    """A text with its quotations known, so that it can be cut where a reader would pause."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _quoted(self) -> bytearray:
        """One byte a character: how many quotations or brackets, closed near by, hold it (the marks stand outside)."""
        quoted = bytearray(len(self.text))
        open_at: list[tuple[str, int]] = []
        for match in _BRACKET.finditer(self.text):
            sign, at = match.group(), match.start()
            if sign == "\n":
                open_at.clear()
            elif sign == '"':
                if open_at and open_at[-1][0] == '"':
                    self._mark(quoted, open_at.pop()[1], at)
                else:
                    open_at.append((sign, at))
            elif sign in _OPENING:
                open_at.append((sign, at))
            else:
                for k in range(len(open_at) - 1, max(len(open_at) - 5, -1), -1):
                    if open_at[k][0] == _CLOSING[sign]:
                        self._mark(quoted, open_at[k][1], at)
                        del open_at[k:]
                        break
        return quoted

    @staticmethod
    def _mark(quoted: bytearray, start: int, end: int) -> None:
        if end - start <= _LONGEST_QUOTE:
            inside = slice(start + 1, end)
            quoted[inside] = bytes(min(depth + 1, 255) for depth in quoted[inside])

    @cached_property
    def fields(self) -> Fields:
        """The labelled parts of the whole text."""
        return fields(self.text)

    @cached_property
    def _stops(self) -> tuple[list[int], str]:
        """Where the delimiters stand that part sentences, clauses or list entries, and which they are."""
        places = [match.start() for match in _DELIMITER.finditer(self.text) if not self._in_number(match.start())]
        return places, "".join(self.text[place] for place in places)

    def is_quoted(self, offset: int, within: Span | None = None) -> bool:
        """Whether a character stands inside a quotation, seen from the span it is looked at in."""
        depth = min(self._quoted[within.start], self._quoted[within.end - 1]) if within else 0
        return self._quoted[offset] > depth

    def words(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def cut(self, span: Span, delimiters: str) -> Iterator[Span]:
        """The pieces of a span between delimiters outside quotations, trimmed, empty ones left out.

        A span that lies wholly inside a quotation is cut as if it were not quoted.
        """
        if span.start >= span.end:
            return
        start, quoted = span.start, self._quoted
        depth = min(quoted[span.start], quoted[span.end - 1])
        places, signs = self._stops
        for k in range(bisect_left(places, span.start), bisect_left(places, span.end)):
            at = places[k]
            if signs[k] not in delimiters or quoted[at] > depth:
                continue
            piece = self.trim(Span(start, at))
            if piece.start < piece.end:
                yield piece
            start = at + 1
        piece = self.trim(Span(start, span.end))
        if piece.start < piece.end:
            yield piece

    def _in_number(self, at: int) -> bool:
        """Whether a half-width comma parts the thousands of a number."""
        text = self.text
        return (
            text[at] == ","
            and text[at - 1 : at].isdigit()
            and text[at + 1 : at + 4].isdigit()
            and len(text[at + 1 : at + 4]) == 3
        )

    def sentences(self, span: Span) -> list[Span]:
        return list(self.cut(span, SENTENCE_ENDS))

    def clauses(self, span: Span) -> list[Span]:
        """Parts between full stops and semicolons."""
        return list(self.cut(span, CLAUSE_ENDS))

    def phrases(self, span: Span) -> list[Span]:
        """Parts between full stops, semicolons and commas."""
        return list(self.cut(span, CLAUSE_ENDS + COMMAS))

    def trim(self, span: Span) -> Span:
        """The span without white space and stops at its edges."""
        start, end = span
        text = self.text
        if start < end and text[start] not in _EDGES and text[end - 1] not in _EDGES:
            return span
        while start < end and text[start] in _EDGES:
            start += 1
        while end > start and text[end - 1] in _EDGES:
            end -= 1
        return Span(start, end)

    def after(self, span: Span, pattern: re.Pattern[str]) -> Span:
        """The span without a lead-in that the pattern matches at its start."""
        match = pattern.match(self.text, span.start, span.end)
        return self.trim(Span(match.end(), span.end)) if match else span

    def before(self, span: Span, pattern: re.Pattern[str]) -> Span:
        """The span without an ending: cut where the pattern is first found."""
        match = pattern.search(self.text, span.start, span.end)
        return self.trim(Span(span.start, match.start())) if match else span
