"""What was done: actions write their entries here, and history reads them."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import QuerySet

from xuncha.security.models import TrailEntry, User

Change = tuple[models.Model, Mapping[str, Any] | None, Mapping[str, Any] | None]


def record(
    *,
    actor: User,
    act: str,
    thing: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    batch: uuid.UUID | None = None,
) -> TrailEntry:
    """Write one entry; called inside the transaction of the action, so that both stand or neither."""
    return record_many(actor=actor, act=act, changes=[(thing, before, after)], batch=batch)[0]


def record_many(
    *, actor: User, act: str, changes: Iterable[Change], batch: uuid.UUID | None = None
) -> list[TrailEntry]:
    """Write the entries of one act on many objects, in one batch."""
    batch = batch or uuid.uuid4()
    entries = [
        TrailEntry(
            batch=batch,
            actor=actor,
            act=act,
            object_kind=thing._meta.label_lower,
            object_id=thing.pk,
            before=None if before is None else plain(before),
            after=None if after is None else plain(after),
        )
        for thing, before, after in changes
    ]
    return TrailEntry.objects.bulk_create(entries, batch_size=1000)


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
    if isinstance(value, decimal.Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return value
