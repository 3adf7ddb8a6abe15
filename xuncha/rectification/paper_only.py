"""纸面整改: what in a report looks like paper only. Pure: texts in, an answer out; words and thresholds are data."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from xuncha.findings.similarity import likeness
from xuncha.vocabulary import load

_WRITTEN: Final = re.compile(r"[^\w]|_")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on a sign is one. Source: ``xuncha/vocabulary/paper_rectification.toml``."""

    least_signs: int
    likeness: int
    compared: int
    meeting_words: tuple[str, ...]
    least_meetings: int
    results: tuple[str, ...]
    least_measures: int
    fact_kinds: frozenset[str]


@lru_cache(maxsize=1)
def thresholds() -> Thresholds:
    """The thresholds as shipped, or as the office's own vocabulary sets them."""
    said = load("paper_rectification")
    return Thresholds(
        said["same_text"]["least_signs"],
        said["same_text"]["likeness"],
        said["same_text"]["compared"],
        tuple(said["only_meetings"]["words"]),
        said["only_meetings"]["least"],
        tuple(said["only_meetings"]["results"]),
        said["last_day"]["least_measures"],
        frozenset(said["no_fact"]["kinds"]),
    )


def fingerprint(text: str) -> str:
    """The key by which the same words are found again, whatever stands between them; empty for what is too short."""
    written = _WRITTEN.sub("", unicodedata.normalize("NFKC", text))
    if len(written) < thresholds().least_signs:
        return ""
    return hashlib.blake2b(written.encode(), digest_size=16).hexdigest()


def percent_alike(a: str, b: str) -> int:
    """How much two reports are alike, in percent; 0 where one is too short to say."""
    if not fingerprint(a) or not fingerprint(b):
        return 0
    return round(100 * likeness(a, b))


def lists_only_meetings(text: str) -> bool:
    """Whether a report speaks of meetings and papers and of nothing that happened."""
    known = thresholds()
    if any(word in text for word in known.results):
        return False
    return sum(word in text for word in known.meeting_words) >= known.least_meetings
