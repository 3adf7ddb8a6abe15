"""Where the words that were searched for stand in a text, as people wrote it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_ALNUM: Final = re.compile("[a-z0-9]")


@dataclass(frozen=True)
class Part:
    """A stretch of text; ``is_found`` where it is what was searched for."""

    text: str
    is_found: bool = False


def marked(text: str, words: Sequence[str]) -> list[Part]:
    """The text in parts, with the folded ``words`` found in it set apart. Joined, the parts are the text."""
    folded, places = _folded(text)
    found = [False] * len(text)
    for word in words:
        start = folded.find(word) if word else -1
        while start >= 0:
            if _is_within_a_run(folded, start):
                start = folded.find(word, start + 1)
                continue
            first, last = places[start], places[start + len(word) - 1]
            found[first : last + 1] = [True] * (last + 1 - first)
            start = folded.find(word, start + 1)
    parts: list[Part] = []
    begin = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or found[i] != found[begin]:
            parts.append(Part(text[begin:i], found[begin]))
            begin = i
    return parts


def pieces(text: str, words: Sequence[str], *, around: int = 20) -> list[Part]:
    """The place in a longer text where the first of the words stands, with some text on both sides."""
    folded, places = _folded(text)
    starts = [start for start in (_first(folded, word) for word in words if word) if start >= 0]
    if not starts:
        return []
    first = places[min(starts)]
    length = max(len(word) for word in words)
    begin, end = max(first - around, 0), min(first + length + around, len(text))
    cut = marked(text[begin:end], words)
    return [*([Part("…")] if begin else []), *cut, *([Part("…")] if end < len(text) else [])]


def _first(folded: str, word: str) -> int:
    start = folded.find(word)
    while start >= 0 and _is_within_a_run(folded, start):
        start = folded.find(word, start + 1)
    return start


def _is_within_a_run(folded: str, start: int) -> bool:
    """Whether letters or digits go before the letter or digit that stands here: the search does not look there."""
    return start > 0 and _ALNUM.match(folded[start]) is not None and _ALNUM.match(folded[start - 1]) is not None


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as `search.fold` makes it, and for each of its characters the place it came from."""
    letters: list[str] = []
    places: list[int] = []
    for i, letter in enumerate(text):
        # Letter by letter: marks that join with the letter before are not of our papers.
        for folded in unicodedata.normalize("NFKC", letter).lower():
            if folded.isspace():
                if letters and letters[-1] != " ":
                    letters.append(" ")
                    places.append(i)
            else:
                letters.append(folded)
                places.append(i)
    while letters and letters[-1] == " ":
        letters.pop()
        places.pop()
    return "".join(letters), places
