"""Sessions (会话): the engine that Django keeps them with, and what a person does to the own ones.

As Django's in the database, but for three things: the key in the cookie is kept as a digest, a session belongs to a
person and says from where it is used, and it ends after its longest time however busy it is. Setting
``SESSION_ENGINE``; GB/T 22239-2019 8.1.4.1 b) (连接超时自动退出).
"""

from __future__ import annotations

import datetime
import hashlib
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from xuncha.security import trail
from xuncha.security.models import Session, User
from xuncha.security.record import record_time_out

SWEPT_AT_ONCE: Final = 100


class SessionStore(SessionBase):
    """One session; ``started_at`` is when it began, which signing in and a change of the password do anew."""

    started_at: datetime.datetime | None = None

    def load(self) -> dict[str, Any]:
        row = Session.objects.filter(digest=digest_of(self.session_key or "")).first()
        if row is not None and row.expire_date <= timezone.now():
            _end_over([row])
            row = None
        if row is None:
            self._session_key = None
            return {}
        self.started_at = row.started_at
        return dict(self.decode(row.session_data))

    def exists(self, session_key: str | None = None) -> bool:
        return Session.objects.filter(digest=digest_of(session_key or "")).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            self.started_at = timezone.now()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if self.session_key is None:
            # It was there when the request came and was ended since.
            raise UpdateError
        digest, values = digest_of(self.session_key), self._columns(data)
        if not must_create:
            if not Session.objects.filter(digest=digest).update(**values):
                raise UpdateError
            return
        try:
            with transaction.atomic():
                Session.objects.create(digest=digest, started_at=self.started_at or timezone.now(), **values)
        except IntegrityError as error:
            raise CreateError from error

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(digest=digest_of(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        while sweep() == SWEPT_AT_ONCE:
            pass

    def _columns(self, data: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        ends = (self.started_at or now) + datetime.timedelta(seconds=settings.SESSION_LONGEST)
        return {
            "session_data": self.encode(data),
            "user_id": data.get(SESSION_KEY) or None,
            "seen_at": now,
            "expire_date": min(now + datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE), ends),
            **{name: data[name] for name in ("address", "device", "factor") if name in data},
        }


def digest_of(key: str) -> str:
    """The key of a session as it stands in the database; it is random and long enough for one round."""
    return hashlib.sha256(key.encode()).hexdigest()


def sweep() -> int:
    """Take away some of the sessions that are over, with their entries on the trail; how many."""
    over = list(Session.objects.filter(expire_date__lte=timezone.now()).order_by("expire_date")[:SWEPT_AT_ONCE])
    _end_over(over)
    return len(over)


@transaction.atomic
def _end_over(rows: list[Session]) -> None:
    known = User.objects.in_bulk({row.user_id for row in rows if row.user_id})
    for row in rows:
        # Of two who notice it at once one writes the entry.
        count, _ = Session.objects.filter(pk=row.pk, expire_date__lte=timezone.now()).delete()
        if count and row.user_id:
            longest = row.started_at + datetime.timedelta(seconds=settings.SESSION_LONGEST)
            because = "longest" if row.expire_date >= longest else "idle"
            record_time_out(known[row.user_id], because=because, since=row.started_at, address=row.address)


def sessions_of(user: User) -> QuerySet[Session]:
    """Where the person is signed in, the latest use first."""
    return Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-seen_at", "-id")


@transaction.atomic
def end_session(session: Session, *, actor: User) -> None:
    """结束会话: sign the actor out in another browser."""
    told = {"since": session.started_at, "address": session.address, "device": session.device}
    count, _ = Session.objects.filter(pk=session.pk, user=actor).delete()
    if count:
        trail.record(actor=actor, act="end_session", thing=actor, before=told)


@transaction.atomic
def end_others(user: User, *, key: str | None) -> int:
    """Sign the person out everywhere but in the browser whose session has this key; how many sessions that were."""
    others = sessions_of(user).filter(~Q(digest=digest_of(key or "")))
    count = others.count()
    if count:
        others.delete()
        trail.record(actor=user, act="end_sessions", thing=user, before={"sessions": count})
    return count


def end_all(user: User) -> int:
    """Sign a person out everywhere; the entry on the trail is that of the action it is part of."""
    return Session.objects.filter(user=user).delete()[0]
