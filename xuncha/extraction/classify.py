"""Suggests a finding's category from the words that it is written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from xuncha.extraction.likeness import likeness
from xuncha.vocabulary import VocabularyError, load
from xuncha.vocabulary.loading import office_folder, origin_of

NONE = "none"
OTHER = "other"
GAP = "…"
_CLAUSE_END = re.compile(r"[，,；;。！!？?：:\n]")
_MARKS = re.compile(r"[\s“”\"‘’'「」『』《》〈〉]+")
_LEADING_MINIMUM = 5
"""A shorter first clause ("工作中,") is joined with the next."""
_EVIDENCE_READ = 600
"""Characters of evidence that are read; what a finding is about is said by then."""
_EVIDENCE_LIKE = 120
"""Characters of evidence whose likeness counts."""
MAX_REASONS = 6


@dataclass(frozen=True, slots=True)
class Category:
    """A suggested category (类别) with the words that led to it, strongest first.

    ``code`` is a code of the category scheme, null only for a text without words; ``confidence``
    0–1, below 0.3 where nothing in the finding itself spoke for it.
    """

    code: str | None
    reasons: list[str] = field(default_factory=list)
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class _Cue:
    """A phrase with what it says: its first part, the part that must follow, and weights by category."""

    first: str
    then: str
    words: str
    weights: tuple[tuple[str, float], ...]
    in_heading: tuple[tuple[str, float], ...]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Cues:
    """All phrases by their first two characters, longest first, and what each place in a finding counts."""

    by_opening: dict[str, tuple[_Cue, ...]]
    places: dict[str, float]


@cache
def _cues(folder: Path | None) -> _Cues:
    vocabulary = load("categories", folder)
    file = origin_of("categories", folder)
    weights, places = _numbers(file, vocabulary, "weights"), _numbers(file, vocabulary, "places")
    found: dict[str, dict[str, float]] = {}
    headings: dict[str, dict[str, float]] = {}
    for code, lists in vocabulary.get("cues", {}).items():
        for strength, phrases in lists.items():
            place = f"cues.{code}.{strength}"
            if strength not in weights:
                raise VocabularyError("unexpected", file, key=place, found=f"“{strength}”", expected="、".join(weights))
            if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
                raise VocabularyError("unexpected", file, key=place, found="不全是文字", expected="由词语组成的列表")
            target = headings if strength == "heading" else found
            for phrase in phrases:
                said = target.setdefault(_MARKS.sub("", phrase), {})
                said[code] = max(said.get(code, 0.0), weights[strength])
    by_opening: dict[str, list[_Cue]] = {}
    for phrase in sorted({*found, *headings}, key=lambda phrase: (-len(phrase), phrase)):
        first, _, then = phrase.partition(GAP)
        weighed, in_heading = _said(found.get(phrase, {})), _said(headings.get(phrase, {}))
        cue = _Cue(first, then, phrase, weighed, in_heading, frozenset(code for code, _ in weighed))
        by_opening.setdefault(first[:2], []).append(cue)
    return _Cues({opening: tuple(cues) for opening, cues in by_opening.items()}, places)


def _said(weights: dict[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple((code, weight) for code, weight in weights.items() if code != NONE)


def _numbers(file: Path, vocabulary: dict[str, Any], key: str) -> dict[str, float]:
    table = vocabulary.get(key, {})
    for name, value in table.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise VocabularyError("unexpected", file, key=f"{key}.{name}", found=f"“{value}”", expected="数")
    return {name: float(value) for name, value in table.items()}


_Match = tuple[int, _Cue, frozenset[str]]


def _matches(cues: _Cues, text: str) -> Iterator[_Match]:
    """Phrases in reading order with their place; none that lies within a longer one before it.

    Where a phrase overlaps the one before, the categories that have already drawn on those words come with it.
    """
    gap = int(cues.places["gap"])
    covered = 0
    drawn: frozenset[str] = frozenset()
    by_opening = cues.by_opening
    for i in range(len(text)):
        candidates = by_opening.get(text[i : i + 2])
        if text[i] in by_opening:
            candidates = (candidates or ()) + by_opening[text[i]]
        if candidates is None:
            continue
        for cue in candidates:
            if not text.startswith(cue.first, i):
                continue
            end = i + len(cue.first)
            if cue.then:
                if text.find(cue.then, end, end + gap + len(cue.then)) < 0:
                    continue
                yield i, cue, drawn if i < covered else frozenset()
                continue
            if end <= covered:
                continue
            if i >= covered:
                drawn = frozenset()
            yield i, cue, drawn
            covered, drawn = end, drawn | cue.codes
            break


def classify(title: str, evidence: str = "", heading: str = "", folder: str | Path | None = None) -> Category:
    """The category that the words of a finding speak for.

    The title's leading clause counts most, then the rest of the title, the evidence and the heading above.
    Where neither title nor evidence says anything, the heading decides; where that is mute too, ``other``.
    """
    cues = _cues(office_folder(folder))
    title, evidence, heading = (_MARKS.sub("", part) for part in (title, evidence[:_EVIDENCE_READ], heading))
    if not (title or evidence or heading):
        return Category(None)
    places = cues.places
    scores: dict[str, float] = {}
    reasons: dict[str, dict[str, float]] = {}

    def count(code: str, words: str, weight: float) -> float:
        said = reasons.setdefault(code, {})
        if words in said:
            return 0.0
        said[words] = weight
        return weight

    leading = _leading_end(title)
    for i, cue, drawn in _matches(cues, title):
        factor = places["leading"] if i < leading else places["title"]
        for code, weight in cue.weights:
            if code not in drawn:
                scores[code] = scores.get(code, 0.0) + count(code, cue.words, weight * factor)
    _add(scores, _tally(_matches(cues, evidence), places["evidence"], count), places["evidence_limit"])
    own = bool(scores)
    above = _in_heading(office_folder(folder), heading)
    _add(scores, _tally(above, places["heading"], count, heading=True), places["heading_limit"])
    if not own or not _is_clear(scores, places):
        # Parts of words are asked only where whole phrases leave a doubt.
        _add_likeness(scores, places, folder, title[:leading], title[leading:], evidence[:_EVIDENCE_LIKE])
    if not any(score > 0 for score in scores.values()):
        return Category(OTHER, [], 0.05)
    ranked = sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))
    code, best = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    said = sorted(reasons.get(code, {}).items(), key=lambda entry: -entry[1])
    words = [word for word, _ in said] or likeness(office_folder(folder)).words(title, code)
    return Category(code, words[:MAX_REASONS], _confidence(best, max(0.0, second), own))


def _is_clear(scores: dict[str, float], places: dict[str, float]) -> bool:
    """Whether whole phrases say enough for one category, and far less for any other."""
    first, *rest = sorted(scores.values(), reverse=True)
    return first >= places["clear"] and (not rest or rest[0] * 2 <= first)


def _add_likeness(scores: dict[str, float], places: dict[str, float], folder: str | Path | None, *parts: str) -> None:
    """Adds how like the parts of a finding (leading clause, rest of the title, evidence) are to each category.

    A part longer than the title is scaled down to its length.
    """
    alike = likeness(office_folder(folder))
    length = len(parts[0]) + len(parts[1])
    for place, text in zip(("leading", "title", "evidence"), parts, strict=True):
        if text:
            factor = places[f"{place}_likeness"] * min(1.0, length / len(text))
            told = {code: factor * score for code, score in alike.of(text).items()}
            _add(scores, told, places[f"{place}_likeness_limit"])


@lru_cache(maxsize=512)
def _in_heading(folder: Path | None, heading: str) -> tuple[_Match, ...]:
    """What a heading says; its findings ask for it one after another."""
    return tuple(_matches(_cues(folder), heading))


def _tally(matches: Iterable[_Match], factor: float, count: Any, heading: bool = False) -> dict[str, float]:
    tally: dict[str, float] = {}
    for _, cue, drawn in matches:
        for code, weight in (*cue.weights, *cue.in_heading) if heading else cue.weights:
            if code not in drawn:
                tally[code] = tally.get(code, 0.0) + count(code, cue.words, weight * factor)
    return tally


def _add(scores: dict[str, float], tally: dict[str, float], limit: float) -> None:
    """Adds a place's tally, scaled down together where its best category passes the limit."""
    most = max(tally.values(), default=0.0)
    scale = limit / most if most > limit else 1.0
    for code, weight in tally.items():
        scores[code] = scores.get(code, 0.0) + weight * scale


def _leading_end(title: str) -> int:
    for mark in _CLAUSE_END.finditer(title):
        if mark.start() >= _LEADING_MINIMUM:
            return mark.start()
    return len(title)


def _confidence(best: float, second: float, own: bool) -> float:
    """How clear the lead is and how much was said; the numbers are the project's own setting."""
    lead = (best - second) / best if best else 0.0
    amount = min(best / 6.0, 1.0)
    sure = 0.25 + 0.7 * amount * (0.35 + 0.65 * lead)
    return round(sure if own else min(sure, 0.3) * 0.9, 2)
