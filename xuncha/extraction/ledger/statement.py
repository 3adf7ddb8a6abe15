"""A finding's own words in a cell: its number taken off, 关于…问题 unwrapped, facts told after it set apart."""

from __future__ import annotations

import re

from xuncha.extraction.ledger.entries import Piece

_MARKER = re.compile(
    r"\s*(?:(?P<chinese>[一二三四五六七八九十]{1,3})[、.．]|(?P<bracket>[（(](?:[一二三四五六七八九十]{1,3}|\d{1,3})[)）])[、.．]?"
    r"|(?P<point>\d{1,3}(?:[.．-]\d{1,3}){0,2})(?:[、.．](?!\d)|\s)|(?P<ring>[①-⑳])[、.．]?|(?P<also>[一二三四五六七八九十]{1,2}是)|(?P<part>第[一二三四五六七八九十]{1,3})[，,、])\s*"
)
_WRAPPED = re.compile(r"关于[“\"]?(?P<inner>[^”\"\n]{4,})[”\"]?的?问题[。；;]?$")
_LEADING = re.compile(r"[^。：:\n；;]{6,60}(?=[。：:\n])")
_BRACKETS = str.maketrans("（）", "()")
_EDGES = "。；;，, \n\t"


def statement(words: str, *, whole: bool) -> tuple[str, Piece]:
    """The marker at the head of a cell (empty if none) and the span of the statement in it.

    With ``whole`` the cell is one statement; else the facts after its leading clause are left to the evidence.
    """
    match = _MARKER.match(words)
    marker = ""
    start = 0
    if match is not None and match.end() < len(words):
        marker = str(match[match.lastgroup or 0]).translate(_BRACKETS).replace("．", ".")
        start = match.end()
    end = len(words)
    if not whole and len(words) - start > 45:
        leading = _LEADING.match(words, start)
        if leading is not None and len(words) - leading.end() > 8:
            end = leading.end()
    wrapped = _WRAPPED.fullmatch(words[start:end].strip())
    if wrapped is not None:
        begin = words.index(wrapped["inner"], start)
        inner = wrapped["inner"].removesuffix("的") if wrapped["inner"].endswith("的") else wrapped["inner"]
        return marker, (begin, begin + len(inner))
    while end > start and words[end - 1] in _EDGES:
        end -= 1
    return (marker, (start, end)) if end > start else ("", (0, len(words)))
