"""What was done: actions write their entries here, and history reads them."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from xuncha.security import chain, circumstances, payloads, policy
from xuncha.security.digests import keyed
from xuncha.security.keys import keyring
from xuncha.security.models import ObjectKey, TrailEntry, TrailHead, User
from xuncha.security.sealing import new_key

BATCH: Final = 500

Change = tuple[models.Model, Mapping[str, Any] | None, Mapping[str, Any] | None]


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
    return record_many(actor=actor, act=act, changes=[(thing, before, after)], reason=reason, batch=batch)[0]


def record_many(
    *,
    actor: User | None,
    act: str,
    changes: Iterable[Change],
    reason: str = "",
    batch: uuid.UUID | None = None,
) -> list[TrailEntry]:
    """Write the entries of one act on many objects, in one batch.

    The head of the chain is held until the transaction ends: of two writers one waits. ``actor`` is null only for what
    nobody did under an account, such as a sign-in that failed.
    """
    told = [
        (
            (thing._meta.label_lower, int(thing.pk)),
            {
                "before": None if before is None else plain(before),
                "after": None if after is None else plain(after),
                **({"reason": reason} if reason else {}),
            },
        )
        for thing, before, after in changes
    ]
    return write(told, actor=actor, act=act, batch=batch or uuid.uuid4())


def write(
    told: Sequence[tuple[tuple[str, int], dict[str, Any]]], *, actor: User | None, act: str, batch: uuid.UUID
) -> list[TrailEntry]:
    """Put entries behind the last one of the chain: pairs of object (kind, key) and what is told of it."""
    if not told:
        return []
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The trail is written inside the transaction of the action.")
    head = TrailHead.objects.select_for_update().get(pk=1)
    keys = _keys({thing for thing, _ in told})
    where, role, now = circumstances.now(), _role_of(actor, act), timezone.now()
    link, digest = bytes(head.link), settings.TRAIL_DIGEST
    entries = []
    for seq, (thing, words) in enumerate(told, start=head.seq + 1):
        key, raw = keys[thing]
        payload, commitment = payloads.laid_down(seq, words, raw, digest)
        entry = TrailEntry(
            seq=seq, batch=batch, at=now, actor=actor, role=role, way=where.way, address=where.address, act=act,
            object_kind=thing[0], object_id=thing[1], key=key, payload=payload, digest=digest, commitment=commitment,
        )  # fmt: skip
        link = entry.link = chain.link_of(link, entry)
        entries.append(entry)
    TrailEntry.objects.bulk_create(entries, batch_size=BATCH)
    TrailHead.objects.filter(pk=1).update(seq=entries[-1].seq, link=link)
    return entries


def _keys(things: set[tuple[str, int]]) -> dict[tuple[str, int], tuple[ObjectKey, bytes]]:
    """The keys of objects, made for those that have none in use."""
    found: dict[tuple[str, int], tuple[ObjectKey, bytes]] = {}
    by_kind: dict[str, list[int]] = {}
    for kind, key in things:
        by_kind.setdefault(kind, []).append(key)
    for kind, ids in by_kind.items():
        for i in range(0, len(ids), BATCH):
            in_use = ObjectKey.objects.filter(object_kind=kind, object_id__in=ids[i : i + BATCH], wrapped__isnull=False)
            for row in in_use:
                found[kind, row.object_id] = (row, payloads.unwrapped(bytes(row.wrapped or b"")))
    ring = keyring()
    missing = sorted(things - found.keys())
    raws = [new_key() for _ in missing]
    made = ObjectKey.objects.bulk_create(
        [
            ObjectKey(object_kind=kind, object_id=key, wrapped=ring.wrap(raw))
            for (kind, key), raw in zip(missing, raws, strict=True)
        ],
        batch_size=BATCH,
    )
    found.update({thing: (row, raw) for thing, row, raw in zip(missing, made, raws, strict=True)})
    return found


def _role_of(actor: User | None, act: str) -> str:
    return "" if actor is None else policy.role_used(actor)


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
