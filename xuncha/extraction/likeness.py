"""How like the words of a category a text is, by pairs and triples of characters.

The phrases by which `classify` knows a category are matched whole. A figurative or unusual wording shares only parts
of them; here those parts speak: a naive Bayes estimate over character pairs and triples, learnt at first use from the
phrases of `vocabulary/categories.toml` and weighted as they are. Nothing else is learnt from.
"""

from __future__ import annotations

import re
from functools import cache
from math import log
from pathlib import Path

from xuncha.vocabulary import load

_WORDS = re.compile(r"[^\u4e00-\u9fffA-Za-z]+")
_SMOOTHING = 0.3
"""What an unseen pair counts, in weights of phrases."""
_LEFT_OUT = ("none", "other")


class Likeness:
    """The estimate for one vocabulary folder; `of` gives a number a category, higher is more alike."""

    def __init__(self, folder: Path | None) -> None:
        vocabulary = load("categories", folder)
        weights = vocabulary["weights"]
        counts: dict[str, dict[str, float]] = {}
        totals: dict[str, float] = {}
        for code, lists in vocabulary.get("cues", {}).items():
            if code in _LEFT_OUT:
                continue
            for strength, phrases in lists.items():
                if strength == "heading":
                    continue
                weight = float(weights[strength])
                for phrase in phrases:
                    for part in set(_parts(phrase)):
                        said = counts.setdefault(part, {})
                        said[code] = said.get(code, 0.0) + weight
                        totals[code] = totals.get(code, 0.0) + weight
        self.codes = tuple(totals)
        self._counts = counts
        # What any known part costs a category that does not use it, and what it gains one that does.
        self._floor = {code: log(_SMOOTHING / (total + _SMOOTHING * len(counts))) for code, total in totals.items()}
        self._gains: dict[str, tuple[tuple[str, float], ...]] = {}

    def of(self, text: str) -> dict[str, float]:
        """Log likelihoods around their mean; all zero where the text shares nothing with any phrase."""
        scores = dict.fromkeys(self.codes, 0.0)
        known = 0
        for part in _parts(text):
            if part not in self._counts:
                continue
            known += 1
            for code, gain in self._gain(part):
                scores[code] += gain
        for code in self.codes:
            scores[code] += known * self._floor[code]
        mean = sum(scores.values()) / max(1, len(scores))
        return {code: score - mean for code, score in scores.items()}

    def words(self, text: str, code: str) -> list[str]:
        """The parts of a text that speak most for a category, strongest first, none inside another."""
        gains = {part: dict(self._gain(part)).get(code, 0.0) for part in _parts(text) if part in self._counts}
        chosen: list[str] = []
        for part in sorted(gains, key=lambda part: (-gains[part] * len(part), part)):
            if gains[part] > 0 and not any(part in other for other in chosen):
                chosen.append(part)
        return chosen

    def _gain(self, part: str) -> tuple[tuple[str, float], ...]:
        gains = self._gains.get(part)
        if gains is None:
            said = self._counts[part].items()
            gains = self._gains[part] = tuple((code, log(count / _SMOOTHING + 1)) for code, count in said)
        return gains


@cache
def likeness(folder: Path | None) -> Likeness:
    """The estimate learnt from the vocabulary with an office's additions, once."""
    return Likeness(folder)


def _parts(text: str) -> list[str]:
    text = _WORDS.sub("", text)
    return [text[i : i + 2] for i in range(len(text) - 1)] + [text[i : i + 3] for i in range(len(text) - 2)]
