"""Names that the caller knows (units, categories, rounds), found again in the words of a cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

MAX_SOUGHT: Final = 3_000
"""Different unknown names for which others are suggested; a file with more has no names in that column."""
LIKE: Final = 60.0
"""The least likeness (0–100) at which a name is suggested."""
_SIGNS = str.maketrans("", "", " \t\r\n\u3000\u200b\ufeff（）()【】[]“”\"'《》<>·•。.，,：:")


class Known:
    """Keys by name. Names are compared without white space, brackets and width of signs."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names
        self._names: dict[str, tuple[str, Any]] = {}
        for name, key in names.items():
            self._names.setdefault(plain_name(name), (name, key))
        self._found: dict[str, Any] = {}
        self._suggested: dict[str, tuple[str, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self._names)

    def key(self, words: str) -> Any | None:
        """The key of a name; null for a name that is not known."""
        if words not in self._found:
            if len(self._found) > 100_000:
                self._found.clear()
            self._found[words] = self._names.get(plain_name(words), (None, None))[1]
        return self._found[words]

    def suggestions(self, words: str) -> tuple[str, ...]:
        """Up to three known names that are like the words, the likest first."""
        if words not in self._suggested:
            if len(self._suggested) >= MAX_SOUGHT:
                return ()
            self._suggested[words] = self._likest(plain_name(words[:200]))
        return self._suggested[words]

    def _likest(self, plain: str) -> tuple[str, ...]:
        from rapidfuzz import fuzz, process

        if not plain:
            return ()
        # An abbreviation (卫健局) has the signs of the name in its order; a slip of the pen has nearly all of them.
        short = [name for key, (name, _) in self._names.items() if len(plain) > 1 and _is_within(plain, key)]
        likest = process.extract(plain, self._names.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=LIKE)
        found = [*sorted(short, key=len)[:3], *(self._names[key][0] for key, _, _ in likest)]
        return tuple(dict.fromkeys(found))[:3]


def plain_name(words: str) -> str:
    return unicodedata.normalize("NFKC", words).translate(_SIGNS).casefold()


def _is_within(short: str, name: str) -> bool:
    """Whether the signs of ``short`` stand in ``name`` in their order."""
    signs = iter(name)
    return len(short) < len(name) and all(sign in signs for sign in short)
