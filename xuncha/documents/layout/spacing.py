"""White space inside a line: which of it means something and stays.

Between Chinese characters, and between these and figures, it is an artefact and goes. One space stays beside a Latin
word; of a gap between columns a tab or two spaces stay, so that the columns can still be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from xuncha.documents.layout.strips import Strip

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"
_SPACE = re.compile(rf"[\s{INVISIBLE}]+")
_KEPT = frozenset(" \t\u3000\xa0")
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000](?=[\u4e00-\u9fff](?:[ \u3000]|$))")
_CHINESE_POINTS = frozenset("，。、；：！？“”‘’（）《》【】「」『』〔〕…—·")
_NUMBER_BEFORE = re.compile(
    r"[0-9]{1,3}(?:[.．、][0-9]{0,2}){0,3}|第[一二三四五六七八九十百零0-9]{1,5}(?:部分|[章节篇条款])|附件[0-9]{1,2}|[-*+•●■◆]"
)
_LONG = 400
"""A line of more characters holds several paragraphs; there a space may stand for a line break."""


def _sort(sign: str) -> str:
    """L letter, D digit, P half-width point, Q Chinese point, C all else."""
    if sign < "\x80":
        return "L" if sign.isalpha() else "D" if sign.isdigit() else "P"
    if sign in _CHINESE_POINTS:
        return "Q"
    return "L" if sign.isalpha() and sign < "\u1100" else "C"


# Left and right of a single space that stays.
_STAYS = frozenset(("LL", "LD", "DL", "LC", "CL", "DD", "PL", "LP"))


def needs_space(left: str, right: str) -> bool:
    """Whether two lines are joined with a space between these characters: not where a number was cut in two."""
    return _sort(left) + _sort(right) in ("LL", "LD", "DL")


@dataclass(frozen=True, slots=True)
class Spacing:
    """How a document sets its spaces: ``is_spaced`` where a space stands between nearly all characters."""

    is_spaced: bool = False
    is_one_line: bool = False

    @classmethod
    def of(cls, strips: Sequence[Strip]) -> Spacing:
        sample = "\n".join(strip.text for strip in strips[:400])[:20_000]
        spaced = len(_SPACED.findall(sample))
        return cls(
            is_spaced=spaced > 20 and spaced * 4 > len(sample) - sample.count(" "),
            is_one_line=0 < len(strips) <= 3 and max(len(strip.text) for strip in strips) > _LONG,
        )

    def runs(self, text: str, *, marks: re.Pattern[str] | None = None) -> list[tuple[int, int]]:
        """The stretches of ``text`` that stay, in order, from offset to offset."""
        if text.isalnum():
            return [(0, len(text))]
        gaps = [(*found.span(), -1, 0) for found in marks.finditer(text)] if marks else []
        spaces = list(_SPACE.finditer(text))
        if not spaces and not gaps:
            return [(0, len(text))]
        for number, found in enumerate(spaces):
            start, end = found.span()
            before = spaces[number - 1].end() if number else 0
            after = spaces[number + 1].start() if number + 1 < len(spaces) else len(text)
            first, count = self._kept(text, before, start, end, after)
            if first != start or count != end - start:
                gaps.append((start, end, first, count))
        gaps.sort()
        return _between(text, gaps)

    def _kept(self, text: str, before: int, start: int, end: int, after: int) -> tuple[int, int]:
        """Where the part of the gap ``start:end`` that stays begins, and how long it is."""
        if not start or end >= len(text):
            return start, 0
        gap = text[start:end]
        if end - start == 1:
            return start, int(gap in _KEPT and self._single_stays(text, start, end, gap))
        tab = gap.find("\t")
        wide = tab >= 0 or sum(sign in _KEPT for sign in gap) > 1
        lone = start - before == 1 and after - end == 1 and _sort(text[start - 1]) == _sort(text[end]) == "C"
        if wide and not lone and not (self.is_spaced and after - end == 1):
            if tab >= 0:
                return start + tab, 1
            for offset in range(len(gap) - 1):
                if gap[offset] in _KEPT and gap[offset + 1] in _KEPT:
                    return start + offset, 2
        for offset, sign in enumerate(gap):
            if sign in _KEPT and not lone:
                return start + offset, int(self._single_stays(text, start, end, sign))
        return start, 0

    def _single_stays(self, text: str, start: int, end: int, gap: str) -> bool:
        left, right = _sort(text[start - 1]), _sort(text[end])
        if gap == "\t":
            return True
        if self.is_one_line and right != "Q":
            return True
        if left + right == "DD":
            return not self.is_spaced
        if start <= 8 and (right != "D" or not text[0].isdigit()) and _NUMBER_BEFORE.fullmatch(text[:start]):
            return True
        if left == "P" and right == "D":
            return text[start - 1] == "." or (start > 1 and text[start - 2].isdigit())
        if left == "P" and text[start - 1] in "([":
            return False
        return left + right in _STAYS


def _between(text: str, gaps: list[tuple[int, int, int, int]]) -> list[tuple[int, int]]:
    """The runs around ``gaps``; each gap is start, end, and what of it stays: first offset, count."""
    runs: list[tuple[int, int]] = []
    position = 0
    for start, end, first, count in gaps:
        if start < position:
            continue
        if start > position:
            runs.append((position, start))
        if count:
            runs.append((first, first + count))
        position = end
    if position < len(text):
        runs.append((position, len(text)))
    # What a mark or an invisible sign leaves at the ends must not be white space.
    while runs and text[runs[0][0] : runs[0][1]].isspace():
        runs.pop(0)
    while runs and text[runs[-1][0] : runs[-1][1]].isspace():
        runs.pop()
    return _trimmed(text, runs)


def _trimmed(text: str, runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if not runs:
        return runs
    first, last = runs[0], runs[-1]
    words = text[first[0] : first[1]]
    runs[0] = (first[0] + len(words) - len(words.lstrip()), first[1])
    first_of_last = runs[-1][0]
    runs[-1] = (first_of_last, first_of_last + len(text[first_of_last : last[1]].rstrip()))
    return runs
