"""Where one finding may be two: the places in its words at which it can be cut, and the likeliest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from xuncha.vocabulary import load

_CLAUSE_END = re.compile(r"[，,；;。：:！？!?][”’）)]?")
_OUTER = " \t\n，,；;。：:、"


@dataclass(frozen=True, order=True)
class Place:
    """A cut before character ``offset`` of a piece: piece 0 is the statement, the further ones its facts."""

    piece: int
    offset: int


@dataclass(frozen=True)
class Half:
    """One of the two findings that a cut gives: statement and facts, each ``{"text", "start", "end", "page"}``."""

    statement: dict[str, Any]
    evidence: list[dict[str, Any]]


@cache
def unsure_below() -> float:
    """The confidence below which a person should look at a finding by itself."""
    return float(load("review")["unsure_below"])


@cache
def two_at_most() -> float:
    """The confidence that a finding which looks like two has at most."""
    return float(load("review")["two_at_most"])


@cache
def _words() -> tuple[int, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    split = load("review")["split"]
    return int(split["least"]), tuple(split["strong"]), tuple(split["weak"]), tuple(split["joints"])


def places(pieces: Sequence[str]) -> list[Place]:
    """Every place at which a finding can be cut: between its facts, and after each clause."""
    least = _words()[0]
    found = []
    for number, text in enumerate(pieces):
        if number:
            found.append(Place(number, 0))
        for mark in _CLAUSE_END.finditer(text):
            if mark.end() >= least and len(text) - mark.end() >= least:
                found.append(Place(number, mark.end()))
    return found


def suggested(pieces: Sequence[str]) -> Place | None:
    """The likeliest place; null where it cannot be cut."""
    strong = looks_like_two(pieces)
    if strong is not None:
        return strong
    possible = places(pieces)
    for word in _words()[2]:
        for place in possible:
            if place.piece == 0 and pieces[0].startswith(word, place.offset - 1):
                return place
    between = [place for place in possible if place.offset == 0 and place.piece > 1]
    return between[0] if between else possible[0] if possible else None


def looks_like_two(pieces: Sequence[str]) -> Place | None:
    """The place in the statement at which a second finding seems to begin; null where it looks like one."""
    possible = [place for place in places(pieces[:1]) if place.piece == 0]
    for word in _words()[1]:
        for place in possible:
            if pieces[0].startswith(word, place.offset - 1):
                return place
    return None


def joint_at(text: str, offset: int) -> str:
    """The word that joins two findings at a place, such as 且; empty where a mark alone does."""
    return next((word for word in _words()[3] if text.startswith(word, offset)), "")


def cut(pieces: Sequence[Mapping[str, Any]], place: Place) -> tuple[Half, Half] | None:
    """The two findings that a cut gives, facts going to the one whose words they repeat; null: no such place."""
    if place not in places([str(piece["text"]) for piece in pieces]):
        return None
    if place.offset == 0:
        first, second = list(pieces[1 : place.piece]), list(pieces[place.piece :])
        return Half(dict(pieces[0]), _all(first)), Half(dict(second[0]), _all(second[1:]))
    left, right = _parts(pieces[place.piece], place.offset)
    if place.piece:
        return (
            Half(dict(pieces[0]), [*_all(pieces[1 : place.piece]), left]),
            Half(right, _all(pieces[place.piece + 1 :])),
        )
    ahead: list[dict[str, Any]] = []
    behind: list[dict[str, Any]] = []
    for fact in pieces[1:]:
        # A fact that repeats neither most likely says more of what stood last.
        near = _shared(fact["text"], left["text"]) > _shared(fact["text"], right["text"])
        (ahead if near and not behind else behind).append(dict(fact))
    return Half(left, ahead), Half(right, behind)


def _all(pieces: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(piece) for piece in pieces]


def _parts(piece: Mapping[str, Any], offset: int) -> tuple[dict[str, Any], dict[str, Any]]:
    text = str(piece["text"])
    left_end = len(text[:offset].rstrip(_OUTER))
    right_start = len(text) - len(text[offset:].lstrip(_OUTER))
    for joint in _words()[3]:
        if text.startswith(joint, right_start) and len(text) - right_start - len(joint) >= _words()[0]:
            right_start += len(joint)
            right_start += len(text[right_start:]) - len(text[right_start:].lstrip(_OUTER))
            break
    return part(piece, 0, left_end), part(piece, right_start, len(text))


def part(piece: Mapping[str, Any], start: int, end: int) -> dict[str, Any]:
    """A stretch of a piece. It keeps its place in the paper while the words are still those of the paper."""
    text, first, last = str(piece["text"]), piece.get("start"), piece.get("end")
    whole = first is not None and last is not None and last - first == len(text)
    return {
        "text": text[start:end],
        "start": first + start if whole and first is not None else None,
        "end": first + end if whole and first is not None else None,
        "page": piece.get("page"),
    }


def _shared(one: str, other: str) -> int:
    pairs = {one[i : i + 2] for i in range(len(one) - 1)}
    return sum(other[i : i + 2] in pairs for i in range(len(other) - 1))
