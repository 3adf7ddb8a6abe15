"""What was done: actions write their entries here, and history reads them."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain as chained
from itertools import islice
from typing import Any, Final

from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from xuncha.security import bulk, chain, circumstances, payloads, policy
from xuncha.security.digests import keyed
from xuncha.security.keys import keyring
from xuncha.security.models import ObjectKey, TrailEntry, TrailHead, User
from xuncha.security.retention.kinds import require_term
from xuncha.security.sealing import new_key

BATCH: Final = 500

Change = tuple[models.Model, Mapping[str, Any] | None, Mapping[str, Any] | None]
"""An object, and of what changed how it was and how it is; null before: it came into being."""
Told = tuple[tuple[str, int], dict[str, Any]]
"""An object (kind, key) and what is told of it."""


@dataclass(frozen=True)
class Sealed:
    """A value that is sealed where it is kept: it enters the trail as a keyed HMAC, telling only whether it changed."""

    value: str

    def __str__(self) -> str:
        return "hmac:" + keyed(keyring().values, self.value.encode()).hex()


def record(
    *,
    actor: User | None,
    act: str,
    thing: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    batch: uuid.UUID | None = None,
) -> TrailEntry:
    """Write one entry; called inside the transaction of the action, so that both stand or neither."""
    told = _told((thing, before, after), reason)
    return write([told], actor=actor, act=act, batch=batch or uuid.uuid4())


def record_many(
    *,
    actor: User | None,
    act: str,
    changes: Iterable[Change],
    reason: str = "",
    batch: uuid.UUID | None = None,
) -> None:
    """Write the entries of one act on many objects, in one batch; ``changes`` may come one by one.

    The head of the chain is held until the transaction ends: of two writers one waits. ``actor`` is null only for what
    nobody did under an account, such as a sign-in that failed.
    """
    told = (_told(change, reason) for change in changes)
    first = next(told, None)
    if first is not None:
        write(chained([first], told), actor=actor, act=act, batch=batch or uuid.uuid4())


def _told(change: Change, reason: str) -> Told:
    thing, before, after = change
    words: dict[str, Any] = {
        "before": None if before is None else plain(before),
        "after": None if after is None else plain(after),
    }
    if reason:
        words["reason"] = reason
    return (thing._meta.label_lower, int(thing.pk)), words


def write(told: Iterable[Told], *, actor: User | None, act: str, batch: uuid.UUID) -> TrailEntry:
    """Put at least one entry behind the last one of the chain; the last one of them."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The trail is written inside the transaction of the action.")
    head = TrailHead.objects.select_for_update().get(pk=1)
    where, role, now = circumstances.now(), policy.role_used(actor) if actor else "", timezone.now()
    seq, link, digest = head.seq, bytes(head.link), settings.TRAIL_DIGEST
    rest = iter(told)
    while portion := list(islice(rest, BATCH)):
        keys = _keys({thing for thing, _ in portion})
        entries = []
        for thing, words in portion:
            seq += 1
            key, raw = keys[thing]
            payload, commitment = payloads.laid_down(seq, words, raw, digest)
            entry = TrailEntry(
                seq=seq, batch=batch, at=now, actor_id=actor.pk if actor else None, role=role, way=where.way,
                address=where.address, act=act, object_kind=thing[0], object_id=thing[1], key_id=key, payload=payload,
                digest=digest, commitment=commitment,
            )  # fmt: skip
            link = entry.link = chain.link_of(link, entry)
            entries.append(entry)
        bulk.insert_objects(entries)
    TrailHead.objects.filter(pk=1).update(seq=seq, link=link)
    return entries[-1]


def _keys(things: set[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, bytes]]:
    """The keys of objects (of the row, and the key itself), made for those that have none in use."""
    found: dict[tuple[str, int], tuple[int, bytes]] = {}
    by_kind: dict[str, list[int]] = {}
    for kind, key in things:
        by_kind.setdefault(kind, []).append(key)
    for kind, ids in by_kind.items():
        for i in range(0, len(ids), BATCH):
            in_use = ObjectKey.objects.filter(object_kind=kind, object_id__in=ids[i : i + BATCH], wrapped__isnull=False)
            for row, key, wrapped in in_use.values_list("pk", "object_id", "wrapped"):
                found[kind, key] = (row, payloads.unwrapped(bytes(wrapped or b"")))
    ring = keyring()
    missing = sorted(things - found.keys())
    for kind in {kind for kind, _key in missing}:
        require_term(kind)
    raws = [new_key() for _ in missing]
    made = [
        ObjectKey(object_kind=kind, object_id=key, wrapped=ring.wrap(raw))
        for (kind, key), raw in zip(missing, raws, strict=True)
    ]
    bulk.insert_objects(made)
    found.update({thing: (row.pk, raw) for thing, row, raw in zip(missing, made, raws, strict=True)})
    return found


def history_of(thing: models.Model) -> QuerySet[TrailEntry]:
    """All entries of one object, newest first."""
    return (
        TrailEntry.objects.filter(object_kind=thing._meta.label_lower, object_id=thing.pk)
        .select_related("actor")
        .order_by("-id")
    )


def batch_entries(batch: uuid.UUID) -> QuerySet[TrailEntry]:
    """All that one act did, in order."""
    return TrailEntry.objects.filter(batch=batch).order_by("id")


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON can hold them: dates in ISO form, decimals as words, objects by key."""
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | uuid.UUID | Sealed):
        return str(value)
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return value
