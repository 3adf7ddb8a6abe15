"""Several statements in one cell, and the way back: splitting loses no character but the numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OWN = re.compile(r"(\d{1,4})．")
_LINE_NUMBER = re.compile(r"[（(]?(?:(\d{1,3})(?!\d)|([①-⑳]))(?:[)）]\s?[、.．]?|[.．、](?!\d)|(?<=[①-⑳]))\s*")
_INLINE_NUMBER = re.compile(
    r"(?:^|(?<=[。；;，,：:\s]))(?:[（(](?P<bracket>\d{1,2})[)）][、.．]?|(?P<point>\d{1,2})[.．、](?!\d)|(?P<also>[一二三四五六七八九十]{1,2})是)|(?P<ring>[①-⑳])"
)
_CHINESE = {word: number for number, word in enumerate("一二三四五六七八九十", start=1)}
PATH_SIGN = "／"

Piece = tuple[int, int]
"""Start and end of an entry within the words of its cell."""


def joined(entries: Sequence[str]) -> tuple[str, ...]:
    """The pieces of a cell that holds these entries; `split_own` gives them back."""
    if len(entries) == 1 and "\n" not in entries[0] and not _OWN.match(entries[0]):
        return (entries[0],)
    return tuple(f"{number}．{entry}" for number, entry in enumerate(entries, start=1))


def split_own(words: str, *, first: int = 1) -> list[Piece]:
    """The entries of a cell as this product writes it: one, or several numbered 1．2．3． at line starts.

    ``first`` is the number expected first, where the cell goes on with the entries of another.
    """
    pieces: list[Piece] = []
    start, expected, at = 0, first, 0
    for line in words.split("\n"):
        match = _OWN.match(line)
        if match and int(match[1]) == expected and (at == 0 or expected > first):
            if expected > first:
                pieces.append((start, at - 1))
            start, expected = at + match.end(), expected + 1
        at += len(line) + 1
    pieces.append((start, len(words)))
    return [piece for piece in (_trimmed(words, piece) for piece in pieces) if piece[0] < piece[1]]


def split_any(words: str) -> list[Piece]:
    """The entries of a cell as offices write it: numbered lines, plain lines, or numbers inside a line."""
    if not words.strip():
        return []
    lines = _lines(words)
    numbered = [_LINE_NUMBER.match(words[start:end]) for start, end in lines]
    pieces: list[Piece] = []
    if numbered[0] is not None and (len(lines) == 1 or any(numbered[1:])):
        for (start, end), match in zip(lines, numbered, strict=True):
            if match is not None:
                pieces.append((start + match.end(), end))
            else:
                pieces[-1] = (pieces[-1][0], end)
    else:
        pieces = list(lines)
    if len(pieces) == 1:
        pieces = _inline(words, lines[0] if len(lines) == 1 else pieces[0])
    return [piece for piece in (_trimmed(words, piece) for piece in pieces) if piece[0] < piece[1]]


def _inline(words: str, piece: Piece) -> list[Piece]:
    """Parts numbered in one line (1.…2.…, ①…②…, 一是…二是…), the numbers rising by one from 1."""
    chosen: dict[str, list[re.Match[str]]] = {}
    for match in _INLINE_NUMBER.finditer(words, *piece):
        kind = str(match.lastgroup)
        rising = chosen.setdefault(kind, [])
        if _value(match) == len(rising) + 1:
            rising.append(match)
    best = max(chosen.values(), key=len, default=[])
    if len(best) < 2:
        start = best[0].end() if best and best[0].start() == piece[0] else piece[0]
        return [(start, piece[1])]
    edges = [match.end() for match in best]
    stops = [*(match.start() for match in best[1:]), piece[1]]
    head = (piece[0], best[0].start())
    return [head, *zip(edges, stops, strict=True)]


def _value(match: re.Match[str]) -> int:
    words = next(group for group in match.groups() if group)
    if words.isdigit() and words.isascii():
        return int(words)
    if len(words) == 1 and "①" <= words <= "⑳":
        return ord(words) - ord("①") + 1
    if words.startswith("十"):
        return 10 + _CHINESE.get(words[1:], 0)
    return _CHINESE.get(words, 0)


def _lines(words: str) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    for line in words.split("\n"):
        if line.strip():
            pieces.append(_trimmed(words, (at, at + len(line))))
        at += len(line) + 1
    return pieces


def _trimmed(words: str, piece: Piece) -> Piece:
    start, end = piece
    while start < end and words[start].isspace():
        start += 1
    while end > start and words[end - 1].isspace():
        end -= 1
    return start, end


def path_words(path: Sequence[str]) -> str:
    return PATH_SIGN.join(path)


def path_of(words: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in words.replace("\n", "").split(PATH_SIGN) if part.strip())


def units_words(units: Sequence[str]) -> str:
    return ("\n" if any("、" in unit for unit in units) else "、").join(units)


def units_of(words: str) -> list[str]:
    sign = "\n" if "\n" in words else "、"
    return [part.strip() for part in words.split(sign) if part.strip()]


def headed(marker: str, title: str) -> str:
    """A group's heading with its number, as a ledger shows it."""
    if not marker or title.startswith(marker):
        return title
    if marker.endswith((")", "）")) or marker.startswith(("第", "问题")):
        return f"{marker} {title}" if marker.startswith(("第", "问题")) else f"{marker}{title}"
    return f"{marker}.{title}" if marker.isascii() else f"{marker}、{title}"
