"""疑似重复: which findings of the ledger new statements may repeat, for thousands of them at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from django.db import connections, router

from xuncha.findings import similarity
from xuncha.findings.models import Finding, FindingSketch
from xuncha.findings.workflow import CURRENT

CANDIDATES: Final = 6
"""Findings that are compared with a statement, those with the rarest common keys."""
HOLDERS: Final = 200
"""A key that more findings of a unit bear says too little; it is passed over."""


class Statement(NamedTuple):
    """A statement to look for: the round and unit (null: joint) among whose findings it may stand."""

    round_id: int
    unit_id: int | None
    words: str


class Alike(NamedTuple):
    """A finding that may be meant, and how like it is (0–1)."""

    finding_id: int
    likeness: float


def nearest(statements: Sequence[Statement]) -> list[Alike | None]:
    """For each statement the likest current finding of its round and unit; null where none is likely the same.

    Two queries, however many statements there are.
    """
    asked = [similarity.probes(each.words, similarity.scope(each.round_id, each.unit_id)) for each in statements]
    holders = _holders({key for keys in asked for key in keys})
    candidates = [_rarest(keys, holders) for keys in asked]
    words = _words({pk for found in candidates for pk in found})
    return [
        _likest(statement.words, [(pk, words[pk]) for pk in found if pk in words])
        for statement, found in zip(statements, candidates, strict=True)
    ]


def _holders(keys: set[int]) -> dict[int, list[int]]:
    """The findings that bear each key."""
    found: dict[int, list[int]] = {}
    for key, finding in _pairs(sorted(keys)) if keys else ():
        found.setdefault(key, []).append(finding)
    return found


def _pairs(keys: list[int]) -> list[tuple[int, int]]:
    connection = connections[router.db_for_read(FindingSketch)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT key, finding_id FROM findings_findingsketch WHERE key = ANY(%s)", [keys])
        else:
            # As many keys as there are, without the bound on parameters.
            cursor.execute(
                "SELECT key, finding_id FROM findings_findingsketch WHERE key IN (SELECT value FROM json_each(%s))",
                [json.dumps(keys)],
            )
        pairs: list[tuple[int, int]] = cursor.fetchall()
        return pairs


def _rarest(keys: Iterable[int], holders: dict[int, list[int]]) -> list[int]:
    """The findings that share most and rarest keys with a statement, the likeliest first."""
    worth: dict[int, float] = {}
    for key in keys:
        held = holders.get(key)
        if held is not None and len(held) <= HOLDERS:
            share = 1.0 / (len(held) + 5)
            for finding in held:
                worth[finding] = worth.get(finding, 0.0) + share
    return sorted(worth, key=lambda finding: (-worth[finding], finding))[:CANDIDATES]


def _words(keys: set[int]) -> dict[int, str]:
    """The statements of those that are in the ledger still."""
    if not keys:
        return {}
    connection = connections[router.db_for_read(Finding)]
    states = ", ".join(f"'{state}'" for state in sorted(CURRENT))
    asked = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, statement FROM findings_finding WHERE id {asked} AND state IN ({states})",
            [sorted(keys) if connection.vendor == "postgresql" else json.dumps(sorted(keys))],
        )
        return dict(cursor.fetchall())


def _likest(words: str, candidates: list[tuple[int, str]]) -> Alike | None:
    prepared, likely = similarity.prepare(words), similarity.likely()
    best: Alike | None = None
    for pk, statement in candidates:
        alike = similarity.likeness_of(prepared, similarity.prepare(statement))
        if alike >= likely and (best is None or alike > best.likeness):
            best = Alike(pk, alike)
            if alike == 1.0:
                # Word for word the same: none can be liker.
                break
    return best
