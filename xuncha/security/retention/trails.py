"""The readable part of the trail as a record with a term: its keys go, the entries stay and prove the chain."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuncha.security.models import ObjectKey, OpeningRequest, TrailEntry, User
from xuncha.security.opening.workflow import OpeningState
from xuncha.security.retention.kinds import Gone, RecordKind


class TrailKind(RecordKind):
    """What the trail says in confidence of one kind of objects. ``objects``: the kinds of objects it is told of."""

    objects: tuple[str, ...] = ()
    what = _(
        "The keys of these entries go: nobody reads any more what they told. Who did what when, and the chain, stay."
    )
    events: Mapping[str, Any] = {"last_entry": _("The last entry about the object")}
    portion = 500

    def due(self, event: str, before: datetime.datetime) -> QuerySet[Any]:
        later = TrailEntry.objects.filter(key=OuterRef("pk"), at__gte=before)
        return ObjectKey.objects.filter(~Exists(later), object_kind__in=self.objects, wrapped__isnull=False)

    def named(self, rows: Sequence[Any]) -> list[str]:
        return [f"{row.object_kind}:{row.object_id}" for row in rows]

    def destroy(self, rows: Sequence[Any]) -> list[Gone]:
        gone = [
            Gone(row.pk, name, hashlib.sha256(bytes(row.wrapped)).hexdigest())
            for row, name in zip(rows, self.named(rows), strict=True)
        ]
        keys = ObjectKey.objects.filter(pk__in=[row.pk for row in rows], wrapped__isnull=False)
        keys.update(wrapped=None, destroyed_at=timezone.now())
        return gone

    def find(self, key: int) -> models.Model | None:
        return ObjectKey.objects.filter(pk=key, object_kind__in=self.objects).first()


class AccountTrail(TrailKind):
    """留痕内容（账号）: sign-ins, rights, refusals. An account that is used is not due: its last entry is new."""

    code = "account_trail"
    label = _("Trail of accounts: sign-ins, rights, refusals")
    objects = (User._meta.label_lower,)


class OpeningTrail(TrailKind):
    """留痕内容（密封开启）: who asked to open what and why, who approved. What waits or may be used is not due."""

    code = "opening_trail"
    label = _("Trail of openings of sealed values")
    objects = (OpeningRequest._meta.label_lower,)

    def due(self, event: str, before: datetime.datetime) -> QuerySet[Any]:
        going_on = OpeningRequest.objects.filter(
            Q(state=OpeningState.ASKED) | Q(state=OpeningState.APPROVED, good_until__gte=timezone.now())
        )
        return super().due(event, before).exclude(object_id__in=going_on.order_by().values("pk"))


OPENING_TRAIL: Final = OpeningTrail()
ACCOUNT_TRAIL: Final = AccountTrail()
