"""How far a finding is put right, by the words of a sentence: done, in progress, long-term."""

from __future__ import annotations

import re
from functools import cache

from xuncha.extraction.cues import cue

STATUSES = ("long_term", "in_progress", "done")


@cache
def _patterns() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{kind}>{cue('status', kind, 'status').pattern})" for kind in STATUSES))


def status_of(words: str) -> str | None:
    """``done | in_progress | long_term`` as a sentence says; null where it says nothing of it."""
    match = _patterns().search(words.strip())
    return match.lastgroup if match else None
