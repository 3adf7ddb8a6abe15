"""疑似重复: whether two statements are one problem, said by two hands.

Three steps, from a ledger of any size down to the few that a person looks at:

- `sketch` gives a few keys of a statement, stored in an indexed table when a finding is written;
- `probes` gives the keys of a new statement to look up there: who shares one is a candidate. The more keys a
  candidate shares, the likelier it is;
- `likeness` compares the words of two candidates; from ``likely`` in the vocabulary on a person should look.

Keys of different ``scope`` never meet: that of a finding is its round and its unit, see `scope`. Only then do
candidates stay few where thirty units have been written of in the same official phrases for years; the same words in
a later round are no duplicate but a problem that came back.

Pure: no database here. What words count is data (`xuncha/vocabulary/similarity.toml`); how well it works was measured
(docs/similarity.md). A changed vocabulary changes the keys: stored ones are then made anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import pairwise
from math import log
from typing import Any, Final, NamedTuple

from rapidfuzz import fuzz

from xuncha.vocabulary import load

STORED_KEYS: Final = 6
LOOKED_UP_KEYS: Final = 32
COMMON: Final = 0.5
GRADE: Final = 0.5
_KEY_BITS: Final = (1 << 63) - 1
# Spreads the keys of a unit over all 63 bits: an odd number without a pattern.
_SPREAD: Final = 0x9E3779B97F4A7C15

_DIGITS: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIADS: Final = {"万": 10_000, "亿": 100_000_000, "": 1}
_FIRST_YEAR: Final = 1900


class Shared(NamedTuple):
    """A stretch that two statements share; places are offsets into each as it was given, end exclusive."""

    words: str
    first: tuple[int, int]
    second: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is compared of a statement: its words without what announces or grades, its numbers and names.

    ``clauses`` are the words between what was passed over; ``pairs`` their pairs of signs with the weight of each;
    ``grades`` the words that only say it falls short; ``weight`` what pairs and grades weigh together;
    ``numbers`` are (value in base units, what it counts); ``names`` the last signs of places and bodies.
    """

    plain: str
    clauses: tuple[str, ...]
    pairs: Mapping[str, float]
    grades: frozenset[str]
    weight: float
    numbers: frozenset[tuple[float, str]]
    names: frozenset[str]

    @property
    def words(self) -> str:
        return "".join(self.clauses)


class _Words:
    """The vocabulary, ready for use."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.likely = float(data["likely"])
        self.sure = float(data["sure"])
        self._stands_for = {word: group[0] for group in data["same"] for word in group}
        self._stands_for |= dict.fromkeys(data["stop"], "|")
        self._grades = {word: group[0] for group in data["grade"] for word in group}
        self._stands_for |= dict.fromkeys(self._grades, "|")
        self._known = re.compile("|".join(map(re.escape, sorted(self._stands_for, key=len, reverse=True))))
        self._counted = {sign: kind for kind, signs in data["measures"].items() for sign in signs}
        signs = "|".join(map(re.escape, sorted(self._counted, key=len, reverse=True)))
        figures = "".join(_DIGITS) + "".join(_TENS)
        self._number = re.compile(rf"(\d[\d,]*(?:\.\d+)?|[{figures}]+)(万|亿|)({signs})")
        ends = "|".join(map(re.escape, data["names"]["ends"]))
        common = "|".join(map(re.escape, data["names"]["common"]))
        self._name = re.compile(rf"(?!{common})[\u4e00-\u9fff]{{2}}(?:{ends})")
        self._common = {pair for word in data["common"] for pair in _pairs(word)}

    def prepare(self, text: str) -> Prepared:
        plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
        numbers = {self._number_of(match) for match in self._number.finditer(plain)}
        bare = self._number.sub("|", plain)
        graded: set[str] = set()
        said = self._known.sub(lambda match: self._read(match[0], graded), bare)
        clauses = tuple(clause for clause in re.split(r"[^\u3400-\u9fffa-z]+", said) if clause)
        pairs = {pair: COMMON if pair in self._common else 1.0 for clause in clauses for pair in _pairs(clause)}
        return Prepared(
            re.sub(r"[\W_]+", "", plain),
            clauses,
            pairs,
            frozenset(graded),
            sum(pairs.values()) + GRADE * len(graded),
            frozenset(number for number in numbers if number is not None),
            frozenset(self._name.findall(bare)),
        )

    def _read(self, word: str, graded: set[str]) -> str:
        if word in self._grades:
            graded.add(self._grades[word])
        return str(self._stands_for[word])

    def _number_of(self, match: re.Match[str]) -> tuple[float, str] | None:
        """Value and what it counts; null for a year and for "a certain", which tell nothing of the amount."""
        figures, myriads, sign = match.groups()
        value = _value(figures) * _MYRIADS[myriads]
        kind = self._counted[sign]
        if figures == "一" or (kind == "年" and value >= _FIRST_YEAR):
            return None
        return round(value, 4), kind


def _value(figures: str) -> float:
    if figures[0].isdigit() and figures[0].isascii():
        return float(figures.replace(",", ""))
    total = digit = 0
    for sign in figures:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total += (digit or 1) * _TENS[sign]
            digit = 0
    return float(total + digit)


def _pairs(clause: str) -> list[str]:
    return [a + b for a, b in pairwise(clause)]


@cache
def _words() -> _Words:
    return _Words(load("similarity"))


@lru_cache(maxsize=50_000)
def prepare(text: str) -> Prepared:
    """What is compared of a statement; kept for the next comparison."""
    return _words().prepare(text)


def likely() -> float:
    """From this likeness on two statements may be one problem."""
    return _words().likely


def sure() -> float:
    """From this likeness on two statements hardly differ."""
    return _words().sure


def scope(round_id: int, unit_id: int | None) -> int:
    """Where a finding is compared: among those of its unit in its round; unit null: among the joint ones."""
    return (round_id << 32) + (unit_id or 0)


def sketch(text: str, scope: int = 0) -> tuple[int, ...]:
    """At most six keys to store; near-duplicates mostly share one. Empty if nothing is said."""
    return _keys(text, scope, STORED_KEYS)


def probes(text: str, scope: int = 0) -> tuple[int, ...]:
    """The keys by which to look up stored ones: all that `sketch` would give, and more."""
    return _keys(text, scope, LOOKED_UP_KEYS)


def _keys(text: str, scope: int, most: int) -> tuple[int, ...]:
    single, combined = _ranked(text)
    combined = combined[: most // 3]
    apart = salt(scope)
    chosen = single[: most - len(combined)] + combined
    return tuple(dict.fromkeys(key ^ apart for _, key in chosen))


@lru_cache(maxsize=10_000)
def _ranked(text: str) -> tuple[list[tuple[float, int]], list[tuple[float, int]]]:
    """The features of a statement by rank, single ones and combined ones, as many as are ever asked for.

    Kept: a statement that comes in is looked up by them and then stored under them.
    """
    prepared = prepare(text)
    single = {_rank(pair, weight) for pair, weight in prepared.pairs.items()}
    single |= {_rank(f"{value:g}{kind}", 2.0) for value, kind in prepared.numbers if _is_telling(value, kind)}
    if not single and prepared.plain:
        single = {_rank(prepared.plain, 1.0)}
    # What falls short and how, together: tells apart what a unit has much of.
    combined = sorted(
        _rank(f"{pair} {grade}", weight) for pair, weight in prepared.pairs.items() for grade in prepared.grades
    )
    most = max(STORED_KEYS, LOOKED_UP_KEYS)
    return sorted(single)[:most], combined[:most]


def salt(scope: int) -> int:
    """What sets the keys of a scope apart: the key of scope 0, exclusive or this, is the key of the scope."""
    return scope * _SPREAD & _KEY_BITS


def _is_telling(value: float, kind: str) -> bool:
    """An amount, or a count of three figures: seldom the same by chance."""
    return kind == "元" or value >= 100


@lru_cache(maxsize=100_000)
def _rank(feature: str, weight: float) -> tuple[float, int]:
    """Rank and key of a feature: the same everywhere, so that two statements pick the same ones of what they share.

    The rank is drawn from an exponential law of the weight: heavier features come first more often.
    """
    digest = blake2b(feature.encode(), digest_size=16).digest()
    key, draw = int.from_bytes(digest[:8]) & _KEY_BITS, int.from_bytes(digest[8:])
    return -log((draw + 1) / (1 << 64)) / weight**2, key


def likeness(a: str, b: str) -> float:
    """How alike two statements are: 0 nothing in common, 1 the same but for signs and width. Symmetric."""
    return likeness_of(prepare(a), prepare(b))


def likeness_of(a: Prepared, b: Prepared) -> float:
    """`likeness` of statements that were prepared, for comparing one with many.

    The means of four views: pairs of signs that both have (of all, and of the shorter), the order of the words, and
    whether one stands in the other. The same amounts speak for one problem, other amounts or places for two.
    """
    if a.plain == b.plain:
        return 1.0
    if not (a.clauses and b.clauses):
        return fuzz.ratio(a.plain, b.plain) / 100 * _words().likely
    shared = sum(weight for pair, weight in a.pairs.items() if pair in b.pairs)
    shared += GRADE * len(a.grades & b.grades)
    less, all_ = min(a.weight, b.weight), a.weight + b.weight
    same_amounts = not a.numbers.isdisjoint(b.numbers)
    if not shared and not same_amounts:
        return 0.0
    # The shorter first: to look for one in the other is no symmetric question.
    one, other = sorted((a, b), key=lambda each: (len(each.words), each.words))
    order = max(fuzz.ratio(one.words, other.words), fuzz.ratio(_sorted(one), _sorted(other))) / 100
    part = fuzz.partial_ratio(one.words, other.words) / 100
    alike = 0.35 * (2 * shared / all_ if all_ else order) + 0.25 * (shared / less if less else order)
    alike += 0.25 * order + 0.15 * part
    if same_amounts:
        telling = any(_is_telling(*number) for number in a.numbers & b.numbers)
        alike += (0.3 if telling else 0.1) * (1 - alike)
    elif not {kind for _, kind in a.numbers}.isdisjoint(kind for _, kind in b.numbers):
        alike *= 0.85
    if a.grades and b.grades and a.grades.isdisjoint(b.grades):
        alike *= 0.85
    if a.names and b.names and a.names.isdisjoint(b.names):
        alike *= 0.7
    return min(alike, 0.99)


def _sorted(prepared: Prepared) -> str:
    return "".join(sorted(prepared.clauses))


def why(a: str, b: str, shortest: int = 2) -> list[Shared]:
    """The stretches that two statements share, for showing; longest first found, given in the order of the first.

    Stretches do not overlap. Punctuation, space, width and case make no difference; ``shortest`` counts letters.
    """
    first, second = _lettered(a), _lettered(b)
    found: list[Shared] = []
    taken_a, taken_b = [False] * len(first), [False] * len(second)
    while True:
        length, i, j = _longest(first, second, taken_a, taken_b)
        if length < shortest:
            break
        taken_a[i : i + length] = [True] * length
        taken_b[j : j + length] = [True] * length
        span_a = first[i][1], first[i + length - 1][1] + 1
        span_b = second[j][1], second[j + length - 1][1] + 1
        found.append(Shared(a[slice(*span_a)], span_a, span_b))
    return sorted(found, key=lambda shared: shared.first)


def _lettered(text: str) -> list[tuple[str, int]]:
    """Letters and digits as they are compared, each with its place in the text."""
    return [
        (sign, place)
        for place, given in enumerate(text)
        for sign in unicodedata.normalize("NFKC", given).lower()
        if sign.isalnum()
    ]


def _longest(
    first: list[tuple[str, int]], second: list[tuple[str, int]], taken_a: list[bool], taken_b: list[bool]
) -> tuple[int, int, int]:
    """Length and places of the longest stretch that both have and that is not taken yet."""
    best = (0, 0, 0)
    before = [0] * (len(second) + 1)
    for i, (sign, _) in enumerate(first):
        row = [0] * (len(second) + 1)
        if not taken_a[i]:
            for j, (other, _) in enumerate(second):
                if sign == other and not taken_b[j]:
                    length = row[j + 1] = before[j] + 1
                    if length > best[0]:
                        best = (length, i - length + 1, j - length + 1)
        before = row
    return best
