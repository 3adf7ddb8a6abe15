"""The cue phrases of `vocabulary/cues.toml`, compiled once."""

from __future__ import annotations

import re
from functools import cache

from xuncha.vocabulary import load


@cache
def cue(section: str, name: str) -> re.Pattern[str]:
    """The pattern of one list of cues, all its entries joined."""
    return re.compile("|".join(f"(?:{entry})" for entry in load("cues")[section][name]))


def deficiencies(text: str, start: int, end: int) -> int:
    """How many words between two offsets name a deficiency."""
    return sum(1 for _ in cue("sentences", "deficiency").finditer(text, start, end))
