"""The cue phrases of the vocabulary, compiled once."""

from __future__ import annotations

import re
from functools import cache

from xuncha.vocabulary import VocabularyError, load
from xuncha.vocabulary.loading import origin_of


@cache
def cue(section: str, name: str, file: str = "cues") -> re.Pattern[str]:
    """The pattern of one list of cues, all its entries joined; ``^`` and ``$`` are those of a line in ``facts``."""
    entries: list[str] = load(file)[section][name]
    for entry in entries:
        _compiled(entry, section, name, file)
    return re.compile(joined(entries), re.MULTILINE if file == "facts" else 0)


def joined(entries: list[str]) -> str:
    """One expression that matches what any of the entries matches."""
    return "|".join(f"(?:{entry})" for entry in entries)


def _compiled(entry: object, section: str, name: str, file: str) -> None:
    """Refuses an entry that is no regular expression, naming the office's file and the entry."""
    try:
        re.compile(entry if isinstance(entry, str) else "(")
    except re.error as error:
        key, found = f"{section}.{name}", f"“{entry}”不能用作正则表达式（{error.msg}）"
        raise VocabularyError("unexpected", origin_of(file), key=key, found=found, expected="正则表达式") from None


def deficiencies(text: str, start: int, end: int) -> int:
    """How many words between two offsets name a deficiency."""
    return sum(1 for _ in cue("sentences", "deficiency").finditer(text, start, end))
