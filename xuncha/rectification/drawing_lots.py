"""随机抽取: a draw that anybody can repeat with the seed and a tool that makes SHA-256.

Every candidate bears a name; its lot is the SHA-256 of ``SEED:NAME`` in UTF-8, in hex; drawn are those with the
smallest lots. The seed is the link of the trail's chain at the draw: nobody can choose it, and each draw leaves its
entry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def lot(seed: str, name: str) -> str:
    """The lot of a candidate."""
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()


def draw(seed: str, names: Iterable[str], number: int) -> list[str]:
    """The names drawn, the smallest lot first; all of them where there are not more."""
    return sorted(set(names), key=lambda name: lot(seed, name))[:number]


def digest(names: Iterable[str]) -> str:
    """SHA-256 over all candidates, one a line in order: who was in the pot is fixed with it."""
    return hashlib.sha256("\n".join(sorted(set(names))).encode()).hexdigest()
