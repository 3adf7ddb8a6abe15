"""The chain of the trail: each entry's link is the digest of the link before it and of all that the entry says openly.

What it says in confidence enters by its commitment (see `payloads`). A change, a missing or a swapped entry breaks the
chain where it stands; a tail that was made anew or cut off shows against an anchor (see `anchors`).
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import connection

from xuncha.security.digests import DIGESTS
from xuncha.security.models import TrailEntry, TrailHead
from xuncha.security.payloads import opened, unwrapped
from xuncha.security.sealing import Unreadable

SEED: Final = b"xuncha trail 1"
# What an entry says openly, in the order in which it enters its link.
_OPEN: Final = ("seq", "batch", "at", "actor_id", "role", "way", "address", "act", "object_kind", "object_id", "digest")
_COLUMNS: Final = (*_OPEN, "commitment", "link", "payload")
_PORTION: Final = 2000
STRETCH: Final = 10_000
"""Entries that are checked before the progress is told; the least that a process of its own is given."""
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Verdict:
    """What a check of the trail found. ``broken`` is the first entry (its seq) that does not hold, null where all do.

    ``code``: gap, link, payload, key, head, anchor, cut; empty where all holds. ``unread`` counts the entries whose
    object's key was destroyed: they hold by their commitment.
    """

    checked: int
    broken: int | None = None
    code: str = ""
    unread: int = 0

    @property
    def holds(self) -> bool:
        return self.broken is None


@dataclass(frozen=True)
class Stretch:
    """What a check of a part of the trail found: behind which entry it begins, the link of that, and the last link."""

    verdict: Verdict
    first: int
    behind: bytes
    link: bytes


def link_of(before: bytes, entry: TrailEntry) -> bytes:
    """The link of an entry that follows the link ``before``."""
    return _link(before, [getattr(entry, name) for name in _OPEN], bytes(entry.commitment))


def _link(before: bytes, said: Sequence[Any], commitment: bytes) -> bytes:
    seq, batch, at, *rest = said
    # Microseconds: what both databases keep of a moment.
    words = [seq, batch.hex, int(at.timestamp() * 1_000_000 + 0.5), *rest]
    text = _JSON.encode(words).encode()
    return DIGESTS[rest[-1]](b"\x00".join((before or SEED, text, commitment)))


def verify(
    anchors: Mapping[int, bytes] = {},
    said: Callable[[int], None] | None = None,
    newest: int | None = None,
    processes: int = 1,
) -> Verdict:
    """Check every entry from the first. ``anchors`` maps seq to the link that was signed; ``said`` hears the progress.

    One pass, memory bounded. The first entry that does not hold ends it. With ``newest`` only so many are checked, at
    the end; those before are believed, and ``checked`` counts them too. With several ``processes`` stretches of the
    trail are checked side by side, which is to be asked for only where the program may start others like itself.
    """
    # Entries written while the check runs are left to the next one.
    until, ends_with = head()
    first = until - newest if newest is not None and until > newest else 0
    unread, last, link = 0, first, None if first else b""
    for stretch in stretches(first, until, anchors, processes):
        if stretch.first != last:
            # The end is missing: there is nothing that this stretch could stand on.
            break
        if link is not None and stretch.behind != link:
            # The stretch leans on an entry that was another one when the stretch before it ended.
            return Verdict(last, last + 1, "link", unread)
        unread, last, link = unread + stretch.verdict.unread, stretch.verdict.checked, stretch.link
        if not stretch.verdict.holds:
            return replace(stretch.verdict, unread=unread)
        if said is not None:
            said(last)
    if last != until or (link or b"") != ends_with or TrailEntry.objects.filter(seq__gt=head()[0]).exists():
        return Verdict(last, last + 1, "head", unread)
    if anchors and max(anchors) > last:
        return Verdict(last, last + 1, "cut", unread)
    return Verdict(last, unread=unread)


def stretches(first: int, until: int, anchors: Mapping[int, bytes], processes: int) -> Iterator[Stretch]:
    """The stretches of the entries after ``first``, checked, in their order."""
    bounds = [(last, min(last + STRETCH, until)) for last in range(first, until, STRETCH)]
    signed: list[dict[int, bytes]] = [{} for _ in bounds]
    for seq, link in anchors.items():
        if first < seq <= until:
            signed[(seq - first - 1) // STRETCH][seq] = link
    asked = [(last, to, mine) for (last, to), mine in zip(bounds, signed, strict=True)]
    if processes > 1 and len(asked) > 1:
        from xuncha.security.side_by_side import checked

        yield from checked(asked, processes)
    else:
        yield from (check_stretch(*one) for one in asked)


def check_stretch(first: int, until: int, anchors: Mapping[int, bytes]) -> Stretch:
    """Check the entries after ``first`` up to ``until``; the entry ``first`` itself is believed."""
    behind = bytes(TrailEntry.objects.filter(seq=first).values_list("link", flat=True).first() or b"")
    before, last, unread = behind, first, 0

    def ended(broken: int | None = None, code: str = "") -> Stretch:
        return Stretch(Verdict(last, broken, code, unread), first, behind, before)

    for row in _rows(first, until):
        *said_openly, commitment, link, payload, wrapped = row
        seq, digest = said_openly[0], said_openly[-1]
        if seq != last + 1:
            return ended(last + 1, "gap")
        if digest not in DIGESTS or _link(before, said_openly, commitment) != link:
            return ended(seq, "link")
        if wrapped is None:
            unread += 1
        else:
            try:
                key = unwrapped(wrapped)
            except Unreadable:
                return ended(seq, "key")
            try:
                if DIGESTS[digest](opened(seq, payload, key)) != commitment:
                    return ended(seq, "payload")
            except Unreadable:
                return ended(seq, "payload")
        if anchors.get(seq, link) != link:
            return ended(seq, "anchor")
        before, last = link, seq
    if last != until and TrailEntry.objects.filter(seq__gt=until).exists():
        return ended(last + 1, "gap")
    return ended()


def head() -> tuple[int, bytes]:
    """Where the trail stands: the last entry's seq and link; 0 and nothing before the first."""
    row = TrailHead.objects.filter(pk=1).first()
    # Without its head the trail ends nowhere; the check then says that the head is broken.
    return (row.seq, bytes(row.link)) if row is not None else (-1, b"")


def _rows(last: int, until: int) -> Iterator[tuple[Any, ...]]:
    """Every entry after ``last`` with its wrapped key, in order, past the models: a million within the minute."""
    columns = ", ".join(f"e.{column}" for column in _COLUMNS)
    sqlite = connection.vendor == "sqlite"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns}, k.wrapped FROM security_trailentry e JOIN security_objectkey k ON k.id = e.key_id"
                " WHERE e.seq > %s AND e.seq <= %s ORDER BY e.seq LIMIT %s",
                (last, until, _PORTION),
            )
            rows = cursor.fetchall()
        yield from (_of_sqlite(row) if sqlite else _of_postgresql(row) for row in rows)
        if len(rows) < _PORTION:
            return
        last = rows[-1][0]


def _of_sqlite(row: tuple[Any, ...]) -> tuple[Any, ...]:
    seq, batch, at, *rest = row
    moment = datetime.datetime.fromisoformat(at) if isinstance(at, str) else at
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return (seq, uuid.UUID(batch), moment, *rest)


def _of_postgresql(row: tuple[Any, ...]) -> tuple[Any, ...]:
    *open_fields, commitment, link, payload, wrapped = row
    return (
        *open_fields, bytes(commitment), bytes(link), bytes(payload), None if wrapped is None else bytes(wrapped),
    )  # fmt: skip
