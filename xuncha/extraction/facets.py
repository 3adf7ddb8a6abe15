"""Suggests the facets of a finding (共性/个性, 历史遗留/新情况, 立行立改, severity) and names whom it is said of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from xuncha.vocabulary import load
from xuncha.vocabulary.loading import office_folder

_NUMBER = r"(?P<number>\d{1,4}|[一二两三四五六七八九十]{1,3})[个家所]"
_CLAUSE = r"(?:^|(?<=[，,；;。：:、！!？?\n“”\"（(]))"
_ENDS = r"(?=[\d，,；;。：:、！!？?\s”\"（(）)]|$|{followers})"
_SUM = re.compile(r"(\d{1,9}(?:[,，]\d{3})*(?:\.\d{1,6})?)(亿|万)?元")
_OLD_YEAR = re.compile(r"自?20[01]\d年(?:以来|起|至今)")
_MARKS = re.compile(r"[\s“”\"‘’']+")
_LONGEST_NAME = 14
_READ = 2000


@dataclass(frozen=True, slots=True)
class Facets:
    """Suggested facets of a finding; null where its words say nothing.

    ``nature`` is ``common | individual``, ``origin`` ``legacy | emerging``, ``severity``
    ``high | medium | low``; ``immediate`` says that it looks fit to be put right at once.
    """

    nature: str | None = None
    origin: str | None = None
    immediate: bool = False
    severity: str | None = None


@dataclass(frozen=True, slots=True)
class _Words:
    common: re.Pattern[str]
    individual: re.Pattern[str]
    legacy: re.Pattern[str]
    emerging: re.Pattern[str]
    immediate: re.Pattern[str]
    high: re.Pattern[str]
    medium: re.Pattern[str]
    low: re.Pattern[str]
    high_amount_yuan: float
    several: re.Pattern[str]
    counted: re.Pattern[str]
    several_from: int
    name: re.Pattern[str]
    proper: re.Pattern[str]
    not_in_names: re.Pattern[str]


def _any(phrases: list[str]) -> re.Pattern[str]:
    entries = [
        r"[^，,；;。]{0,10}?".join(re.escape(part) for part in _MARKS.sub("", phrase).split("…")) for phrase in phrases
    ]
    return re.compile("|".join(sorted(entries, key=len, reverse=True)) or r"(?!)")


def _choice(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _words(folder: Path | None) -> _Words:
    data: dict[str, Any] = load("facets", folder)
    units, severity = data["units"], data["severity"]
    kinds = _choice(units["kinds"])
    openers = "|".join(f"(?<={re.escape(word)})" for word in units["openers"])
    endings, place_endings = _choice(units["endings"]), _choice(units["place_endings"])
    return _Words(
        common=_any(data["nature"]["common"]),
        individual=_any(data["nature"]["individual"]),
        legacy=_any(data["origin"]["legacy"]),
        emerging=_any(data["origin"]["emerging"]),
        immediate=_any(data["immediate"]["cues"]),
        high=_any(severity["high"]),
        medium=_any(severity["medium"]),
        low=_any(severity["low"]),
        high_amount_yuan=float(severity["high_amount_yuan"]),
        several=re.compile(
            rf"(?:{_CLAUSE}|{openers})(?:{_choice(units['quantities'])}|{_NUMBER})(?:{kinds})(?:党组织|党组|党委)?"
            rf"(?!{_choice(units['continuations'])})"
        ),
        counted=re.compile(rf"{_NUMBER}(?:{_choice(units['counted'])})"),
        several_from=int(units["several_from"]),
        name=re.compile(
            rf"{_CLAUSE}[一-龥]{{1,{_LONGEST_NAME}}}?(?:(?:{endings})(?!{_choice(units['continuations'])})"
            rf"|(?:{place_endings}){_ENDS.format(followers=_choice(units['followers']))})"
        ),
        proper=re.compile(_choice(units["proper"])),
        not_in_names=re.compile(_choice(units["not_in_names"])),
    )


def facets(title: str, evidence: str = "", context: str = "", folder: str | Path | None = None) -> Facets:
    """What the words of a finding, and of the headings above it (``context``), say of its facets.

    The title speaks before the evidence. Severity rests on the kind of breach and on sums of money.
    """
    words = _words(office_folder(folder))
    title, evidence = _MARKS.sub("", title), _MARKS.sub("", evidence[:_READ])
    both = f"{title}。{evidence}"
    return Facets(
        nature=_nature(words, title, evidence),
        origin=_origin(words, title, evidence, _MARKS.sub("", context)),
        immediate=words.immediate.search(both) is not None,
        severity=_severity(words, title, both),
    )


def _either(
    title: str, evidence: str, one: re.Pattern[str], other: re.Pattern[str], codes: tuple[str, str]
) -> str | None:
    """The code of the kind of words that stands first in the title, else in the evidence."""
    for text in (title, evidence):
        first, second = one.search(text), other.search(text)
        if first or second:
            return codes[0] if second is None or (first is not None and first.start() <= second.start()) else codes[1]
    return None


def _nature(words: _Words, title: str, evidence: str) -> str | None:
    in_title = _either(title, "", words.common, words.individual, ("common", "individual"))
    if in_title is not None:
        return in_title
    counts = [_count(match["number"]) for match in words.counted.finditer(f"{title}。{evidence}")]
    if max(counts, default=0) >= words.several_from:
        return "common"
    return _either("", evidence, words.common, words.individual, ("common", "individual"))


def _count(number: str) -> int:
    """A small count in digits or Chinese numerals; of the latter only whether it is ten or more matters."""
    if number.isascii():
        return int(number)
    return 10 if "十" in number else "一二三四五六七八九".find(number[0].replace("两", "二")) + 1


def _origin(words: _Words, title: str, evidence: str, context: str) -> str | None:
    said = _either(title, evidence, words.legacy, words.emerging, ("legacy", "emerging"))
    if said is None and _OLD_YEAR.search(f"{title}。{evidence}"):
        return "legacy"
    if said is None and context and words.legacy.search(context):
        return "legacy"
    return said


def _severity(words: _Words, title: str, both: str) -> str | None:
    if words.high.search(both):
        return "high"
    if words.medium.search(both):
        return "high" if _largest_sum(both) >= words.high_amount_yuan else "medium"
    return "low" if words.low.search(title) else None


def _largest_sum(text: str) -> float:
    """The largest sum of money named, in yuan; 0 where none is."""
    scale = {None: 1.0, "": 1.0, "万": 1e4, "亿": 1e8}
    sums = (float(found[1].replace(",", "").replace("，", "")) * scale[found[2]] for found in _SUM.finditer(text))
    return max(sums, default=0.0)


def units_of(
    title: str, evidence: str = "", known_units: list[str] | None = None, folder: str | Path | None = None
) -> list[str]:
    """Whom a finding is said of, verbatim and in order: known units, "部分单位", "三家医院", names that open a clause.

    The evidence is asked only where the title names nobody.
    """
    words = _words(office_folder(folder))
    for text in (title, evidence[:_READ]):
        found = _units_in(words, text, known_units or [])
        if found:
            return found
    return []


def _units_in(words: _Words, text: str, known_units: list[str]) -> list[str]:
    places: list[tuple[int, int]] = []
    for unit in sorted(filter(None, known_units), key=len, reverse=True):
        at = text.find(unit)
        if at >= 0:
            places.append((at, at + len(unit)))
    places.extend(match.span() for match in words.several.finditer(text))
    places.extend(match.span() for match in words.name.finditer(text) if _is_name(words, match.group()))
    units: list[str] = []
    end = 0
    for start, stop in sorted(places, key=lambda place: (place[0], -place[1])):
        if start >= end:
            end = stop
            if text[start:stop] not in units:
                units.append(text[start:stop])
    return units


def _is_name(words: _Words, name: str) -> bool:
    return len(name) > 2 and words.not_in_names.search(words.proper.sub("", name)) is None
