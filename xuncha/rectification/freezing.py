"""Frozen numbers: rows packed in one order, numbers counted from them, a digest of both, and the signed line."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidSignature

from xuncha.rectification.rates import share
from xuncha.security.keys import keyring

_HEAD: Final = "xuncha-figures 1"


class FrozenRow(NamedTuple):
    """One part: number of the finding, key of the unit, where it stands (`board.STOPS` or closed), whether late."""

    number: str
    unit: int
    place: str
    is_late: bool


def packed(rows: Iterable[FrozenRow]) -> bytes:
    """Rows as they are kept: sorted, so that the same rows are the same bytes before they are compressed."""
    return zlib.compress(_plain(rows))


def unpacked(kept: bytes) -> list[FrozenRow]:
    """The rows of a snapshot."""
    return [FrozenRow(*row) for row in json.loads(zlib.decompress(kept))]


def _plain(rows: Iterable[FrozenRow]) -> bytes:
    return json.dumps(sorted(list(row) for row in rows), ensure_ascii=False, separators=(",", ":")).encode()


def counted(rows: Iterable[FrozenRow], early: Iterable[str]) -> dict[str, Any]:
    """The numbers that rows tell; ``early``: places at which a part was not taken on."""
    there = list(rows)
    places = Counter(row.place for row in there)
    taken_on = len(there) - sum(places[place] for place in early)
    closed = places["closed"]
    return {
        "findings": len({row.number for row in there}),
        "units": len({row.unit for row in there}),
        "fed_back": len(there),
        "taken_on": taken_on,
        "closed": closed,
        "rate": share(closed, taken_on),
        "basically_done": places["basically_done"],
        "long_term": places["long_term"],
        "reopened": places["reopened"],
        "overdue": sum(row.is_late for row in there),
    }


def digest(figures: Mapping[str, Any], kept: bytes) -> str:
    """SHA-256 over the numbers and the rows."""
    words = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(words + b"\n" + zlib.decompress(kept)).hexdigest()


def signed(number: str, told: str, seq: int, at: str) -> str:
    """The line of a snapshot, signed by the key that signs anchors of the trail."""
    key = keyring().anchor
    public = key.public_key().public_bytes_raw().hex()
    words = f"{_HEAD} {number} {told} {seq} {at} {public}"
    return f"{words} {key.sign(words.encode('ascii')).hex()}"


def holds(line: str, number: str, told: str) -> bool:
    """Whether the line was signed here, for this number and this digest."""
    parts = line.split()
    if len(parts) != 8 or " ".join(parts[:2]) != _HEAD or parts[2:4] != [number, told]:
        return False
    public = keyring().anchor.public_key()
    if parts[6] != public.public_bytes_raw().hex():
        return False
    try:
        public.verify(bytes.fromhex(parts[7]), " ".join(parts[:7]).encode("ascii"))
    except (InvalidSignature, ValueError):
        return False
    return True
